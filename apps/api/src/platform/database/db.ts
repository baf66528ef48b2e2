import { Injectable } from '@nestjs/common';
import type { PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { createHash } from 'node:crypto';
import { currentUnit } from '../request-context.js';

const names = new Map<string, string>();

/** A name for a statement's text that is the same in every connection. */
function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known) return known;
  const name = createHash('sha256').update(sql).digest('hex').slice(0, 40);
  names.set(sql, name);
  return name;
}

/** SQL inside the present unit of work. Values are always parameters; every statement names its tenant. */
@Injectable()
export class Db {
  /** All rows. */
  async many<R extends QueryResultRow>(sql: string, params: unknown[] = []): Promise<R[]> {
    return (await this.send<R>(sql, params)).rows;
  }

  /** The one row; anything else is a bug in the caller. */
  async one<R extends QueryResultRow>(sql: string, params: unknown[] = []): Promise<R> {
    const rows = await this.many<R>(sql, params);
    if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}`);
    return rows[0] as R;
  }

  /** The first row, or null. */
  async maybe<R extends QueryResultRow>(sql: string, params: unknown[] = []): Promise<R | null> {
    return (await this.many<R>(sql, params))[0] ?? null;
  }

  /**
   * The one row of a hot read. The connection keeps the statement's plan under a name, which saves planning it anew each time; so the text
   * must be one of a few: its values are parameters and it is built from conditions, never from data.
   */
  async prepared<R extends QueryResultRow>(sql: string, params: unknown[]): Promise<R> {
    const { rows } = await this.client().query<R>({ name: nameOf(sql), text: sql, values: params });
    if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}`);
    return rows[0] as R;
  }

  /**
   * All rows of a statement of the background work that runs all the time, with a kept plan; the same holds for its text as for `prepared`. One whose text an
   * organisation has a part in is sent without: `few` says whether it is one of a few texts.
   */
  async kept<R extends QueryResultRow>(sql: string, params: unknown[], few = true): Promise<R[]> {
    if (!few) return this.many<R>(sql, params);
    const patience = currentUnit()?.patienceMs;
    const waiting = patience === undefined ? {} : { query_timeout: patience };
    return (await this.client().query<R>({ name: nameOf(sql), text: sql, values: params, ...waiting } as QueryConfig)).rows;
  }

  /** Runs a statement and answers how many rows it touched. */
  async run(sql: string, params: unknown[] = []): Promise<number> {
    return (await this.send(sql, params)).rowCount ?? 0;
  }

  /** The JSON text that PostgreSQL built in the statement's single column `json`; sent on as it is. */
  async json(sql: string, params: unknown[] = []): Promise<string> {
    return (await this.one<{ json: string }>(sql, params)).json;
  }

  /** Waits longer for the statements of this unit than for others: for large sets. What the database allows is said by `set local statement_timeout`. */
  waitUpTo(milliseconds: number): void {
    const unit = currentUnit();
    if (unit) unit.patienceMs = milliseconds;
  }

  private send<R extends QueryResultRow>(text: string, values: unknown[]): Promise<QueryResult<R>> {
    const patience = currentUnit()?.patienceMs;
    if (patience === undefined) return this.client().query<R>(text, values);
    return this.client().query<R>({ text, values, query_timeout: patience } as QueryConfig);
  }

  /** The connection of the present unit of work, for COPY. */
  client(): PoolClient {
    const unit = currentUnit();
    if (!unit) throw new Error('no unit of work: database access needs an open transaction with a tenant');
    if (unit.ended) throw new Error('query after release: the unit of work has ended, somebody did not wait for this statement');
    return unit.client;
  }
}
