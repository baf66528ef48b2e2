import { useQuery } from '@tanstack/react-query';
import type { GatePolicy, GatePolicyDefinition, GatePolicyVersion, GateStepDefinition } from '@waymark/contracts';
import { queries } from '../../../shared/api/queries.js';
import { FormEnd, type ProblemForm, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Button, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { useSaveDraft } from '../api/policies.js';
import { StepFields } from './step-fields.js';
import { policiesText } from './text.js';

const emptyStep: GateStepDefinition = {
  name: '',
  at: { sharePercent: 50 },
  settle: { hours: 4 },
  join: 'all',
  conditions: [{ type: 'target_reached', params: { percent: '100' } }],
  consequences: ['warning'],
  graceDays: 0,
};

/** The form of a draft. Its condition fields come from the server's condition types. */
export function PolicyEditor({ policy, version }: { policy: GatePolicy; version: GatePolicyVersion }) {
  const t = useText(policiesText);
  const say = useToast();
  const save = useSaveDraft(policy, version.id);
  const editor = useProblemForm<GatePolicyDefinition>({
    initial: version.definition,
    fieldOf: (field) => field.replace(/^definition\./, ''),
    send: async (definition) => {
      await save.mutateAsync(numbersIn(definition));
      say(t('saved'));
    },
  });
  const { form } = editor;
  return (
    <form className="wm-stack" onSubmit={editor.submit} noValidate>
      <PolicyFields editor={editor} />
      {form.values.steps.map((_, n) => (
        <StepFields key={n} editor={editor} place={n} />
      ))}
      <div>
        <Button variant="default" onClick={() => form.insertListItem('steps', emptyStep)}>
          {t('addStep')}
        </Button>
      </div>
      <FormEnd of={editor} label={t('save')} more={form.isDirty() && <span className="wm-muted">{t('saveFirst')}</span>} />
    </form>
  );
}

function PolicyFields({ editor: { form } }: { editor: ProblemForm<GatePolicyDefinition> }) {
  const t = useText(policiesText);
  const metrics = useQuery({ ...queries.metrics(), staleTime: Infinity });
  return (
    <div className="wm-form-row">
      <NativeSelect
        label={t('goalMetric')}
        data={metrics.data?.items.map(({ key, label }) => ({ value: key, label })) ?? [form.values.goalMetric]}
        {...form.getInputProps('goalMetric')}
      />
      <NativeSelect
        label={t('mode')}
        data={(['working', 'calendar'] as const).map((mode) => ({ value: mode, label: t(`mode.${mode}`) }))}
        {...form.getInputProps('mode')}
      />
      <TextInput label={t('minDaysInRole')} inputMode="numeric" maxLength={4} {...form.getInputProps('minDaysInRole')} />
      <TextInput label={t('acceptedPercent')} inputMode="numeric" maxLength={3} {...form.getInputProps('acceptedPercent')} />
    </div>
  );
}

/** Text fields give text; what the definition keeps as a number becomes one, and what is no number is sent as it is for the server to refuse. */
function numbersIn(definition: GatePolicyDefinition): GatePolicyDefinition {
  const number = (value: number | string): number =>
    String(value).trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : (value as number);
  const each = <T extends object>(values: T): T =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, name === 'date' ? value : number(value as string)])) as T;
  return {
    ...definition,
    minDaysInRole: number(definition.minDaysInRole),
    acceptedPercent: number(definition.acceptedPercent),
    steps: definition.steps.map((step) => ({ ...step, at: each(step.at), settle: each(step.settle), graceDays: number(step.graceDays) })),
  };
}
