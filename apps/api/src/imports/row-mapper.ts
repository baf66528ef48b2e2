import type { FindingSeverity, ImportEvent, ImportField, ImportMapping } from '@waymark/contracts';
import { addDays, startOfDay } from '@waymark/kernel';
import { CellParser, shown } from './cell-values.js';
import type { CsvRecord } from './csv-reader.js';
import { ImportFailure } from './import-failure.js';
import { columnsOf } from './mapping.js';
import { columnOf, type SourceField, sourceFields } from './source-fields.js';

/** What the organisation is now, as far as rows need it. */
export interface MappingContext {
  zone: string;
  now: Date;
  /** Key of each stage. */
  stages: ReadonlySet<string>;
}

/** What was not taken as it stood; stored with the staged row and written out at the end. */
export interface Note {
  s: FindingSeverity;
  c: string;
  f: string | null;
  v: string | null;
  m: string;
}

/** One line of the file as the staging table takes it. */
export interface StagedRow {
  line: number;
  values: (string | null)[];
  notes: Note[];
}

interface Reading {
  cells: string[];
  notes: Note[];
  aliased: Set<string>;
}

const instantField: SourceField = { kind: 'instant' };
const moneyField: SourceField = { kind: 'money' };

/** Staging columns of a mapping, in the order of `StagedRow.values`. */
export function stagingColumns(mapping: ImportMapping): string[] {
  const types = { text: 'text', choice: 'text', money: 'bigint', integer: 'bigint', day: 'date', instant: 'timestamptz(3)' } as const;
  const columns = Object.entries(sourceFields[mapping.source]).flatMap(([field, spec]) => {
    const column = `${columnOf(field)} ${types[spec.kind]}`;
    return spec.kind === 'instant' ? [column, `${columnOf(field)}_day_only boolean`] : [column];
  });
  const events = (mapping.events ?? []).flatMap((_, n) => [`e${n}_stage text`, `e${n}_at timestamptz(3)`, `e${n}_day_only boolean`, `e${n}_undated boolean`, `e${n}_value bigint`]);
  return [...columns, 'recorded_at timestamptz(3)', ...events];
}

/** Turns records of a file into staged rows by a mapping. Throws `ImportFailure` when the header lacks columns. */
export class RowMapper {
  private readonly index = new Map<string, number>();
  private readonly parser: CellParser;
  private readonly fields: { name: string; from: ImportField | undefined; spec: SourceField }[];
  private readonly firstHeld: number;
  private readonly now: number;

  constructor(
    private readonly mapping: ImportMapping,
    private readonly header: readonly string[],
    private readonly context: MappingContext,
  ) {
    header.forEach((name, at) => this.index.set(name, at));
    const missing = columnsOf(mapping).filter((column) => !this.index.has(column));
    if (missing.length > 0) throw new ImportFailure(missingColumns(missing, header));
    const twice = header.find((name, at) => header.indexOf(name) !== at && columnsOf(mapping).includes(name));
    if (twice !== undefined) throw new ImportFailure(`The file has two columns named "${shown(twice)}".`);
    this.parser = new CellParser(context.zone);
    this.fields = Object.entries(sourceFields[mapping.source]).map(([name, spec]) => ({ name, from: mapping.fields[name], spec }));
    this.firstHeld = mapping.until === undefined ? Infinity : startOfDay(addDays(mapping.until, 1), context.zone).getTime();
    this.now = context.now.getTime();
  }

  map(record: CsvRecord): StagedRow {
    const reading: Reading = { cells: record.cells, notes: [], aliased: new Set() };
    if (record.broken) return this.refused(record, 'broken_quotes', 'A quote stands inside a cell that is not quoted.');
    if (record.cells.length !== this.header.length)
      return this.refused(record, 'wrong_cell_count', `The line has ${record.cells.length} cells, the header has ${this.header.length}.`);
    if (record.cells.some((cell) => cell.includes('\u0000'))) return this.refused(record, 'nul', 'A cell holds a NUL character.');
    const values = this.fields.flatMap(({ name, from, spec }) => this.fieldValues(reading, name, from, spec));
    values.push(this.recordedAt(reading), ...this.eventValues(reading));
    return { line: record.line, values, notes: reading.notes };
  }

  private refused(record: CsvRecord, code: string, message: string): StagedRow {
    return { line: record.line, values: stagingColumns(this.mapping).map(() => null), notes: [{ s: 'error', c: code, f: null, v: null, m: message }] };
  }

  private fieldValues(reading: Reading, name: string, from: ImportField | undefined, spec: SourceField): (string | null)[] {
    const value = from ? this.read(reading, from, spec) : null;
    if (value === null && spec.required && !reading.notes.some((note) => note.s === 'error' && note.f === (from?.column ?? name)))
      reading.notes.push({ s: 'error', c: 'required', f: from?.column ?? name, v: null, m: `${name} is empty.` });
    if (spec.kind !== 'instant') return [value?.text ?? null];
    if (value && name !== 'scheduledAt') this.checkTime(reading, Date.parse(value.text), from?.column ?? name, true);
    return [value?.text ?? null, String(value?.dayOnly ?? false)];
  }

  /** The text of a field as the database takes it, null when empty; what is wrong goes to the notes. */
  private read(reading: Reading, from: ImportField, spec: SourceField): { text: string; dayOnly?: boolean } | null {
    const cell = this.cell(reading, from);
    if (cell === '') return null;
    const value = this.parser.parse(cell, spec, from.times);
    if ('text' in value) return value;
    reading.notes.push({ s: 'error', c: value.code, f: from.column ?? null, v: shown(cell), m: value.message });
    return null;
  }

  private cell(reading: Reading, from: ImportField): string {
    if (from.constant !== undefined) return from.constant;
    const at = this.index.get(from.column ?? '');
    const raw = at === undefined ? '' : (reading.cells[at] ?? '');
    const cell = raw.trim();
    const meant = from.alias && Object.hasOwn(from.alias, cell) ? from.alias[cell] : undefined;
    if (raw !== cell) this.repaired(reading, 'trimmed', from, raw, 'Blanks around the value were left out.');
    if (meant === undefined) return cell;
    this.repaired(reading, 'alias', from, cell, `"${shown(cell)}" is taken as "${shown(meant)}".`);
    return meant;
  }

  private repaired(reading: Reading, code: string, from: ImportField, value: string, message: string): void {
    const key = `${code} ${from.column}`;
    if (reading.aliased.has(key)) return;
    reading.aliased.add(key);
    reading.notes.push({ s: 'repaired', c: code, f: from.column ?? null, v: shown(value), m: message });
  }

  private recordedAt(reading: Reading): string | null {
    const known = this.mapping.knownAt;
    if (typeof known !== 'object') return null;
    const value = this.read(reading, { column: known.column }, instantField);
    if (value) this.checkTime(reading, Date.parse(value.text), known.column, false);
    else reading.notes.push({ s: 'error', c: 'required', f: known.column, v: null, m: 'The time at which the row became known is empty.' });
    return value?.text ?? null;
  }

  private eventValues(reading: Reading): (string | null)[] {
    const events = this.mapping.events ?? [];
    if (events.length === 0) return [];
    let previous = -Infinity;
    let told = 0;
    let held = false;
    const values = events.flatMap((event) => {
      if (held || !this.applies(reading, event)) return [null, null, null, null, null];
      const stage = this.stageOf(reading, event);
      const at = event.at ? this.read(reading, event.at, instantField) : null;
      const time = at ? Date.parse(at.text) : previous;
      if (!at && !event.undated) this.noDate(reading, event);
      if (!at && event.undated) reading.notes.push({ s: 'incomplete', c: 'undated', f: event.at?.column ?? null, v: null, m: 'The row has no date: it stands from the earliest fact on and counts in no period.' });
      if (time < previous) reading.notes.push({ s: 'error', c: 'order', f: event.at?.column ?? null, v: at?.text ?? null, m: `"${event.key}" lies before the event it follows.` });
      if (at && this.checkTime(reading, time, event.at?.column ?? event.key, told === 0)) {
        held = true;
        return [null, null, null, null, null];
      }
      previous = time;
      told += 1;
      const value = event.value && (event.value.column !== undefined || event.value.constant !== undefined) ? this.read(reading, event.value, moneyField) : null;
      if (value && value.text.startsWith('-')) reading.notes.push({ s: 'error', c: 'negative', f: event.value?.column ?? null, v: value.text, m: 'A value is never negative.' });
      return [stage, at?.text ?? null, String(at?.dayOnly ?? false), String(!at), value?.text ?? (event.value?.otherwise ? null : '0')];
    });
    if (told === 0 && !held && !reading.notes.some((note) => note.s === 'error'))
      reading.notes.push({ s: 'error', c: 'no_event', f: events[0]?.when?.column ?? null, v: this.told(reading, events), m: 'No event of the mapping fits this row.' });
    return values;
  }

  private told(reading: Reading, events: readonly ImportEvent[]): string | null {
    const column = events[0]?.when?.column;
    return column === undefined ? null : shown(this.cell(reading, { column }));
  }

  private applies(reading: Reading, event: ImportEvent): boolean {
    return event.when === undefined || event.when.in.includes(this.cell(reading, { column: event.when.column }));
  }

  private stageOf(reading: Reading, event: ImportEvent): string | null {
    const key = this.cell(reading, event.stage);
    if (this.context.stages.has(key)) return key;
    reading.notes.push({ s: 'error', c: 'unknown_stage', f: event.stage.column ?? null, v: shown(key), m: `There is no stage "${shown(key)}".` });
    return null;
  }

  private noDate(reading: Reading, event: ImportEvent): void {
    const column = event.at?.column ?? null;
    if (!reading.notes.some((note) => note.s === 'error' && note.f === column)) reading.notes.push({ s: 'error', c: 'required', f: column, v: null, m: `The date of "${event.key}" is empty.` });
  }

  /** Rows after the last day taken are held, those after now are errors. True when the event (or row) must wait. */
  private checkTime(reading: Reading, time: number, column: string, whole: boolean): boolean {
    const value = new Date(time).toISOString();
    if (time >= this.firstHeld) {
      const message = whole ? `Later than ${this.mapping.until}, the last day taken: held.` : `Happened after ${this.mapping.until}, the last day taken: the row is imported as it stood before.`;
      reading.notes.push({ s: 'held', c: whole ? 'held_future' : 'later_event_held', f: column, v: value, m: message });
      return true;
    }
    if (time > this.now) reading.notes.push({ s: 'error', c: 'in_future', f: column, v: value, m: "Later than now by the organisation's clock." });
    return false;
  }
}

function missingColumns(missing: readonly string[], header: readonly string[]): string {
  const list = (names: readonly string[]) => names.slice(0, 20).map((name) => `"${shown(name)}"`).join(', ');
  return `The file lacks the column${missing.length > 1 ? 's' : ''} ${list(missing)}; it has ${list(header)}.`;
}
