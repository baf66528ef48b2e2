import { catalogue } from '../../../../shared/i18n/catalogue.js';
import messages from '../../../../shared/i18n/en/records.json' with { type: 'json' };

export const recordsText = catalogue('records', messages);
export type RecordsKey = keyof typeof messages;

/** How a field is read, shown and filled in. */
export type FieldKind = 'text' | 'area' | 'choice' | 'day' | 'instant' | 'integer' | 'decimal' | 'money' | NamedKind;

/** Things that are chosen from those that there are. */
export type NamedKind = 'company' | 'owner' | 'task' | 'programme';

export interface RecordField {
  /** In messages to the API; of a thing that is chosen without the `Id`. */
  name: string;
  label: RecordsKey;
  kind: FieldKind;
  hint?: RecordsKey;
  required?: true;
  /** Follows from other records: nobody fills it in. */
  shown?: true;
  /** Stays as it was recorded. */
  once?: true;
  /** May be taken away again. */
  nullable?: true;
  /** Stands in the list. */
  listed?: true;
  /** Words of a choice; the text of each is `name.word`. */
  choices?: readonly string[];
}

/** A change that one button makes, for records in a certain state. */
export interface RecordAction {
  label: RecordsKey;
  change: object;
  when: Record<string, unknown>;
}

/** A kind of record: one noun of the API and its page. The first listed field leads to the record. */
export interface RecordKind {
  /** Its path, here and in the API. */
  slug: string;
  reads: string;
  writes: string;
  title: RecordsKey;
  one: RecordsKey;
  add: RecordsKey;
  none: RecordsKey;
  fields: readonly RecordField[];
  /** It has no versions to be seen: a change takes the place of what was. */
  changes?: true;
  actions?: readonly RecordAction[];
}

/** Whether the field names another thing. */
export function namesThing(kind: FieldKind): kind is NamedKind {
  return kind === 'company' || kind === 'owner' || kind === 'task' || kind === 'programme';
}
