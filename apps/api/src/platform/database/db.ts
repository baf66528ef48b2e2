import { Injectable } from '@nestjs/common';
import type { PoolClient, QueryResultRow } from 'pg';
import { currentUnit } from '../request-context.js';

/** SQL inside the present unit of work. Values are always parameters; every statement names its tenant. */
@Injectable()
export class Db {
  /** All rows. */
  async many<R extends QueryResultRow>(sql: string, params: unknown[] = []): Promise<R[]> {
    return (await this.client().query<R>(sql, params)).rows;
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

  /** Runs a statement and answers how many rows it touched. */
  async run(sql: string, params: unknown[] = []): Promise<number> {
    return (await this.client().query(sql, params)).rowCount ?? 0;
  }

  /** The JSON text that PostgreSQL built in the statement's single column `json`; sent on as it is. */
  async json(sql: string, params: unknown[] = []): Promise<string> {
    return (await this.one<{ json: string }>(sql, params)).json;
  }

  /** The connection of the present unit of work, for COPY. */
  client(): PoolClient {
    const unit = currentUnit();
    if (!unit) throw new Error('no unit of work: database access needs an open transaction with a tenant');
    return unit.client;
  }
}
