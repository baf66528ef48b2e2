import type { ImportMapping, ImportSource } from '@waymark/contracts';
import { CellParser, shown } from './cell-values.js';
import type { Finding, StagedRow } from './row-mapper.js';
import { type SourceField } from './source-fields.js';
import { importSourceDefinitions } from './source-registry.js';

/** Sources that other systems send row by row. */
export type IngestSource = Exclude<ImportSource, 'people' | 'products' | 'exchange_rates'>;

/** Turns the rows of a JSON message into staged rows, as the reader of files does with its lines. Knows nothing of the database and never throws. */
export class IngestRows {
  /** Fields that at least one row names: what none names stays as it is. What is required is asked of each, also of rows that are no objects at all. */
  readonly named: Set<string>;
  private readonly parser: CellParser;
  private readonly fields: Record<string, SourceField>;
  private readonly datedBy: readonly string[];

  constructor(
    private readonly source: IngestSource,
    zone: string,
  ) {
    this.parser = new CellParser(zone);
    const { fields, callFields } = importSourceDefinitions[source];
    this.fields = { ...fields, externalId: { ...(fields['externalId'] as SourceField), required: true }, ...callFields };
    const instants = Object.keys(fields).filter((name) => fields[name]?.kind === 'instant');
    this.datedBy = importSourceDefinitions[source].datedBy ?? instants;
    this.named = new Set(Object.keys(this.fields).filter((name) => this.fields[name]?.required));
  }

  /** How the rows are taken: every field from what bears its name, no event taken back, known from now on. */
  mapping(): ImportMapping {
    const fields = [...this.named].filter((name) => Object.hasOwn(importSourceDefinitions[this.source].fields, name));
    return { source: this.source, fields: Object.fromEntries(fields.map((name) => [name, { column: name, optional: true }])) };
  }

  read(input: unknown, line: number): StagedRow {
    const row: StagedRow = { line, values: {}, dayOnly: false, knownAt: null, events: [], findings: [] };
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      row.findings.push(error('not_an_object', null, null, 'A row is an object with fields.'));
      return row;
    }
    const told = input as Record<string, unknown>;
    for (const name of Object.keys(told))
      if (!Object.hasOwn(this.fields, name))
        row.findings.push(error('unknown_field', shown(name), null, `${shown(name)} is no field of this source.`));
    const dayOnly: Record<string, boolean> = {};
    for (const [name, field] of Object.entries(this.fields)) {
      if (!Object.hasOwn(told, name) && !field.required) continue;
      this.named.add(name);
      row.dayOnly = false;
      row.values[name] = this.value(row, name, field, told[name]);
      dayOnly[name] = row.dayOnly;
    }
    const dates = this.datedBy.map((name) => dayOnly[name]);
    row.dayOnly = dates.find((only) => only !== undefined) ?? false;
    if (this.source === 'pipeline_items') this.event(row, dayOnly['occurredAt'] ?? false);
    return row;
  }

  /** The same stage at the same instant is the same event: told again it changes nothing, told otherwise it is corrected. */
  private event(row: StagedRow, day_only: boolean): void {
    const { stage, occurredAt: at, value } = row.values;
    if (stage && at) row.events.push({ key: `${stage}@${at}`, stage, at, day_only, value: value ?? null });
  }

  private value(row: StagedRow, name: string, field: SourceField, told: unknown): string | null {
    if (told !== undefined && told !== null && typeof told !== 'string' && typeof told !== 'number') {
      row.findings.push(error('not_a_value', name, null, `${name} must be text or a number.`));
      return null;
    }
    const text = String(told ?? '').trim();
    if (text === '') {
      if (field.required) row.findings.push(error('required', name, null, `${name} is missing.`));
      return null;
    }
    const parsed = this.parser.parse(text, field);
    if ('code' in parsed) {
      row.findings.push(error(parsed.code, name, shown(text), parsed.message));
      return null;
    }
    if (parsed.dayOnly) row.dayOnly = true;
    return parsed.text;
  }
}

function error(code: string, field: string | null, value: string | null, message: string): Finding {
  return { severity: 'error', code, field, value, message };
}
