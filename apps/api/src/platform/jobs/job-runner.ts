import { Inject, Injectable, Logger, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CONFIG, type Config } from '../../config/config.js';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Features } from '../features/features.js';
import { Listener } from '../live/listener.js';
import { problemOf } from '../http/problem.js';
import { dueDaily } from './daily-slots.js';
import { JobRegistry, type JobSlot } from './job-registry.js';

const maxAttempts = 10;

interface TenantRow {
  id: string;
  time_zone: string;
  enforce_at: string;
  clock_offset_ms: string;
  database_now: Date;
}

interface SlotRow {
  id: string;
  job: string;
  tenant_id: string;
  scheduled_for: Date;
  subject_id: string | null;
  attempts: number;
}

/**
 * Runs job slots, in the worker process only. A slot's row lock lives in the batch's own transaction: the lock is the lease, a dead worker
 * frees it at once, and several workers never run one slot twice (Q121, REL-02).
 */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('jobs');
  private round: Promise<void> | null = null;
  private again = false;
  private stopping = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly units: UnitOfWork,
    private readonly registry: JobRegistry,
    private readonly listener: Listener,
    private readonly features: Features,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role !== 'worker') return;
    this.listener.on('waymark_jobs', () => void this.wake());
    void this.wake();
  }

  /** Looks for due and ready work now; calls during a round start one more round after it. */
  @Interval(1000)
  wake(): Promise<void> {
    if (this.config.role !== 'worker' || this.stopping) return Promise.resolve();
    this.again = true;
    this.round ??= this.rounds().finally(() => {
      this.round = null;
    });
    return this.round;
  }

  /** Plans what is due, then runs ready slots until none is left. Tests and tools call it directly. */
  async runAll(): Promise<void> {
    await this.plan();
    while (!this.stopping && (await this.runOne()));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.round;
  }

  private async rounds(): Promise<void> {
    while (this.again && !this.stopping) {
      this.again = false;
      await this.runAll().catch((error: unknown) => this.logger.warn({ error }, `jobs wait: ${problemOf(error, '-').detail}`));
    }
  }

  private async plan(): Promise<void> {
    const { rows: tenants } = await this.database.pool.query<TenantRow>(
      'select *, now() as database_now from app.list_tenants() where id not in (select app.suspended_tenants())',
    );
    const jobs = this.registry.scheduled();
    // One question for all: the rounds of a second must not take longer with each organisation.
    const { rows: planned } = await this.database.pool.query<{ tenant_id: string; job: string; last: Date | null }>(
      `select t.tenant_id, j.job, (select max(s.scheduled_for) from job_slots s where s.tenant_id = t.tenant_id and s.job = j.job) as last
       from unnest($1::uuid[]) as t (tenant_id) cross join unnest($2::text[]) as j (job)`,
      [tenants.map((tenant) => tenant.id), jobs.map((job) => job.key)],
    );
    const last = new Map(planned.map((row) => [`${row.tenant_id} ${row.job}`, row.last]));
    for (const job of jobs)
      for (const tenant of tenants) {
        const now = new Date(tenant.database_now.getTime() - Number(tenant.clock_offset_ms));
        const plan = { zone: tenant.time_zone, at: job.at ?? tenant.enforce_at };
        const due = dueDaily(plan, last.get(`${tenant.id} ${job.key}`) ?? null, now, job.catchUp ?? 'latest');
        if (due.length > 0)
          await this.database.pool.query(
            `insert into job_slots (job, tenant_id, scheduled_for) select $1, $2, at from unnest($3::timestamptz[]) as at
             on conflict on constraint uq_job_slots_slot do nothing`,
            [job.key, tenant.id, due],
          );
      }
  }

  private async runOne(): Promise<boolean> {
    let claimed: SlotRow | null = null;
    try {
      return await this.units.runClaimed<SlotRow>(
        `select id, job, tenant_id, scheduled_for, subject_id, attempts from job_slots
         where state = 'ready' and retry_at <= now() and job = any($1)
           and tenant_id not in (select app.suspended_tenants())
         order by scheduled_for, id limit 1 for update skip locked`,
        [this.registry.keys()],
        async (slot, client) => {
          claimed = slot;
          const job = this.registry.get(slot.job);
          if (job?.statementTimeoutMs) await client.query(`set local statement_timeout = ${Math.trunc(job.statementTimeoutMs)}`);
          if (!job?.feature || (await this.features.isOn(job.feature))) await job?.run(slotOf(slot));
          await client.query(`update job_slots set state = 'done', done_at = now(), attempts = attempts + 1 where id = $1`, [slot.id]);
        },
      );
    } catch (error) {
      if (claimed === null) throw error;
      await this.recordFailure(claimed, error);
      return true;
    }
  }

  private async recordFailure(slot: SlotRow, error: unknown): Promise<void> {
    const dead = slot.attempts + 1 >= maxAttempts;
    const sentence = problemOf(error, '-').detail;
    this.logger.error({ job: slot.job, tenant: slot.tenant_id, attempts: slot.attempts + 1, error }, error instanceof Error ? error.stack : sentence);
    await this.database.pool.query(
      `update job_slots set attempts = attempts + 1, last_error = $2, state = $3, retry_at = now() + least(300, 2 ^ attempts) * interval '1 second'
       where id = $1 and state = 'ready'`,
      [slot.id, error instanceof Error ? error.message.slice(0, 500) : String(error), dead ? 'dead' : 'ready'],
    );
    if (dead) await this.units.run({ tenantId: slot.tenant_id }, async () => this.registry.get(slot.job)?.gaveUp?.(slotOf(slot), sentence));
  }
}

function slotOf(row: SlotRow): JobSlot {
  return { id: row.id, job: row.job, tenantId: row.tenant_id, scheduledFor: row.scheduled_for, subjectId: row.subject_id, attempts: row.attempts };
}
