import type { FindingSeverity, ImportEvent, ImportField, ImportMapping } from '@waymark/contracts';
import { CellParser, shown } from './cell-values.js';
import type { FileRecord } from './file-record.js';
import type { SourceField } from './source-fields.js';
import { sourceFields } from './source-registry.js';

/** What was not taken as it stood. */
export interface Finding {
  severity: FindingSeverity;
  code: string;
  field: string | null;
  value: string | null;
  message: string;
}

/** An event of a staged row; instants as RFC 3339 text, amounts in minor units. */
export interface StagedEvent {
  key: string;
  stage: string;
  at: string | null;
  day_only: boolean;
  value: string | null;
}

/** A row on its way into the staging table: values by field name, null where the cell is empty. */
export interface StagedRow {
  line: number;
  values: Record<string, string | null>;
  dayOnly: boolean;
  knownAt: string | null;
  events: StagedEvent[];
  findings: Finding[];
}

const instantField: SourceField = { kind: 'instant' };
const moneyField: SourceField = { kind: 'money' };
const stageField: SourceField = { kind: 'text', max: 60 };

/** Turns the cells of one record into the fields of the source, as the mapping says. Knows nothing of the database. */
export class RowMapper {
  private readonly places = new Map<string, number>();
  private readonly parser: CellParser;

  constructor(
    private readonly mapping: ImportMapping,
    header: readonly string[],
    zone: string,
  ) {
    header.forEach((name, place) => this.places.set(name, place));
    this.parser = new CellParser(zone);
  }

  /** Fields that the file tells: of a constant, or of a column that it has. What it does not tell stays as it is. */
  told(): Set<string> {
    const fields = Object.entries(this.mapping.fields);
    return new Set(fields.filter(([, field]) => field.constant !== undefined || this.places.has(field.column as string)).map(([name]) => name));
  }

  map(record: FileRecord): StagedRow {
    const row: StagedRow = { line: record.line, values: {}, dayOnly: false, knownAt: null, events: [], findings: [] };
    if (record.broken) row.findings.push(error('broken_quotes', null, null, 'A quote stands inside an unquoted cell.'));
    else if (record.cells.length !== this.places.size)
      row.findings.push(error('wrong_cell_count', null, null, `The row has ${record.cells.length} cells, the header ${this.places.size}.`));
    if (row.findings.length > 0) return row;
    const specs = sourceFields[this.mapping.source];
    for (const [name, field] of Object.entries(this.mapping.fields)) {
      const value = this.read(record, row, name, field, specs[name] as SourceField);
      if (value === null && specs[name]?.required && !refused(row, name)) row.findings.push(error('required', name, null, `${name} is empty.`));
      row.values[name] = value;
    }
    if (typeof this.mapping.knownAt === 'object') row.knownAt = this.read(record, row, 'knownAt', this.mapping.knownAt, instantField);
    for (const event of this.mapping.events ?? []) this.event(record, row, event);
    if (this.mapping.events && row.events.length === 0 && !row.findings.some((finding) => finding.severity === 'error'))
      row.findings.push(error('no_event', null, null, 'No event of the mapping fits this row.'));
    return row;
  }

  private event(record: FileRecord, row: StagedRow, event: ImportEvent): void {
    if (event.when && !event.when.in.includes(this.cell(record, event.when.column))) return;
    const stage = this.read(record, row, `${event.key}.stage`, event.stage, stageField);
    if (stage === null) return void row.findings.push(error('required', `${event.key}.stage`, null, 'The stage is empty.'));
    const dayOnlyBefore = row.dayOnly;
    row.dayOnly = false;
    const at = event.at ? this.read(record, row, `${event.key}.at`, event.at, instantField) : null;
    const day_only = row.dayOnly;
    row.dayOnly = dayOnlyBefore;
    if (at === null && refused(row, `${event.key}.at`)) return;
    if (at === null && !event.undated)
      return void row.findings.push(error('no_date', `${event.key}.at`, null, `The date of "${event.key}" is empty.`));
    const before = row.events.findLast((told) => told.at !== null)?.at ?? null;
    if (at !== null && before !== null && Date.parse(at) < Date.parse(before))
      row.findings.push(error('order', `${event.key}.at`, at, `"${event.key}" lies before the event it follows.`));
    const fromCell = event.value?.column !== undefined || event.value?.constant !== undefined;
    const value = event.value && fromCell ? this.read(record, row, `${event.key}.value`, event.value, moneyField) : null;
    row.events.push({ key: event.key, stage, at, day_only, value });
  }

  private read(record: FileRecord, row: StagedRow, name: string, field: ImportField, spec: SourceField): string | null {
    const fault = field.column === undefined ? undefined : record.faults?.get(this.places.get(field.column) ?? -1);
    if (fault) return this.refuse(row, name, '', fault.code, fault.message);
    const raw = field.constant ?? this.cell(record, field.column as string);
    if (raw === '') return null;
    const alias = field.alias && Object.hasOwn(field.alias, raw) ? field.alias[raw] : undefined;
    if (alias !== undefined && !row.findings.some((finding) => finding.code === 'alias' && finding.value === raw))
      row.findings.push({ severity: 'repaired', code: 'alias', field: name, value: raw, message: `"${shown(raw)}" is taken as "${alias}".` });
    if (raw.includes('\u0000')) return this.refuse(row, name, raw.replaceAll('\u0000', ''), 'nul', 'The cell holds a NUL character.');
    const parsed = this.parser.parse(alias ?? raw, spec, field.times);
    if ('code' in parsed) return this.refuse(row, name, raw, parsed.code, parsed.message);
    if (parsed.dayOnly) row.dayOnly = true;
    return parsed.text;
  }

  private refuse(row: StagedRow, name: string, value: string, code: string, message: string): null {
    row.findings.push(error(code, name, shown(value), message));
    return null;
  }

  private cell(record: FileRecord, column: string): string {
    const place = this.places.get(column);
    return place === undefined ? '' : (record.cells[place] ?? '').trim();
  }
}

function refused(row: StagedRow, field: string): boolean {
  return row.findings.some((finding) => finding.severity === 'error' && finding.field === field);
}

function error(code: string, field: string | null, value: string | null, message: string): Finding {
  return { severity: 'error', code, field, value, message };
}
