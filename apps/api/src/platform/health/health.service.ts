import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { migrations } from '../../database/migrations/index.js';
import { Database } from '../database/database.js';

/** One readiness check: its name, whether it holds, and a sentence when it does not. */
export interface Check {
  name: string;
  ok: boolean;
  detail: string;
}

/** What operators ask: is it alive, can it work, what are its figures (PLAT-13). */
@Injectable()
export class HealthService {
  readonly registry = new Registry();

  constructor(private readonly database: Database) {
    collectDefaultMetrics({ register: this.registry });
    const pool = () => this.database.pool;
    new Gauge({
      name: 'waymark_pool_clients',
      help: 'Open database connections',
      registers: [this.registry],
      collect() {
        this.set(pool().totalCount);
      },
    });
    new Gauge({
      name: 'waymark_pool_waiting',
      help: 'Work that waits for a connection',
      registers: [this.registry],
      collect() {
        this.set(pool().waitingCount);
      },
    });
    new Gauge({
      name: 'waymark_pool_dirty_releases',
      help: 'Connections destroyed because they came back inside a transaction',
      registers: [this.registry],
      collect() {
        this.set(pool().dirtyReleases);
      },
    });
  }

  /** Database, migrations and queue. Takes its own connection, so that a busy pool does not change the answer. */
  async checks(): Promise<Check[]> {
    try {
      const { rows } = await this.database.healthPool.query<{ applied: number; late: number; version: string }>(
        `select (select count(*) from migrations)::int as applied, current_setting('server_version') as version,
           app.late_slots() as late`,
      );
      const row = rows[0];
      const missing = migrations.length - (row?.applied ?? 0);
      return [
        { name: 'database', ok: true, detail: `PostgreSQL ${row?.version}` },
        { name: 'migrations', ok: missing === 0, detail: missing === 0 ? 'up to date' : `${missing} migrations are missing` },
        {
          name: 'queue',
          ok: (row?.late ?? 0) === 0,
          detail: (row?.late ?? 0) === 0 ? 'no late work' : `${row?.late} jobs wait for more than five minutes`,
        },
      ];
    } catch {
      return [{ name: 'database', ok: false, detail: 'The database does not answer.' }];
    }
  }
}
