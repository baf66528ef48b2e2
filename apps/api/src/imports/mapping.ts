import { importSources, type ImportEvent, type ImportField, type ImportMapping, type ImportSource } from '@waymark/contracts';
import { DomainError, type FieldError, isDay } from '@waymark/kernel';
import { sourceFields } from './source-registry.js';

const fieldKeys = ['column', 'constant', 'alias', 'times', 'otherwise', 'optional'];
const eventKeys = ['key', 'when', 'stage', 'at', 'value', 'undated'];
const mappingKeys = ['source', 'fields', 'events', 'delimiter', 'sheet', 'knownAt', 'until'];
const longest = 300;

/** Checks a mapping that came from outside and lists every mistake together. Throws `invalid`. */
export function checkedMapping(input: unknown): ImportMapping {
  const problems: FieldError[] = [];
  const say = (field: string, message: string, code = 'mapping') => problems.push({ field, code, message });
  if (!isObject(input)) throw refused([{ field: 'mapping', code: 'mapping', message: 'mapping must be an object or the key of a preset' }]);
  unknownKeys(input, mappingKeys, 'mapping', say);
  const source = input['source'] as ImportSource;
  if (!importSources.includes(source)) say('mapping.source', `source must be one of ${importSources.join(', ')}`);
  else checkFields(source, input['fields'], say);
  if (source === 'pipeline_items') checkEvents(input['events'], say);
  else if (input['events'] !== undefined) say('mapping.events', 'only pipeline_items have events');
  if (input['delimiter'] !== undefined && ![',', ';', '\t'].includes(input['delimiter'] as string))
    say('mapping.delimiter', 'delimiter must be a comma, a semicolon or a tab');
  if (input['sheet'] !== undefined && !isText(input['sheet'])) say('mapping.sheet', 'sheet must be the name of a sheet of the workbook');
  const known = input['knownAt'];
  if (known !== undefined && known !== 'now' && known !== 'occurred_at' && !(isObject(known) && isText(known['column'])))
    say('mapping.knownAt', 'knownAt must be "now", "occurred_at" or name a column');
  if (input['until'] !== undefined && (typeof input['until'] !== 'string' || !isDay(input['until'])))
    say('mapping.until', 'until must be a day YYYY-MM-DD');
  if (problems.length > 0) throw refused(problems);
  return input as unknown as ImportMapping;
}

/** Every column that the file must have. */
export function columnsOf(mapping: ImportMapping): string[] {
  const needed = (field: ImportField | undefined) => (field?.optional ? undefined : field?.column);
  const events = (mapping.events ?? []).flatMap((event) => [event.stage, event.at, event.value].map(needed).concat(event.when?.column));
  const fields = Object.values(mapping.fields).map(needed);
  const known = typeof mapping.knownAt === 'object' ? [mapping.knownAt.column] : [];
  return [...new Set([...fields, ...events, ...known].filter((column) => column !== undefined))];
}

type Say = (field: string, message: string, code?: string) => void;

function checkFields(source: ImportSource, input: unknown, say: Say): void {
  if (!isObject(input)) return say('mapping.fields', 'fields must name where each field comes from');
  for (const [name, field] of Object.entries(input)) {
    if (!Object.hasOwn(sourceFields[source], name))
      say(`mapping.fields.${name.slice(0, 60)}`, `${name.slice(0, 60)} is no field of ${source}`, 'unknown_field');
    else checkField(field, `mapping.fields.${name}`, say);
  }
  for (const [name, spec] of Object.entries(sourceFields[source]))
    if (spec.required && !Object.hasOwn(input, name)) say(`mapping.fields.${name}`, `${name} must come from a column or a constant`, 'required');
}

function checkField(input: unknown, path: string, say: Say): void {
  if (!isObject(input)) return say(path, `${path} must be an object with column or constant`);
  const field = input as ImportField;
  unknownKeys(input, fieldKeys, path, say);
  if (isText(field.column) === isText(field.constant)) say(path, `${path} needs either a column or a constant`);
  if (field.alias !== undefined && !(isObject(field.alias) && Object.values(field.alias).every(isText)))
    say(`${path}.alias`, 'alias must map spellings to text');
  if (field.times !== undefined && !(Number.isSafeInteger(field.times) && field.times > 0 && field.times <= 1_000_000_000))
    say(`${path}.times`, 'times must be a whole number from 1 to 1000000000');
  if (field.optional !== undefined && typeof field.optional !== 'boolean') say(`${path}.optional`, 'optional must be true or false');
  if (field.otherwise !== undefined && field.otherwise !== 'list_price') say(`${path}.otherwise`, 'otherwise can only be list_price');
}

function checkEvents(input: unknown, say: Say): void {
  if (!Array.isArray(input) || input.length === 0 || input.length > 20) return say('mapping.events', 'pipeline_items need 1 to 20 events');
  const keys = new Set<unknown>();
  input.forEach((event: unknown, index) => {
    const path = `mapping.events.${index}`;
    if (!isObject(event)) return say(path, `${path} must be an object`);
    unknownKeys(event, eventKeys, path, say);
    const { key, when, stage, at, value, undated } = event as unknown as ImportEvent;
    if (!isText(key) || keys.has(key)) say(`${path}.key`, 'each event needs its own key');
    keys.add(key);
    if (when !== undefined && !(isObject(when) && isText(when.column) && Array.isArray(when.in) && when.in.every((word) => typeof word === 'string')))
      say(`${path}.when`, 'when needs a column and a list of values');
    checkField(stage, `${path}.stage`, say);
    if (at !== undefined) checkField(at, `${path}.at`, say);
    else if (!undated) say(`${path}.at`, 'an event needs a date, or undated must be true');
    if (value !== undefined && !(isObject(value) && value.column === undefined && value.constant === undefined && value.otherwise))
      checkField(value, `${path}.value`, say);
    if (undated !== undefined && typeof undated !== 'boolean') say(`${path}.undated`, 'undated must be true or false');
  });
}

function unknownKeys(input: Record<string, unknown>, known: string[], path: string, say: Say): void {
  for (const key of Object.keys(input))
    if (!known.includes(key)) say(`${path}.${key.slice(0, 60)}`, `${key.slice(0, 60)} is not known here`, 'unknown_field');
}

function isObject(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

function isText(input: unknown): input is string {
  return typeof input === 'string' && input.length > 0 && input.length <= longest && !input.includes('\u0000') && input.isWellFormed();
}

function refused(fields: FieldError[]): DomainError {
  return new DomainError('invalid', 'The mapping is not valid.', { fields });
}
