import type { ImportField, ImportMapping } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { NativeSelect } from '../../../shared/ui/controls.js';
import { importsText } from './text.js';

/** "expectedCloseOn" as "Expected close on". */
const words = (name: string) =>
  name
    .replaceAll(/([A-Z])/g, ' $1')
    .toLowerCase()
    .replace(/^./, (first) => first.toUpperCase());

/** For each field that takes its value from a column: which one. Constants stand as they are. */
export function ColumnChoices({ columns, mapping, change }: { columns: string[]; mapping: ImportMapping; change: (mapping: ImportMapping) => void }) {
  const setField = (name: string, field: ImportField) => change({ ...mapping, fields: { ...mapping.fields, [name]: field } });
  const setEvent = (place: number, part: 'stage' | 'at' | 'value', field: ImportField) =>
    change({ ...mapping, events: mapping.events?.map((event, n) => (n === place ? { ...event, [part]: field } : event)) });
  return (
    <div className="wm-form-row wm-wide-fields">
      {Object.entries(mapping.fields).map(([name, field]) => (
        <ColumnChoice key={name} name={words(name)} field={field} columns={columns} change={(next) => setField(name, next)} />
      ))}
      {mapping.events?.map((event, n) =>
        (['stage', 'at', 'value'] as const).map((part) => {
          const field = event[part];
          return (
            field && (
              <ColumnChoice
                key={`${event.key}.${part}`}
                name={`${words(event.key)}: ${part}`}
                field={field}
                columns={columns}
                change={(next) => setEvent(n, part, next)}
              />
            )
          );
        }),
      )}
    </div>
  );
}

function ColumnChoice({
  name,
  field,
  columns,
  change,
}: {
  name: string;
  field: ImportField;
  columns: string[];
  change: (field: ImportField) => void;
}) {
  const t = useText(importsText);
  if (field.column === undefined) return null;
  const missing = columns.includes(field.column) ? [] : [{ value: field.column, label: `${field.column} (${t('notInFile').toLowerCase()})` }];
  return (
    <NativeSelect
      label={t('column', { field: name })}
      value={field.column}
      onChange={(event) => change({ ...field, column: event.currentTarget.value })}
      data={[...missing, ...columns.map((column) => ({ value: column, label: column }))]}
    />
  );
}
