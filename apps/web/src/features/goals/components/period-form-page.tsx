import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { GoalPeriod } from '@waymark/contracts';
import { queries } from '../../../shared/api/queries.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Button, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { useGo } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { EmptyState, Loaded, Trouble } from '../../../shared/ui/states.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { useChangePeriod, useCreatePeriod } from '../api/goals.js';
import { goalsText } from './text.js';

const kinds = ['monthly', 'quarterly', 'annual'] as const;

interface PeriodValues {
  name: string;
  kind: (typeof kinds)[number];
  startsOn: string;
  endsOn: string;
  settleDays: string;
}

/** A new period, in planning until it is activated. */
export function NewPeriodPage() {
  const t = useText(goalsText);
  const go = useGo();
  const create = useCreatePeriod();
  const editor = useProblemForm<PeriodValues>({
    initial: { name: '', kind: 'quarterly', startsOn: '', endsOn: '', settleDays: '3' },
    send: async (values) => {
      const period = await create.mutateAsync({ ...values, settleDays: Number(values.settleDays) });
      await go(`/admin/periods/${period.id}`);
    },
  });
  return (
    <Page title={t('newPeriod')} trail={[t('periods')]}>
      <Card>
        <form className="wm-form" onSubmit={editor.submit} noValidate>
          <PeriodFields editor={editor} isNew />
          <FormEnd of={editor} label={t('createPeriod')} cancel={() => void go('/admin/periods')} />
        </form>
      </Card>
    </Page>
  );
}

/** Changes a period; activates it. */
export function EditPeriodPage() {
  const t = useText(goalsText);
  const ui = useText(uiText);
  const { periodId } = useParams({ strict: false }) as { periodId: string };
  const periods = useQuery(queries.periods());
  const found = periods.data?.items.find(({ id }) => id === periodId);
  return (
    <Page title={t('editPeriod')} trail={[t('periods')]} lead={found && `${found.name} · ${t(`state.${found.state}`)}`}>
      <Loaded query={periods}>
        {() => (found ? <EditPeriodForm key={found.version} period={found} /> : <EmptyState title={ui('notFoundTitle')} text={ui('notFoundText')} />)}
      </Loaded>
    </Page>
  );
}

function EditPeriodForm({ period }: { period: GoalPeriod }) {
  const t = useText(goalsText);
  const go = useGo();
  const say = useToast();
  const change = useChangePeriod(period);
  const activation = useChangePeriod(period);
  const planning = period.state === 'planning';
  const initial: PeriodValues = {
    name: period.name,
    kind: period.kind,
    startsOn: period.startsOn,
    endsOn: period.endsOn,
    settleDays: String(period.settleDays),
  };
  const editor = useProblemForm<PeriodValues>({
    initial,
    send: async ({ name, startsOn, endsOn, settleDays }) => {
      await change.mutateAsync({ name, ...(planning && { startsOn, endsOn }), settleDays: Number(settleDays) });
      say(t('saved'));
      await go('/admin/periods');
    },
  });
  const activate = () => activation.mutate({ state: 'active' }, { onSuccess: () => say(t('activated', { name: period.name })) });
  return (
    <div className="wm-stack">
      <Card>
        {!planning && <p className="wm-notice">{period.locked ? t('locked') : t('frozen')}</p>}
        <form className="wm-form" onSubmit={editor.submit} noValidate>
          <PeriodFields editor={editor} frozen={!planning} />
          <FormEnd of={editor} label={t('save')} cancel={() => void go('/admin/periods')} />
        </form>
      </Card>
      {planning && (
        <Card title={t('activate')}>
          <p>{t('activateText')}</p>
          {activation.isError && <Trouble error={activation.error} />}
          <div>
            <Button onClick={activate} loading={activation.isPending}>
              {t('activate')}
            </Button>
          </div>
        </Card>
      )}
    </div>
  );
}

function PeriodFields({
  editor,
  isNew = false,
  frozen = false,
}: {
  editor: ReturnType<typeof useProblemForm<PeriodValues>>;
  isNew?: boolean;
  frozen?: boolean;
}) {
  const t = useText(goalsText);
  const field = editor.form.getInputProps;
  return (
    <>
      <TextInput label={t('name')} required maxLength={120} {...field('name')} />
      {isNew && <NativeSelect label={t('kind')} data={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))} {...field('kind')} />}
      <div className="wm-form-row">
        <TextInput type="date" label={t('startsOn')} required disabled={frozen} {...field('startsOn')} />
        <TextInput type="date" label={t('endsOn')} required disabled={frozen} {...field('endsOn')} />
      </div>
      <TextInput label={t('settleDays')} description={t('settleHint')} inputMode="numeric" maxLength={2} {...field('settleDays')} />
    </>
  );
}
