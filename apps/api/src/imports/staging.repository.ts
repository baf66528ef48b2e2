import { Injectable } from '@nestjs/common';
import { from as copyFrom } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { ImportRun } from './import-source.js';
import type { StagedRow } from './row-mapper.js';
import { columnOf, type SourceFields } from './source-fields.js';

const lockNotAvailable = '55P03';

/** From so many written rows on the planner's statistics are refreshed. */
export const manyRows = 2000;

/** The staging table of one import: a temporary table of its transaction, gone with it whatever happens. */
@Injectable()
export class StagingRepository {
  constructor(private readonly db: Db) {}

  /** From here on the work of the import can be given up without giving up the transaction. */
  async savepoint(): Promise<void> {
    await this.db.run('savepoint import');
  }

  async rollBack(): Promise<void> {
    await this.db.run('rollback to savepoint import');
  }

  /** Does the work, keeps what it found and gives up what it wrote: a dry run that is the run itself. */
  async dryly<T>(work: () => Promise<T>): Promise<T> {
    await this.db.run('savepoint dry_run');
    const result = await work();
    const found = await this.db.json(`select coalesce(json_agg(f), '[]')::text as json from findings f`);
    await this.db.run('rollback to savepoint dry_run');
    await this.db.run('delete from findings');
    await this.find(
      `select f.* from json_to_recordset($1::json) as f (line integer, severity text, code text, field text, value text, message text)`,
      [found],
    );
    return result;
  }

  /** Streams rows into the staging table through COPY. */
  async fill(of: SourceFields, rows: AsyncIterable<StagedRow[]>): Promise<void> {
    const fields = Object.keys(of);
    const columns = fields.map(columnOf);
    await this.db.run(
      `create temp table staged (line integer not null, ${columns.map((column) => `${column} text`).join(', ')},
         day_only boolean not null, known_at timestamptz(3), events jsonb not null, findings jsonb not null) on commit drop`,
    );
    const target = this.db.client().query(copyFrom(`copy staged (line, ${columns.join(', ')}, day_only, known_at, events, findings) from stdin`));
    await pipeline(Readable.from(copyLines(fields, rows)), target);
    await this.db.run(
      `create temp table findings on commit drop as select s.line, f.* from staged s
         cross join lateral jsonb_to_recordset(s.findings) as f (severity text, code text, field text, value text, message text)`,
    );
    await this.db.run(`create temp table bad_lines (line integer primary key) on commit drop`);
    // Nobody gathers statistics of a temporary table unless asked; without them the joins that follow are guessed.
    await this.db.run('analyze staged');
    await this.refuseFound();
  }

  /**
   * Tells the planner at once what a large write has made of these tables. A call does so only when it made at least half of what its organisation has in the
   * first of them: then the database knows nothing of it, and that happens rarely. Others who analyze hold the table until they commit, which may take
   * minutes; nobody waits for that.
   */
  async refreshStatistics({ importId }: Pick<ImportRun, 'importId'>, created: number, ...tables: string[]): Promise<void> {
    if (importId === null && !(await this.madeMost(created, tables[0] as string))) return;
    await this.db.run('savepoint statistics');
    try {
      await this.db.run(`set local lock_timeout = '1s'`);
      await this.db.run(`analyze ${tables.join(', ')}`);
      // What the rest waits is what it waited before: a call as it set it when it took its turn, an import as its login does.
      if (importId === null) await this.db.run('set local lock_timeout = 20000');
      else await this.db.run('set local lock_timeout to default');
    } catch (error) {
      if ((error as { code?: string }).code !== lockNotAvailable) throw error;
      await this.db.run('rollback to savepoint statistics');
    }
  }

  private async madeMost(created: number, table: string): Promise<boolean> {
    const { rows } = await this.db.one<{ rows: number }>(
      `select count(*)::int as rows from (select 1 from ${table} where tenant_id = $1 limit $2) x`,
      [currentContext().tenantId, 2 * created + 1],
    );
    return rows <= 2 * created;
  }

  /**
   * What a connection planned while tables were small it keeps, checks of foreign keys included: each of ten thousand new rows would be checked by reading
   * the whole table. After a large write everything is planned anew.
   */
  async forgetPlans(): Promise<void> {
    await this.db.run('discard plans');
  }

  /** Lines with an error, or held as a whole, are left out of everything that follows. */
  async refuseFound(): Promise<void> {
    await this.db.run(
      `insert into bad_lines select distinct line from findings where severity = 'error' or code = 'held_future' on conflict do nothing`,
    );
    await this.db.run(`delete from staged s using bad_lines b where b.line = s.line`);
  }

  /** The same for what was found in rows that are planned already. Answers how many were left out. */
  async refusePlanned(): Promise<number> {
    await this.refuseFound();
    return this.db.run('delete from planned p where not exists (select 1 from staged s where s.line = p.line)');
  }

  /** Adds findings that a query selects as (line, severity, code, field, value, message). */
  async find(select: string, params: unknown[] = []): Promise<void> {
    await this.db.run(`insert into findings (line, severity, code, field, value, message) ${select}`, params);
  }
}

async function* copyLines(fields: readonly string[], batches: AsyncIterable<StagedRow[]>): AsyncGenerator<string> {
  for await (const rows of batches) {
    let text = '';
    for (const row of rows) {
      text += `${row.line}\t`;
      for (const field of fields) text += `${copyCell(row.values[field] ?? null)}\t`;
      text += `${row.dayOnly ? 't' : 'f'}\t${copyCell(row.knownAt)}\t${copyJson(row.events)}\t${copyJson(row.findings)}\n`;
    }
    if (text !== '') yield text;
  }
}

function copyJson(items: readonly unknown[]): string {
  return items.length === 0 ? '[]' : copyCell(JSON.stringify(items));
}

const special = /[\\\t\n\r]/;

function copyCell(value: string | null): string {
  if (value === null) return '\\N';
  if (!special.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
