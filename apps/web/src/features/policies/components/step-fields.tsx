import { useQuery } from '@tanstack/react-query';
import type { GatePolicyDefinition, GateStepDefinition, GateType, GateTypeField } from '@waymark/contracts';
import { queries } from '../../../shared/api/queries.js';
import type { ProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button, Checkbox, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { policiesText } from './text.js';

const kinds = ['warning', 'action_block', 'commission_hold', 'account_lock'] as const;

interface StepProps {
  editor: ProblemForm<GatePolicyDefinition>;
  place: number;
}

/** One gate of a draft: deadline, conditions, consequences. */
export function StepFields({ editor: { form }, place }: StepProps) {
  const t = useText(policiesText);
  const path = `steps.${place}`;
  const order = place + 1;
  return (
    <fieldset className="wm-fieldset">
      <legend>{t('step', { order })}</legend>
      <TextInput label={t('stepName')} required maxLength={120} {...form.getInputProps(`${path}.name`)} />
      <Timing form={form} path={path} place={place} />
      <Conditions form={form} path={path} place={place} />
      <Checkbox.Group label={t('consequences')} {...form.getInputProps(`${path}.consequences`)}>
        <Consequences />
      </Checkbox.Group>
      <div className="wm-row">
        {place > 0 && (
          <Button variant="default" size="xs" onClick={() => form.reorderListItem('steps', { from: place, to: place - 1 })}>
            {t('moveUp', { order })}
          </Button>
        )}
        <Button variant="subtle" size="xs" onClick={() => form.removeListItem('steps', place)}>
          {t('removeStep', { order })}
        </Button>
      </div>
    </fieldset>
  );
}

function Consequences() {
  const ui = useText(uiText);
  return (
    <div className="wm-row">
      {kinds.map((kind) => (
        <Checkbox key={kind} value={kind} label={ui(`kind.${kind}`)} />
      ))}
    </div>
  );
}

interface PartProps {
  form: StepProps['editor']['form'];
  path: string;
  place: number;
}

function Timing({ form, path, place }: PartProps) {
  const t = useText(policiesText);
  const step = form.values.steps[place] as GateStepDefinition;
  const by = 'date' in step.at ? 'date' : 'share';
  const late = 'hours' in step.settle ? 'hours' : 'workingDays';
  return (
    <div className="wm-form-row">
      <NativeSelect
        label={t('by')}
        value={by}
        onChange={(event) => form.setFieldValue(`${path}.at`, event.currentTarget.value === 'date' ? { date: '' } : { sharePercent: 50 })}
        data={(['share', 'date'] as const).map((kind) => ({ value: kind, label: t(`by.${kind}`) }))}
      />
      {by === 'date' ? (
        <TextInput type="date" label={t('date')} {...form.getInputProps(`${path}.at.date`)} />
      ) : (
        <TextInput label={t('sharePercent')} inputMode="decimal" maxLength={6} {...form.getInputProps(`${path}.at.sharePercent`)} />
      )}
      <TextInput label={t('settle')} inputMode="numeric" maxLength={3} {...form.getInputProps(`${path}.settle.${late}`)} />
      <NativeSelect
        label={t('settleUnit')}
        value={late}
        onChange={(event) => form.setFieldValue(`${path}.settle`, event.currentTarget.value === 'hours' ? { hours: 4 } : { workingDays: 3 })}
        data={(['hours', 'workingDays'] as const).map((unit) => ({ value: unit, label: t(`settle.${unit}`) }))}
      />
      <TextInput label={t('graceDays')} inputMode="numeric" maxLength={3} {...form.getInputProps(`${path}.graceDays`)} />
    </div>
  );
}

function Conditions({ form, path, place }: PartProps) {
  const t = useText(policiesText);
  const types = useQuery({ ...queries.gateTypes(), staleTime: Infinity });
  const { conditions } = form.values.steps[place] as GateStepDefinition;
  const known = types.data?.items ?? [];
  return (
    <>
      {conditions.map((condition, n) => {
        const type = known.find(({ key }) => key === condition.type);
        const order = n + 1;
        return (
          <fieldset key={n} className="wm-fieldset">
            <legend>{t('condition', { order })}</legend>
            <NativeSelect
              label={t('type')}
              description={type?.description}
              value={condition.type}
              onChange={(event) => form.setFieldValue(`${path}.conditions.${n}`, withDefaults(known, event.currentTarget.value))}
              data={known.map(({ key, label }) => ({ value: key, label }))}
            />
            <div className="wm-form-row">
              {type?.fields.map((field) => (
                <ConditionField key={field.key} field={field} input={form.getInputProps(`${path}.conditions.${n}.params.${field.key}`)} />
              ))}
            </div>
            {conditions.length > 1 && (
              <div>
                <Button variant="subtle" size="xs" onClick={() => form.removeListItem(`${path}.conditions`, n)}>
                  {t('removeCondition', { order })}
                </Button>
              </div>
            )}
          </fieldset>
        );
      })}
      {conditions.length > 1 && (
        <NativeSelect
          label={t('join')}
          data={(['all', 'any'] as const).map((join) => ({ value: join, label: t(`join.${join}`) }))}
          {...form.getInputProps(`${path}.join`)}
        />
      )}
      <div>
        <Button variant="default" size="xs" onClick={() => known[0] && form.insertListItem(`${path}.conditions`, withDefaults(known, known[0].key))}>
          {t('addCondition')}
        </Button>
      </div>
    </>
  );
}

const withDefaults = (known: GateType[], key: string) => ({
  type: key,
  params: Object.fromEntries((known.find((type) => type.key === key)?.fields ?? []).map((field) => [field.key, field.default])),
});

interface FieldInput {
  value?: string | number | null;
  onChange: (value: unknown) => void;
  error?: React.ReactNode;
}

function ConditionField({ field, input }: { field: GateTypeField; input: FieldInput }) {
  const value = input.value === null || input.value === undefined ? '' : String(input.value);
  const take = (text: string) => input.onChange(text === '' && field.optional ? null : text);
  const common = { label: field.label, description: field.help ?? undefined, required: !field.optional, error: input.error, value };
  if (field.kind === 'choice')
    return (
      <NativeSelect
        {...common}
        onChange={(event) => take(event.currentTarget.value)}
        data={[...(field.optional ? [{ value: '', label: '–' }] : []), ...field.choices]}
      />
    );
  return (
    <TextInput
      {...common}
      inputMode={field.kind === 'integer' ? 'numeric' : 'decimal'}
      maxLength={24}
      onChange={(event) => take(event.currentTarget.value)}
    />
  );
}
