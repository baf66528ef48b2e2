import { Injectable } from '@nestjs/common';
import { DomainError } from '@waymark/kernel';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { csvFile } from '../platform/http/csv.js';
import { currentContext } from '../platform/request-context.js';
import { classification } from '../database/classification.js';
import { anyWord } from './mentions.js';
import { PersonExportRepository, type PersonRow } from './person-export.repository.js';
import { zip } from './zip.js';

const masked = '(another person)';
const namesPerPattern = 500;

/** Everything that is stored about one person, as files (PLAT-11). */
@Injectable()
export class PersonExport {
  constructor(
    private readonly repository: PersonExportRepository,
    private readonly audit: AuditTrail,
    private readonly units: UnitOfWork,
  ) {}

  /** A zip of person.json and one CSV per table. An export by somebody else is noted in the trail first. Throws `not_found`. */
  async of(userId: string): Promise<Buffer> {
    const name = await this.repository.nameOf(userId);
    if (name === null) throw new DomainError('not_found', 'There is no such record, or you may not see it.');
    await this.note(userId);
    const mask = maskOf(await this.repository.otherNames(userId));
    const tables: Record<string, { columns: string[]; rows: PersonRow[] }> = {};
    for (const [table, { about }] of Object.entries(classification)) {
      if (about === null) continue;
      const found = await this.repository.rows(table, userId);
      tables[table] = { columns: found.columns, rows: found.rows.map((row) => maskRow(row, classification[table]?.personal ?? [], mask)) };
    }
    const logic = await this.repository.logic(userId);
    const { organisation, now } = currentContext();
    const whole = {
      person: { id: userId, name },
      organisation,
      exportedAt: now.toISOString(),
      about: 'Everything stored about this person. Names and ids of other people are left out; secrets are never exported.',
      purposes: Object.fromEntries(
        Object.keys(tables).map((table) => [table, { purpose: classification[table]?.purpose, kept: classification[table]?.retention }]),
      ),
      logicOfGates: logic,
      tables: Object.fromEntries(Object.entries(tables).map(([table, { rows }]) => [table, rows])),
    };
    return zip([
      { name: 'person.json', text: `${JSON.stringify(whole, null, 2)}\n` },
      { name: 'logic_of_gates.csv', text: csvOf(['gate', 'deadline', 'outcome', 'judged_at', 'asked_and_found'], logic) },
      ...Object.entries(tables).map(([table, { columns, rows }]) => ({ name: `${table}.csv`, text: csvOf(columns, rows) })),
    ]);
  }

  private async note(subjectId: string): Promise<void> {
    const { tenantId, userId } = currentContext();
    if (userId === subjectId) return;
    const entry = { action: 'person.exported', object: { type: 'user', id: subjectId }, subjectId };
    await this.units
      .run({ tenantId, userId, separate: true }, () => this.audit.record(entry))
      .catch(() => {
        throw new DomainError('unavailable', 'The export could not be noted, so there is none. Try again in a moment.');
      });
  }
}

function csvOf(columns: readonly string[], rows: readonly PersonRow[]): string {
  return csvFile(
    columns,
    rows.map((row) => columns.map((column) => cellOf(row[column]))),
  );
}

function cellOf(value: unknown): string | number | null {
  if (value === null || value === undefined || typeof value === 'number') return value ?? null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | boolean);
}

/** Replaces names of other people in a text. */
function maskOf(names: readonly string[]): (text: string) => string {
  const patterns: RegExp[] = [];
  for (let from = 0; from < names.length; from += namesPerPattern)
    patterns.push(new RegExp(anyWord(names.slice(from, from + namesPerPattern)), 'giu'));
  return (text) => patterns.reduce((masking, pattern) => masking.replace(pattern, masked), text);
}

function maskRow(row: PersonRow, columns: readonly string[], mask: (text: string) => string): PersonRow {
  const next = { ...row };
  for (const column of columns) {
    const value = next[column];
    if (typeof value === 'string') next[column] = mask(value);
    else if (value !== null && typeof value === 'object') next[column] = JSON.parse(mask(JSON.stringify(value)));
  }
  return next;
}
