import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { setTimeout } from 'node:timers/promises';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../platform/database/database.js';
import { problemOf } from '../platform/http/problem.js';
import { Listener } from '../platform/live/listener.js';
import { Recomputation } from './recomputation.service.js';

/** Rest between two rounds, so that the marks of many small transactions are worked off together. The first round after a quiet time begins at once. */
const restMs = 5;
/** Who wrote beside an announced transaction did not announce its own marks (ADR 36): after marks were found, they are looked for once more this much later. */
const echoMs = 25;
/** Marks that nobody announced, or whose announcement was lost, wait at most this long while the worker is idle. */
const pollMs = 250;
/** The same while it works, or where the last try failed. */
const busyPollMs = 2000;

/** Keeps stored measures fresh in the worker: woken by the writers' notifications, and by a clock in case one was missed (Q122). */
@Injectable()
export class MetricsJobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('metrics');
  /** Whose marks wait, in the order in which they are worked off. */
  private readonly waiting = new Set<string>();
  private readonly echoes = new Set<string>();
  private echo: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private looking: Promise<void> | null = null;
  private lookedAt = -Infinity;
  /** When the last try of an organisation failed. */
  private readonly failedAt = new Map<string, number>();
  private stopping = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly listener: Listener,
    private readonly recomputation: Recomputation,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role !== 'worker') return;
    this.listener.on('waymark_dirty', (tenantId) => (tenantId === '' ? void this.look() : this.soon(tenantId)));
  }

  @Interval(pollMs)
  async lookEverywhere(): Promise<void> {
    if (this.working && performance.now() - this.lookedAt < busyPollMs) return;
    await this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    if (this.echo) clearTimeout(this.echo);
    await Promise.all([this.working, this.looking]);
  }

  private async look(): Promise<void> {
    if (this.config.role !== 'worker' || this.stopping || this.looking) return;
    this.lookedAt = performance.now();
    this.looking = this.database.pool
      .query<{ id: string }>('select id from app.marked_tenants() as id')
      .then(({ rows }) =>
        rows.filter(({ id }) => this.lookedAt - (this.failedAt.get(id) ?? -Infinity) >= busyPollMs).forEach(({ id }) => this.soon(id)),
      )
      .catch((error: unknown) => this.logger.warn(`measures wait: ${problemOf(error, '-').detail}`))
      .finally(() => (this.looking = null));
    await this.looking;
  }

  private soon(tenantId: string): void {
    this.waiting.add(tenantId);
    if (this.working || this.stopping) return;
    this.working = this.rounds().finally(() => {
      this.working = null;
      const [next] = this.waiting;
      if (next !== undefined) this.soon(next);
    });
  }

  /** One batch of each organisation in turns, so that a large import of one does not keep the others waiting. */
  private async rounds(): Promise<void> {
    while (this.waiting.size > 0 && !this.stopping) {
      const tenants = [...this.waiting];
      this.waiting.clear();
      for (const tenantId of tenants) {
        if (this.stopping) return;
        const { found, more } = await this.batch(tenantId);
        if (more) this.waiting.add(tenantId);
        else if (found > 0) this.again(tenantId);
      }
      await setTimeout(restMs);
    }
  }

  private async batch(tenantId: string): Promise<{ found: number; more: boolean }> {
    try {
      const done = await this.recomputation.step(tenantId);
      this.failedAt.delete(tenantId);
      return done;
    } catch (error) {
      this.failedAt.set(tenantId, performance.now());
      this.logger.error({ tenant: tenantId, error }, problemOf(error, '-').detail);
      return { found: 0, more: false };
    }
  }

  private again(tenantId: string): void {
    this.echoes.add(tenantId);
    this.echo ??= globalThis.setTimeout(() => {
      this.echo = null;
      const due = [...this.echoes];
      this.echoes.clear();
      due.forEach((one) => this.soon(one));
    }, echoMs);
  }
}
