import { useMay, useMe } from '../../../../shared/api/session.js';
import { CompanySelect, PersonSelect } from '../../../../shared/forms/person-select.js';
import { FormEnd, useProblemForm } from '../../../../shared/forms/problem-form.js';
import { useText } from '../../../../shared/i18n/catalogue.js';
import { NativeSelect, Textarea, TextInput } from '../../../../shared/ui/controls.js';
import type { FactRecord } from '../../api/records.js';
import { type RecordField, type RecordKind, type RecordsKey, recordsText } from './record-kind.js';
import { ThingSelect } from './thing-select.js';
import { messageOf, requestName, valuesOf } from './record-values.js';

interface FormProps {
  kind: RecordKind;
  record: FactRecord | null;
  label: string;
  send: (message: object) => Promise<void>;
  cancel?: () => void;
}

/** What a record says, for a new one and for a correction. Times are those of the organisation's zone. */
export function RecordForm({ kind, record, label, send, cancel }: FormProps) {
  const { organisation } = useMe();
  const others = useMay('restrictions.decide');
  const place = { zone: organisation.timeZone, currency: organisation.currency };
  const initial = valuesOf(kind.fields, record, place);
  const fields = kind.fields.filter((field) => !field.shown && (field.kind !== 'owner' || others) && !(record && field.once));
  const editor = useProblemForm({
    initial,
    fieldOf: (field) => kind.fields.find((one) => field.split('.')[0] === requestName(one))?.name ?? field,
    send: (values) => send(messageOf(fields, values, record === null ? null : initial, place)),
  });
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      {rowsOf(fields).map((row) => (
        <div className={row.length > 1 ? 'wm-form-row' : undefined} key={row[0]?.name}>
          {row.map((field) => (
            <Control
              key={field.name}
              field={field}
              isNew={record === null}
              {...(editor.form.getInputProps(field.name) as Pick<ControlProps, 'value' | 'onChange' | 'error'>)}
            />
          ))}
        </div>
      ))}
      <FormEnd of={editor} label={label} {...(cancel && { cancel })} />
    </form>
  );
}

/** Two fields beside each other; a long text stands alone. */
function rowsOf(fields: readonly RecordField[]): RecordField[][] {
  const rows: RecordField[][] = [];
  for (const field of fields) {
    const last = rows.at(-1);
    if (last?.length === 1 && last[0]?.kind !== 'area' && field.kind !== 'area') last.push(field);
    else rows.push([field]);
  }
  return rows;
}

interface ControlProps {
  field: RecordField;
  isNew: boolean;
  value?: string;
  onChange: (value: unknown) => void;
  error?: React.ReactNode;
}

function Control({ field, isNew, ...input }: ControlProps) {
  const t = useText(recordsText);
  const { timeZone, currency } = useMe().organisation;
  const { kind, name, required = false, choices = [] } = field;
  const label = t(field.label);
  const hinted = { ...input, required, description: field.hint && (isNew || field.hint !== 'ownerHint') ? t(field.hint) : undefined };
  if (kind === 'company') return <CompanySelect label={label} {...hinted} />;
  if (kind === 'owner') return <PersonSelect label={label} {...hinted} />;
  if (kind === 'task' || kind === 'programme') return <ThingSelect of={kind} label={label} {...hinted} />;
  if (kind === 'choice')
    return <NativeSelect label={label} data={choices.map((value) => ({ value, label: t(`${name}.${value}` as RecordsKey) }))} {...hinted} />;
  if (kind === 'area') return <Textarea label={label} autosize minRows={2} maxLength={2000} {...hinted} />;
  if (kind === 'day') return <TextInput type="date" label={label} {...hinted} />;
  if (kind === 'instant') return <TextInput type="datetime-local" label={`${label} (${timeZone})`} {...hinted} />;
  if (kind === 'money') return <TextInput label={`${label} (${currency})`} inputMode="decimal" maxLength={20} {...hinted} />;
  return (
    <TextInput label={label} inputMode={kind === 'integer' ? 'numeric' : kind === 'decimal' ? 'decimal' : undefined} maxLength={254} {...hinted} />
  );
}
