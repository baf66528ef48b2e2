import type { OwnMetricDefinitionView, OwnMetricSource } from '@waymark/contracts';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { NativeSelect, Textarea, TextInput } from '../../../shared/ui/controls.js';
import { definitionOf, type Values, valuesOf } from './definition-values.js';
import { MeasureFields } from './measure-fields.js';
import { Preview } from './preview.js';
import { ownText } from './text.js';

interface Props {
  initial: OwnMetricDefinitionView | null;
  sources: OwnMetricSource[];
  label: string;
  send: (definition: OwnMetricDefinitionView) => Promise<void>;
}

/** What a metric counts, and what that would have said of the last twelve months. */
export function DefinitionForm({ initial, sources, label, send }: Props) {
  const t = useText(ownText);
  const editor = useProblemForm<Values>({
    initial: valuesOf(initial, sources),
    fieldOf: (field) => field.replace(/^definition\./, ''),
    send: (values) => send(definitionOf(values, sources)),
  });
  const { form } = editor;
  const { kind } = form.values;
  return (
    <form className="wm-stack" onSubmit={editor.submit} noValidate>
      <div className="wm-form-row">
        <TextInput label={t('label')} required maxLength={60} {...form.getInputProps('label')} />
        <NativeSelect
          label={t('kind')}
          data={(['measure', 'average', 'ratio'] as const).map((one) => ({ value: one, label: t(`kind.${one}`) }))}
          {...form.getInputProps('kind')}
        />
        {kind === 'ratio' && (
          <NativeSelect
            label={t('unit')}
            data={(['percent', 'count', 'money'] as const).map((unit) => ({ value: unit, label: t(`unit.${unit}`) }))}
            {...form.getInputProps('unit')}
          />
        )}
        <NativeSelect
          label={t('direction')}
          data={(['up', 'down'] as const).map((way) => ({ value: way, label: t(`direction.${way}`) }))}
          {...form.getInputProps('direction')}
        />
      </div>
      <Textarea label={t('description')} maxLength={500} autosize minRows={2} {...form.getInputProps('description')} />
      <MeasureFields editor={editor} path="of" legend={t(kind === 'ratio' ? 'divided' : 'counted')} sources={sources} amount={kind === 'average'} />
      {kind === 'ratio' && <MeasureFields editor={editor} path="per" legend={t('divisor')} sources={sources} />}
      <Preview definition={definitionOf(form.values, sources)} />
      <FormEnd of={editor} label={label} />
    </form>
  );
}
