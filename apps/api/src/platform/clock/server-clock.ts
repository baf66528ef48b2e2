import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { performance } from 'node:perf_hooks';
import { CONFIG, type Config } from '../../config/config.js';
import { Database } from '../database/database.js';

const everyMs = 10_000;
/** A reading that took longer says too little about the instant it was taken at. */
const slowestMs = 1000;

/**
 * The database's clock, carried forward by a counter that nobody turns. What several processes must agree on in time (tokens) goes by it, so a machine
 * whose own clock is wrong or steps does no harm (REL-02).
 */
@Injectable()
export class ServerClock implements OnModuleInit {
  private read: { databaseMs: number; countMs: number } | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
  ) {}

  /** Milliseconds since 1970 by the database's clock; by the machine's own until the database has answered for the first time. */
  now(): number {
    return this.read ? this.read.databaseMs + (performance.now() - this.read.countMs) : Date.now();
  }

  /** Milliseconds by which the machine's own clock is ahead of the database's; negative when it is behind. */
  aheadMs(): number {
    return Math.round(Date.now() - this.now());
  }

  async onModuleInit(): Promise<void> {
    await this.readAgain();
  }

  @Interval(everyMs)
  async readAgain(): Promise<void> {
    if (this.config.role === 'tool') return;
    const begun = performance.now();
    const answer = await this.database.healthPool
      .query<{ ms: string }>('select extract(epoch from clock_timestamp()) * 1000 as ms')
      .catch(() => null);
    const ended = performance.now();
    if (!answer || (this.read && ended - begun > slowestMs)) return; // the last reading goes on
    this.read = { databaseMs: Number(answer.rows[0]?.ms), countMs: (begun + ended) / 2 };
  }
}
