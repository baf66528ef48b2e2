import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import { ServerClock } from '../clock/server-clock.js';
import { Database } from '../database/database.js';

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Figures of this process and of the queue, in the Prometheus text form (PLAT-13). Labels are few by design: routes as declared, never addresses or people. */
@Injectable()
export class Figures {
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'waymark_http_request_duration_seconds',
    help: 'Requests by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
    registers: [this.registry],
  });

  constructor(
    private readonly database: Database,
    private readonly clock: ServerClock,
  ) {
    collectDefaultMetrics({ register: this.registry });
    const { pool } = this.database;
    this.gauge('waymark_pool_clients', 'Open database connections', () => pool.totalCount);
    this.gauge('waymark_pool_waiting', 'Work that waits for a connection', () => pool.waitingCount);
    this.gauge('waymark_pool_dirty_releases', 'Connections destroyed because they came back inside a transaction', () => pool.dirtyReleases);
    this.gauge('waymark_clock_ahead_seconds', "By how much the machine's clock is ahead of the database's", () => this.clock.aheadMs() / 1000);
    this.gauge('waymark_late_jobs', 'Jobs that wait for more than five minutes', () => this.lateJobs());
  }

  /** Measures every answer of the server. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      this.requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
      done();
    });
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  private gauge(name: string, help: string, measure: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        this.set(await measure());
      },
    });
  }

  /** Not a number while the database does not answer: the other figures are wanted most then. */
  private async lateJobs(): Promise<number> {
    const answer = await this.database.healthPool.query<{ late: number }>('select app.late_slots() as late').catch(() => null);
    return answer?.rows[0]?.late ?? Number.NaN;
  }
}
