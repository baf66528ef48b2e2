import { useInfiniteQuery } from '@tanstack/react-query';
import type { Activity } from '@waymark/contracts';
import { useMay, useMe } from '../../../shared/api/session.js';
import { CompanySelect, PersonSelect } from '../../../shared/forms/person-select.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { EmptyList, type Filters, id, oneOf, StaleFilters, useFilters } from '../../../shared/ui/filters.js';
import { AppLink, useGo } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { Skeleton, Trouble } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { activitiesQuery } from '../api/activities.js';
import { CompanyLink } from './companies/company-link.js';
import { activitiesText, activityOutcomes, activityTypes } from './activity-form.js';

const day = (text: string) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined);
const outcomes = ['open', ...activityOutcomes] as const;
const readers = { owner: id, company: id, type: oneOf(...activityTypes), outcome: oneOf(...outcomes), from: day, to: day };

/** Calls, meetings, e-mails and QBRs, the latest first; the filters stand in the address. */
export function ActivitiesPage() {
  const t = useText(activitiesText);
  const me = useMe();
  const go = useGo();
  const filters = useFilters(readers);
  const { owner, company, ...same } = filters.values;
  const activities = useInfiniteQuery(activitiesQuery({ ownerId: owner, companyId: company, ...same }));
  return (
    <Page
      title={t('title')}
      trail={[me.organisation.name]}
      actions={useMay('activities.write') && <Button onClick={() => void go('/activities/new')}>{t('new')}</Button>}
    >
      <StaleFilters filters={filters} />
      <ActivityFilters filters={filters} />
      {activities.isPending ? (
        <Skeleton lines={10} />
      ) : activities.isError ? (
        <Trouble error={activities.error} retry={() => void activities.refetch()} />
      ) : (
        <ActivityList
          rows={activities.data.pages.flatMap(({ items }) => items)}
          filters={filters}
          more={activities.hasNextPage ? { busy: activities.isFetchingNextPage, load: () => void activities.fetchNextPage() } : null}
        />
      )}
    </Page>
  );
}

function ActivityFilters({ filters }: { filters: Filters<typeof readers> }) {
  const t = useText(activitiesText);
  const others = useMay('restrictions.decide');
  const { values } = filters;
  return (
    <div className="wm-filters" role="search">
      <NativeSelect
        label={t('type')}
        value={values.type ?? ''}
        onChange={(event) => filters.set({ type: activityTypes.find((type) => type === event.currentTarget.value) })}
        data={[{ value: '', label: t('any') }, ...activityTypes.map((type) => ({ value: type, label: t(`type.${type}`) }))]}
      />
      <NativeSelect
        label={t('outcome')}
        value={values.outcome ?? ''}
        onChange={(event) => filters.set({ outcome: outcomes.find((outcome) => outcome === event.currentTarget.value) })}
        data={[{ value: '', label: t('any') }, ...outcomes.map((outcome) => ({ value: outcome, label: t(`outcome.${outcome}`) }))]}
      />
      <TextInput
        type="date"
        label={t('from')}
        value={values.from ?? ''}
        onChange={(event) => filters.set({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        label={t('to')}
        value={values.to ?? ''}
        onChange={(event) => filters.set({ to: event.currentTarget.value || undefined })}
      />
      <CompanySelect label={t('company')} value={values.company ?? ''} onChange={(company) => filters.set({ company: company || undefined })} />
      {others && <PersonSelect label={t('owner')} value={values.owner ?? ''} onChange={(owner) => filters.set({ owner: owner || undefined })} />}
    </div>
  );
}

interface ListProps {
  rows: Activity[];
  filters: Filters<typeof readers>;
  more: { busy: boolean; load: () => void } | null;
}

function ActivityList({ rows, filters, more }: ListProps) {
  const t = useText(activitiesText);
  const ui = useText(uiText);
  const clock = useClock();
  if (rows.length === 0) return <EmptyList filters={filters} none={t('none')} noneText={t('noneText')} nothing={t('nothing')} />;
  const when = ({ completedAt, scheduledAt }: Activity) => clock.instant((completedAt ?? scheduledAt) as string);
  return (
    <Card>
      <DataTable<Activity>
        caption={t('title')}
        rows={rows}
        rowKey={(one) => one.id}
        columns={[
          { key: 'at', label: t('at'), cell: (one) => <AppLink to={`/activities/${one.id}`}>{when(one)}</AppLink> },
          { key: 'type', label: t('type'), cell: (one) => t(`type.${one.type}`) },
          { key: 'outcome', label: t('outcome'), cell: (one) => t(`outcome.${one.outcome ?? 'open'}`) },
          { key: 'owner', label: t('owner'), cell: (one) => one.owner.name },
          { key: 'company', label: t('company'), cell: (one) => <CompanyLink company={one.company} /> },
          { key: 'by', label: t('recordedBy'), cell: (one) => one.recordedBy ?? t('source') },
        ]}
      />
      {more && (
        <Button variant="default" loading={more.busy} onClick={more.load}>
          {ui('more')}
        </Button>
      )}
    </Card>
  );
}
