import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../platform/database/database.js';
import { problemOf } from '../platform/http/problem.js';
import { Listener } from '../platform/live/listener.js';
import { Recomputation } from './recomputation.service.js';

const coalesceMs = 10;

/** Keeps stored measures fresh in the worker: woken by the writers' notifications, and by a clock in case one was missed (Q122). */
@Injectable()
export class MetricsJobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('metrics');
  private readonly waiting = new Set<string>();
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private stopping = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly listener: Listener,
    private readonly recomputation: Recomputation,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role !== 'worker') return;
    this.listener.on('waymark_dirty', (tenantId) => (tenantId === '' ? void this.lookEverywhere() : this.soon(tenantId)));
  }

  /** Marks that no notification announced (a connection that was away) wait at most this long. */
  @Interval(2000)
  async lookEverywhere(): Promise<void> {
    if (this.config.role !== 'worker' || this.stopping) return;
    try {
      const { rows } = await this.database.pool.query<{ id: string }>(
        'select id from app.list_tenants() where id not in (select app.suspended_tenants())',
      );
      for (const row of rows) this.soon(row.id);
    } catch (error) {
      this.logger.warn(`measures wait: ${problemOf(error, '-').detail}`);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    if (this.timer) clearTimeout(this.timer);
    await this.working;
  }

  private soon(tenantId: string): void {
    this.waiting.add(tenantId);
    if (this.timer || this.working || this.stopping) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.working = this.work().finally(() => {
        this.working = null;
        const [next] = this.waiting;
        if (next !== undefined) this.soon(next);
      });
    }, coalesceMs);
  }

  private async work(): Promise<void> {
    const tenants = [...this.waiting];
    this.waiting.clear();
    for (const tenantId of tenants)
      await this.recomputation
        .drain(tenantId)
        .catch((error: unknown) => this.logger.error({ tenant: tenantId, error }, problemOf(error, '-').detail));
  }
}
