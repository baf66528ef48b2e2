import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { migrations } from '../../database/migrations/index.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONFIG, type Config } from '../../config/config.js';
import { ServerClock } from '../clock/server-clock.js';
import { Database } from '../database/database.js';

/** One readiness check: its name, whether it holds, and a sentence when it does not. */
export interface Check {
  name: string;
  ok: boolean;
  /** It does not hold, and the process can work all the same: operators should look, balancers need not. */
  tolerable: boolean;
  detail: string;
}

/** Milliseconds by which the machine's clock may differ from the database's before operators are told. */
const toleratedMs = 2000;

/** What operators ask: is it alive, can it work (PLAT-13). */
@Injectable()
export class HealthService implements BeforeApplicationShutdown {
  private leaving = false;

  constructor(
    private readonly database: Database,
    private readonly clock: ServerClock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** From the request to end on it is not ready; balancers that ask have so long to look elsewhere. */
  async beforeApplicationShutdown(): Promise<void> {
    this.leaving = true;
    if (this.config.role === 'api') await sleep(this.config.drainSeconds * 1000);
  }

  /** What must hold for work. Takes its own connection, so that a busy pool does not change the answer. */
  async checks(): Promise<Check[]> {
    if (this.leaving) return [must('process', 'The process was asked to end.')];
    try {
      const { rows } = await this.database.healthPool.query<{ applied: number; late: number; version: string }>(
        `select (select count(*) from migrations where name = any($1))::int as applied, current_setting('server_version') as version,
           app.late_slots() as late`,
        [migrations.map((migration) => migration.name)],
      );
      const { applied, late, version } = rows[0] as { applied: number; late: number; version: string };
      // More than it knows is no fault: during a rollout the next version's migrations are there before its processes.
      const missing = migrations.length - applied;
      return [
        holds('database', `PostgreSQL ${version}`),
        missing === 0 ? holds('migrations', 'up to date') : must('migrations', `${missing} migrations are missing`),
        late === 0 ? holds('queue', 'no late work') : should('queue', `${late} jobs wait for more than five minutes`),
        this.clockCheck(),
      ];
    } catch {
      return [must('database', 'The database does not answer.')];
    }
  }

  private clockCheck(): Check {
    const ahead = this.clock.aheadMs();
    if (Math.abs(ahead) <= toleratedMs) return holds('clock', "agrees with the database's");
    const seconds = Math.round(Math.abs(ahead) / 1000);
    return should('clock', `The machine's clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} the database's.`);
  }
}

const holds = (name: string, detail: string): Check => ({ name, ok: true, tolerable: true, detail });
const must = (name: string, detail: string): Check => ({ name, ok: false, tolerable: false, detail });
const should = (name: string, detail: string): Check => ({ name, ok: false, tolerable: true, detail });
