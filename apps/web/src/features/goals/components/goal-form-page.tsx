import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Goal } from '@waymark/contracts';
import { usePeriod } from '../../../shared/api/period.js';
import { queries } from '../../../shared/api/queries.js';
import { PersonSelect, TeamSelect } from '../../../shared/forms/person-select.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Button, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { id, useFilters } from '../../../shared/ui/filters.js';
import { useGo } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { Loaded } from '../../../shared/ui/states.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { useChangeGoal, useCreateGoal } from '../api/goals.js';
import { goalsText } from './text.js';

/** A new goal of a person or a team. */
export function NewGoalPage() {
  const t = useText(goalsText);
  const filters = useFilters({ period: id });
  const chosen = usePeriod(filters.values.period);
  return (
    <Page title={t('new')} trail={[t('title')]}>
      <Loaded query={chosen.query}>{() => <NewGoalForm chosen={chosen} />}</Loaded>
    </Page>
  );
}

function NewGoalForm({ chosen }: { chosen: ReturnType<typeof usePeriod> }) {
  const t = useText(goalsText);
  const go = useGo();
  const say = useToast();
  const create = useCreateGoal();
  const metrics = useQuery({ ...queries.metrics(), staleTime: Infinity });
  const editor = useProblemForm({
    initial: {
      name: '',
      periodId: chosen.period?.id ?? '',
      metric: 'revenue',
      kind: 'user',
      userId: '',
      teamId: '',
      target: '',
      stretch: '',
      baseline: '',
    },
    send: async ({ kind, userId, teamId, stretch, baseline, ...rest }) => {
      const goal = await create.mutateAsync({
        ...rest,
        ...(kind === 'user' ? { userId } : { teamId }),
        ...(stretch && { stretch }),
        ...(baseline && { baseline }),
      });
      say(t('created'));
      await go(`/goals/${goal.id}`);
    },
  });
  const { form } = editor;
  const field = form.getInputProps;
  const metric = metrics.data?.items.find(({ key }) => key === form.values.metric);
  return (
    <Card>
      <form className="wm-form" onSubmit={editor.submit} noValidate>
        <TextInput label={t('name')} description={t('nameHint', { period: chosen.period?.name })} required maxLength={120} {...field('name')} />
        <div className="wm-form-row">
          <NativeSelect
            label={t('period')}
            required
            data={chosen.periods.map(({ id: value, name }) => ({ value, label: name }))}
            {...field('periodId')}
          />
          <NativeSelect
            label={t('metric')}
            required
            data={metrics.data?.items.map(({ key, label }) => ({ value: key, label })) ?? []}
            {...field('metric')}
          />
        </div>
        <div className="wm-form-row">
          <NativeSelect
            label={t('who')}
            data={[
              { value: 'user', label: t('whoUser') },
              { value: 'team', label: t('whoTeam') },
            ]}
            {...field('kind')}
          />
          {form.values.kind === 'user' ? (
            <PersonSelect label={t('person')} required {...field('userId')} />
          ) : (
            <TeamSelect label={t('team')} required {...field('teamId')} />
          )}
        </div>
        <TargetFields form={form} unit={metric?.unit ?? 'count'} />
        <FormEnd of={editor} label={t('create')} cancel={() => void go('/goals')} />
      </form>
    </Card>
  );
}

interface Targets {
  target: string;
  stretch: string;
  baseline: string;
}

function TargetFields({ form, unit }: { form: { getInputProps: (name: keyof Targets) => object }; unit: Goal['unit'] }) {
  const t = useText(goalsText);
  return (
    <div className="wm-form-row">
      <TextInput
        label={t('target')}
        description={t('targetHint', { unit: t(`unit.${unit}`) })}
        inputMode="decimal"
        required
        maxLength={24}
        {...form.getInputProps('target')}
      />
      <TextInput label={t('stretch')} description={t('stretchHint')} inputMode="decimal" maxLength={24} {...form.getInputProps('stretch')} />
      <TextInput label={t('baseline')} description={t('baselineHint')} inputMode="decimal" maxLength={24} {...form.getInputProps('baseline')} />
    </div>
  );
}

/** Changes name and target of a goal. */
export function EditGoalPage() {
  const t = useText(goalsText);
  const { goalId } = useParams({ strict: false }) as { goalId: string };
  const goal = useQuery(queries.goal(goalId));
  return (
    <Page
      title={t('edit')}
      trail={[goal.data?.name ?? t('goal'), t('title')]}
      lead={goal.data && `${goal.data.name} · ${goal.data.owner.name} · ${goal.data.period.name}`}
    >
      <Loaded query={goal}>{(data) => <EditGoalForm goal={data} />}</Loaded>
    </Page>
  );
}

function EditGoalForm({ goal: latest }: { goal: Goal }) {
  const t = useText(goalsText);
  const go = useGo();
  const say = useToast();
  const [goal] = useState(latest); // what the person read: a change is sent for this version, whatever arrives meanwhile
  const change = useChangeGoal(goal);
  const initial = { name: goal.name, target: goal.target.value ?? '', stretch: goal.stretch?.value ?? '', baseline: goal.baseline.value ?? '' };
  const editor = useProblemForm({
    initial,
    send: async ({ name, target, stretch, baseline }) => {
      await change.mutateAsync({
        ...(name !== initial.name && { name }),
        ...(target !== initial.target && { target }),
        ...(stretch !== initial.stretch && { stretch: stretch || null }),
        ...(baseline !== initial.baseline && { baseline: baseline || '0' }),
      });
      say(t('saved'));
      await go(`/goals/${goal.id}`);
    },
  });
  const cancelGoal = async () => {
    if (!window.confirm(t('cancelGoalSure', { name: goal.name }))) return;
    await change.mutateAsync({ state: 'cancelled' });
    await go(`/goals/${goal.id}`);
  };
  return (
    <Card>
      <form className="wm-form" onSubmit={editor.submit} noValidate>
        <TextInput label={t('name')} required maxLength={120} {...editor.form.getInputProps('name')} />
        <TargetFields form={editor.form} unit={goal.unit} />
        <FormEnd
          of={editor}
          label={t('save')}
          cancel={() => void go(`/goals/${goal.id}`)}
          more={
            goal.state === 'active' && (
              <Button variant="subtle" color="red" onClick={() => void cancelGoal()}>
                {t('cancelGoal')}
              </Button>
            )
          }
        />
      </form>
    </Card>
  );
}
