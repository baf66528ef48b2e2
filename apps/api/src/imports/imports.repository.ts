import { Injectable } from '@nestjs/common';
import type { Import, ImportCounts, ImportMapping, ImportSource } from '@waymark/contracts';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

/** An import as its runner needs it. */
export interface ImportJob {
  id: string;
  source: ImportSource;
  mapping: ImportMapping;
  dry_run: boolean;
  all_or_nothing: boolean;
  state: string;
  cancel_requested: boolean;
  requested_by: string;
}

/** Where the value of a field stands in the file: the name of its column and, in a workbook, its letter. */
export interface CellPlace {
  field: string;
  column: string;
  letter: string | null;
}

export type ImportPhase = 'reading' | 'checking' | 'writing';

/** Reading takes about two thirds of the time, and is the part whose end is known. */
const percent = `case when i.state in ('receiving', 'queued') then 0 when i.state <> 'running' then 100 when i.phase = 'checking' then 70 when i.phase = 'writing' then 80
  else least(65, 65 * i.bytes_read / greatest(i.file_bytes, 1))::int end`;
const shape = `json_build_object('id', i.id, 'source', i.source, 'fileName', i.file_name, 'state', i.state, 'dryRun', i.dry_run, 'allOrNothing', i.all_or_nothing,
  'rowsRead', i.rows_read, 'phase', case when i.state = 'running' then i.phase end, 'percent', ${percent},
  'counts', case when i.counts <> '{}' then '{"withheld": 0}'::jsonb || i.counts end, 'failure', i.failure, 'requestedBy', u.name,
  'createdAt', to_char(i.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'finishedAt', to_char(i.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
const tables = 'imports i join users u on u.tenant_id = i.tenant_id and u.id = i.requested_by';

@Injectable()
export class ImportsRepository {
  constructor(private readonly db: Db) {}

  async create(fileName: string, mapping: ImportMapping, { dryRun, allOrNothing }: { dryRun: boolean; allOrNothing: boolean }, requestedBy: string) {
    const row = await this.db.one<{ id: string }>(
      `insert into imports (tenant_id, source, file_name, mapping, dry_run, all_or_nothing, state, requested_by) values ($1, $2, $3, $4, $5, $6, 'receiving', $7) returning id`,
      [currentContext().tenantId, mapping.source, fileName, JSON.stringify(mapping), dryRun, allOrNothing, requestedBy],
    );
    return row.id;
  }

  async addChunk(importId: string, sequence: number, bytes: Buffer): Promise<void> {
    await this.db.run('insert into import_chunks (tenant_id, import_id, sequence, bytes) values ($1, $2, $3, $4)', [
      currentContext().tenantId,
      importId,
      sequence,
      bytes,
    ]);
  }

  async received(importId: string, bytes: number, sha256: string): Promise<void> {
    await this.db.run(`update imports set state = 'queued', file_bytes = $3, file_sha256 = $4 where tenant_id = $1 and id = $2`, [
      currentContext().tenantId,
      importId,
      bytes,
      sha256,
    ]);
  }

  chunk(importId: string, sequence: number): Promise<{ bytes: Buffer } | null> {
    return this.db.maybe('select bytes from import_chunks where tenant_id = $1 and import_id = $2 and sequence = $3', [
      currentContext().tenantId,
      importId,
      sequence,
    ]);
  }

  /** Bytes of each chunk, in their order. */
  async chunkSizes(importId: string): Promise<number[]> {
    const rows = await this.db.many<{ bytes: number }>(
      'select octet_length(bytes) as bytes from import_chunks where tenant_id = $1 and import_id = $2 order by sequence',
      [currentContext().tenantId, importId],
    );
    return rows.map((row) => row.bytes);
  }

  job(importId: string): Promise<ImportJob | null> {
    return this.db.maybe<ImportJob & Record<string, unknown>>(
      'select id, source, mapping, dry_run, all_or_nothing, state, cancel_requested, requested_by from imports where tenant_id = $1 and id = $2',
      [currentContext().tenantId, importId],
    );
  }

  /** Says how far the import is, and whether somebody asked to stop. Runs in a transaction of its own. */
  async progress(importId: string, { rows, bytes, phase }: { rows: number; bytes: number; phase: ImportPhase }): Promise<{ cancel: boolean }> {
    const row = await this.db.one<{ cancel_requested: boolean }>(
      `update imports set rows_read = $3, bytes_read = $4, phase = $5, state = 'running' where tenant_id = $1 and id = $2 returning cancel_requested`,
      [currentContext().tenantId, importId, rows, bytes, phase],
    );
    return { cancel: row.cancel_requested };
  }

  /** Asked in the import's own transaction: from here to its end nobody else can ask to stop. */
  async cancelRequested(importId: string): Promise<boolean> {
    const row = await this.db.one<{ cancel_requested: boolean }>(
      'select cancel_requested from imports where tenant_id = $1 and id = $2 for no key update',
      [currentContext().tenantId, importId],
    );
    return row.cancel_requested;
  }

  /** Rows with an error and, unless a last day was asked for, rows that lie ahead. */
  async badRows(alsoHeld: boolean): Promise<number> {
    const row = await this.db.one<{ rows: number }>(
      `select count(distinct line)::int as rows from findings where severity = 'error' or ($1 and code = 'held_future')`,
      [alsoHeld],
    );
    return row.rows;
  }

  async saveFindings(importId: string, places: readonly CellPlace[]): Promise<void> {
    await this.db.run(
      `insert into import_findings (tenant_id, import_id, line, severity, code, field, value, message, column_name, cell)
       select $1, $2, f.line, f.severity, f.code, f.field, left(f.value, 200), left(f.message, 500), left(p."column", 200), p.letter || f.line
       from findings f left join json_to_recordset($3::json) as p (field text, "column" text, letter text) on p.field = f.field order by f.line`,
      [currentContext().tenantId, importId, JSON.stringify(places)],
    );
  }

  async countFindings(): Promise<Pick<ImportCounts, 'errors' | 'held' | 'incomplete' | 'repaired' | 'byCode'>> {
    const row = await this.db.one<{ errors: number; held: number; incomplete: number; repaired: number; by_code: Record<string, number> | null }>(
      `select count(distinct line) filter (where severity = 'error')::int as errors,
         count(distinct line) filter (where code = 'held_future' and line not in (select line from findings where severity = 'error'))::int as held,
         count(distinct line) filter (where severity = 'incomplete')::int as incomplete, count(distinct line) filter (where severity = 'repaired')::int as repaired,
         (select json_object_agg(code, n) from (select code, count(distinct line) as n from findings group by code) c) as by_code from findings`,
    );
    return { errors: row.errors, held: row.held, incomplete: row.incomplete, repaired: row.repaired, byCode: row.by_code ?? {} };
  }

  async finish(importId: string, state: 'done' | 'failed' | 'cancelled', counts: ImportCounts | null, failure: string | null): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `update imports set state = $3, counts = coalesce($4::jsonb, counts), failure = $5, finished_at = now(), rows_read = coalesce(($4::jsonb ->> 'rows')::int, rows_read)
       where tenant_id = $1 and id = $2`,
      [tenantId, importId, state, counts === null ? null : JSON.stringify(counts), failure],
    );
    await this.db.run('delete from import_chunks where tenant_id = $1 and import_id = $2', [tenantId, importId]);
  }

  requestCancel(importId: string): Promise<number> {
    return this.db.run(
      `update imports set cancel_requested = true where tenant_id = $1 and id = $2 and state in ('receiving', 'queued', 'running')`,
      [currentContext().tenantId, importId],
    );
  }

  async find(importId: string): Promise<Import | null> {
    const row = await this.db.maybe<{ import: Import }>(`select ${shape} as import from ${tables} where i.tenant_id = $1 and i.id = $2`, [
      currentContext().tenantId,
      importId,
    ]);
    return row?.import ?? null;
  }

  async list(after: string | null, limit: number): Promise<Import[]> {
    const rows = await this.db.many<{ import: Import }>(
      `select ${shape} as import from ${tables} where i.tenant_id = $1 and ($2::uuid is null or i.id < $2) order by i.id desc limit $3`,
      [currentContext().tenantId, after, limit],
    );
    return rows.map((row) => row.import);
  }

  findings(importId: string, severity: string | null, after: { line: number; id: string } | null, limit: number) {
    return this.db.many<{
      id: string;
      line: number;
      severity: 'error' | 'held' | 'incomplete' | 'repaired';
      code: string;
      field: string | null;
      column: string | null;
      cell: string | null;
      value: string | null;
      message: string;
    }>(
      `select id, line, severity, code, field, column_name as "column", cell, value, message from import_findings where tenant_id = $1 and import_id = $2 and ($3::text is null or severity = $3)
         and ($4::int is null or (line, id) > ($4, $5::uuid)) order by line, id limit $6`,
      [currentContext().tenantId, importId, severity, after?.line ?? null, after?.id ?? null, limit],
    );
  }
}
