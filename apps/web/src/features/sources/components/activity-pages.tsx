import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Activity, CreateActivity } from '@waymark/contracts';
import { useMay } from '../../../shared/api/session.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { AppLink, useGo } from '../../../shared/ui/link.js';
import { Card, Facts, Page } from '../../../shared/ui/page.js';
import { Loaded } from '../../../shared/ui/states.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { activityQuery, useCorrectActivity, useCreateActivity } from '../api/activities.js';
import { CompanyLink, Line } from './companies/company-link.js';
import { ActivityForm, activitiesText } from './activity-form.js';

/** An activity that no system tracks, or that lies ahead (SRC-13). */
export function NewActivityPage() {
  const t = useText(activitiesText);
  const go = useGo();
  const say = useToast();
  const create = useCreateActivity();
  const send = async (values: Partial<CreateActivity>) => {
    const made = await create.mutateAsync(values as CreateActivity);
    say(t('created'));
    await go(`/activities/${made.id}`);
  };
  return (
    <Page title={t('new')} trail={[t('title')]}>
      <Card>
        <ActivityForm activity={null} label={t('create')} send={send} cancel={() => void go('/activities')} />
      </Card>
    </Page>
  );
}

/** One activity as it is known now, and its correction. */
export function ActivityPage() {
  const t = useText(activitiesText);
  const clock = useClock();
  const { activityId } = useParams({ strict: false }) as { activityId: string };
  const activity = useQuery(activityQuery(activityId));
  const writes = useMay('activities.write');
  const { data } = activity;
  return (
    <Page
      title={data ? t(`type.${data.type}`) : t('activity')}
      trail={[t('title')]}
      lead={data && <Line parts={[data.owner.name, data.company && <CompanyLink company={data.company} />]} />}
    >
      <Loaded query={activity} lines={8}>
        {(one) => (
          <div className="wm-stack">
            <Card>
              <Facts
                items={[
                  [t('outcome'), t(`outcome.${one.outcome ?? 'open'}`)],
                  [t('scheduledAt'), one.scheduledAt ? clock.instant(one.scheduledAt) : '–'],
                  [t('completedAt'), one.completedAt ? clock.instant(one.completedAt) : '–'],
                  [t('item'), one.item ? <AppLink to={`/deals/${one.item.id}`}>{one.item.name}</AppLink> : '–'],
                  [t('note'), one.note ?? '–'],
                  [t('recordedBy'), one.recordedBy ?? t('source')],
                  [t('knownAt'), clock.instant(one.knownAt)],
                  [t('version'), one.version],
                ]}
              />
            </Card>
            {writes && <Correction key={one.version} activity={one} />}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Correction({ activity }: { activity: Activity }) {
  const t = useText(activitiesText);
  const say = useToast();
  const correct = useCorrectActivity(activity);
  const send = async (values: Partial<CreateActivity>) => {
    await correct.mutateAsync(values);
    say(t('corrected'));
  };
  return (
    <Card title={t('correct')}>
      <p className="wm-muted">{t('correctText')}</p>
      <ActivityForm activity={activity} label={t('correct')} send={send} />
    </Card>
  );
}
