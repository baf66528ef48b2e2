import type { OwnMetricColumn, OwnMetricMeasure, OwnMetricSource } from '@waymark/contracts';
import type { ProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Button, Checkbox, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { conditionOf, measureOf, placesOf, type Values } from './definition-values.js';
import { ownText } from './text.js';

export interface MeasureProps {
  editor: ProblemForm<Values>;
  /** Which of the two measures. */
  path: 'of' | 'per';
  legend: string;
  sources: OwnMetricSource[];
  /** An amount must be chosen: counting is not offered. */
  amount?: boolean;
}

/** Rows of a source that count: built from what the server says of its sources. */
export function MeasureFields({ editor: { form }, path, legend, sources, amount = false }: MeasureProps) {
  const t = useText(ownText);
  const measure = form.values[path];
  const source = sources.find(({ key }) => key === measure.source);
  const amounts = source?.columns.filter(({ type }) => type === 'amount') ?? [];
  const sum = amount || measure.aggregate === 'sum';
  const choose = (aggregate: OwnMetricMeasure['aggregate']) => {
    form.setFieldValue(`${path}.aggregate`, aggregate);
    form.setFieldValue(`${path}.column`, aggregate === 'sum' ? (amounts[0]?.key ?? null) : null);
  };
  return (
    <fieldset className="wm-fieldset">
      <legend>{legend}</legend>
      <div className="wm-form-row">
        <NativeSelect
          label={t('source')}
          {...form.getInputProps(`${path}.source`)}
          value={measure.source}
          onChange={(event) => form.setFieldValue(path, measureOf(sources.find(({ key }) => key === event.currentTarget.value)))}
          data={sources.map(({ key, label }) => ({ value: key, label }))}
        />
        <NativeSelect
          label={t('date')}
          {...form.getInputProps(`${path}.date`)}
          data={(source?.dates ?? []).map(({ key, label }) => ({ value: key, label }))}
        />
        {!amount && (
          <NativeSelect
            label={t('aggregate')}
            {...form.getInputProps(`${path}.aggregate`)}
            value={measure.aggregate}
            onChange={(event) => choose(event.currentTarget.value as OwnMetricMeasure['aggregate'])}
            data={(['count', ...(amounts.length > 0 ? (['sum'] as const) : [])] as const).map((what) => ({
              value: what,
              label: t(`aggregate.${what}`),
            }))}
          />
        )}
        {sum && (
          <NativeSelect
            label={t('column')}
            {...form.getInputProps(`${path}.column`)}
            value={measure.column ?? ''}
            data={[...(measure.column === null ? [{ value: '', label: '–' }] : []), ...amounts.map(({ key, label }) => ({ value: key, label }))]}
          />
        )}
      </div>
      {source && <Conditions form={form} path={path} source={source} />}
    </fieldset>
  );
}

interface ConditionsProps {
  form: MeasureProps['editor']['form'];
  path: MeasureProps['path'];
  source: OwnMetricSource;
}

function Conditions({ form, path, source }: ConditionsProps) {
  const t = useText(ownText);
  return (
    <>
      {form.values[path].where.map((condition, n) => {
        const column = source.columns.find(({ key }) => key === condition.column);
        const at = `${path}.where.${n}`;
        return (
          <div className="wm-form-row" key={n} role="group" aria-label={t('condition', { order: n + 1 })}>
            <NativeSelect
              label={n === 0 ? t('where') : t('and')}
              {...form.getInputProps(`${at}.column`)}
              value={condition.column}
              error={form.errors[`${at}.column`] ?? form.errors[at]}
              onChange={(event) => form.setFieldValue(at, conditionOf(source, event.currentTarget.value))}
              data={source.columns.map(({ key, label }) => ({ value: key, label }))}
            />
            <NativeSelect
              label={t('op')}
              {...form.getInputProps(`${at}.op`)}
              data={(column?.operators ?? []).map((op) => ({ value: op, label: t(`op.${op as 'is'}`) }))}
            />
            {column && <ConditionValues form={form} at={at} op={condition.op} column={column} />}
            <div>
              <Button variant="subtle" size="xs" onClick={() => form.removeListItem(`${path}.where`, n)}>
                {t('removeCondition', { order: n + 1 })}
              </Button>
            </div>
          </div>
        );
      })}
      {source.columns.length > 0 && (
        <div>
          <Button variant="default" size="xs" onClick={() => form.insertListItem(`${path}.where`, conditionOf(source))}>
            {t('addCondition')}
          </Button>
        </div>
      )}
    </>
  );
}

function ConditionValues({ form, at, op, column }: { form: ConditionsProps['form']; at: string; op: string; column: OwnMetricColumn }) {
  const t = useText(ownText);
  const places = placesOf(op);
  const inputs = form.getInputProps(`${at}.values`) as { value?: string[]; error?: React.ReactNode };
  const values = inputs.value ?? [];
  const words = column.words ?? [];
  const error = inputs.error ?? form.errors[`${at}.values.0`];
  if (places === 0) return null;
  if (places === null)
    return (
      <Checkbox.Group label={t('values')} value={values} error={error} onChange={(chosen) => form.setFieldValue(`${at}.values`, chosen)}>
        <div className="wm-row">
          {words.map((word) => (
            <Checkbox key={word} value={word} label={inWords(word)} />
          ))}
        </div>
      </Checkbox.Group>
    );
  const set = (n: number, value: string) =>
    form.setFieldValue(
      `${at}.values`,
      Array.from({ length: places }, (_, place) => (place === n ? value : (values[place] ?? ''))),
    );
  if (words.length > 0)
    return (
      <NativeSelect
        label={t('value')}
        error={error}
        value={values[0] ?? ''}
        onChange={(event) => set(0, event.currentTarget.value)}
        data={[{ value: '', label: '–' }, ...words.map((word) => ({ value: word, label: inWords(word) }))]}
      />
    );
  return (
    <>
      {Array.from({ length: places }, (_, n) => (
        <TextInput
          key={n}
          label={n === 0 ? t('value') : t('valueTo')}
          inputMode={column.type === 'amount' ? 'decimal' : 'text'}
          maxLength={120}
          error={form.errors[`${at}.values.${n}`] ?? (n === 0 ? inputs.error : undefined)}
          value={values[n] ?? ''}
          onChange={(event) => set(n, event.currentTarget.value)}
        />
      ))}
    </>
  );
}

const inWords = (word: string) => word.replaceAll('_', ' ');
