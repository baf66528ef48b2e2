import type { Money, Named } from '@waymark/contracts';
import type { FactRecord } from '../../api/records.js';
import { instantOf, wallTime } from '../wall-time.js';
import { namesThing, type RecordField } from './record-kind.js';

/** What a form holds: a text per field. */
export type RecordValues = Record<string, string>;

interface Place {
  zone: string;
  currency: string;
}

/** The field of a message for a field of the form. */
export function requestName({ name, kind }: RecordField): string {
  return namesThing(kind) ? `${name}Id` : name;
}

/** The texts of a form for a record, or for a new one. */
export function valuesOf(fields: readonly RecordField[], record: FactRecord | null, { zone }: Place): RecordValues {
  const text = ({ name, kind, choices }: RecordField) => {
    const value = record?.[name] ?? null;
    if (value === null) return record === null ? (choices?.[0] ?? '') : '';
    if (namesThing(kind)) return (value as Named).id;
    if (kind === 'money') return (value as Money).amount;
    return kind === 'instant' ? wallTime(value as string, zone) : String(value as string | number);
  };
  return Object.fromEntries(fields.map((field) => [field.name, text(field)]));
}

/** The message: for a new record what was filled in, for a correction what was changed. A field that was emptied is null where that may be. */
export function messageOf(fields: readonly RecordField[], values: RecordValues, before: RecordValues | null, place: Place): Record<string, unknown> {
  const told = fields.filter(({ name, once }) => (before === null ? values[name] !== '' : !once && values[name] !== before[name]));
  return Object.fromEntries(told.map((field) => [requestName(field), partOf(field, values[field.name] as string, place)]));
}

function partOf({ kind, nullable }: RecordField, text: string, { zone, currency }: Place): unknown {
  if (text === '') return nullable ? null : '';
  if (kind === 'money') return { amount: text, currency };
  if (kind === 'instant') return instantOf(text, zone);
  // What is no number goes as it was written: the server says what is wrong with it.
  if (kind === 'integer') return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  return text;
}
