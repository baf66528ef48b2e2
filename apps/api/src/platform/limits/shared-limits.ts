import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { Database } from '../database/database.js';
import { tooMany } from './refusal.js';

/** How often something may happen per key. */
export interface LimitRule {
  /** Names the counter; each rule has its own. */
  name: string;
  /** So many times; 0 switches the rule off. */
  points: number;
  /** Within so many seconds from the first. */
  seconds: number;
  /** What is too much, as a sentence. */
  sentence: string;
}

const mostPauses = 10_000;

/**
 * Exact counters that all API processes share, for rare and precious things: sign-ins, refreshes, exports, invitations. One statement on the
 * table `rate_limits` each; a key that is over its limit is refused from memory. When the database cannot be asked, each process counts alone.
 */
@Injectable()
export class SharedLimits {
  private readonly limiters = new Map<string, RateLimiterPostgres>();
  /** Pauses this process knows of: a flood against one key is refused without asking the database. */
  private readonly pauses = new Map<string, number>();

  constructor(private readonly database: Database) {}

  /** Counts one. Answers how many there were within the time, this one included; throws `rate_limited` beyond the limit. */
  async take(rule: LimitRule, key: string): Promise<number> {
    if (rule.points === 0) return 0;
    try {
      return (await this.limiter(rule).consume(counterKey(key))).consumedPoints;
    } catch (refused) {
      if (refused instanceof RateLimiterRes) throw tooMany(rule.sentence, rule.points, refused.msBeforeNext);
      throw refused;
    }
  }

  /** Takes one back: it turned out to be none of those that are counted. */
  async giveBack(rule: LimitRule, key: string): Promise<void> {
    if (rule.points > 0) await this.limiter(rule).reward(counterKey(key));
  }

  /** Forgets what was counted. */
  async forget(rule: LimitRule, key: string): Promise<void> {
    if (rule.points === 0) return;
    this.pauses.delete(`${rule.name}:${counterKey(key)}`);
    await this.limiter(rule).delete(counterKey(key));
  }

  /** From now on `assertNoPause` refuses this key for so many seconds. */
  async pause(rule: LimitRule, key: string, seconds: number): Promise<void> {
    if (rule.points === 0) return;
    this.remember(rule, key, seconds * 1000);
    await this.limiter(rule).set(counterKey(key), rule.points + 1, seconds);
  }

  /** Throws `rate_limited` while the key is paused. */
  async assertNoPause(rule: LimitRule, key: string): Promise<void> {
    if (rule.points === 0) return;
    const left = (this.pauses.get(`${rule.name}:${counterKey(key)}`) ?? 0) - Date.now();
    if (left > 0) throw tooMany(rule.sentence, rule.points, left);
    const found = await this.limiter(rule).get(counterKey(key));
    if (!found || found.consumedPoints <= rule.points || found.msBeforeNext <= 0) return;
    this.remember(rule, key, found.msBeforeNext);
    throw tooMany(rule.sentence, rule.points, found.msBeforeNext);
  }

  private remember(rule: LimitRule, key: string, ms: number): void {
    const now = Date.now();
    if (this.pauses.size > mostPauses) for (const [old, until] of this.pauses) if (until <= now) this.pauses.delete(old);
    if (this.pauses.size <= mostPauses) this.pauses.set(`${rule.name}:${counterKey(key)}`, now + ms);
  }

  private limiter(rule: LimitRule): RateLimiterPostgres {
    const known = this.limiters.get(rule.name);
    if (known) return known;
    const common = { keyPrefix: rule.name, points: rule.points, duration: rule.seconds };
    // Without the statement's name: prepared statements do not survive a pooler in transaction mode.
    const storeClient = { query: ({ text, values }: { text: string; values: unknown[] }) => this.database.pool.query(text, values) };
    const limiter = new RateLimiterPostgres({
      ...common,
      storeClient,
      storeType: 'pool',
      tableName: 'rate_limits',
      tableCreated: true,
      clearExpiredByTimeout: false, // `RequestLimits` clears the table
      inMemoryBlockOnConsumed: rule.points + 1,
      insuranceLimiter: new RateLimiterMemory(common),
    });
    this.limiters.set(rule.name, limiter);
    return limiter;
  }
}

/** Keys hold addresses and e-mails: only their hash is stored. */
function counterKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 27);
}
