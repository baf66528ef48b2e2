import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { Database } from '../database/database.js';
import { addressKey } from './address-key.js';

export type RequestKind = 'user' | 'tenant' | 'address';

/** What is left of a minute's allowance. */
export interface Allowance {
  allowed: boolean;
  limit: number;
  remaining: number;
  resetMs: number;
}

interface Counter {
  minute: number;
  /** Counted by all processes, as the table last said, own requests that were told included. */
  known: number;
  /** Own requests that the table does not know yet. */
  untold: number;
}

const minuteMs = 60_000;
const tellEveryMs = 1000;
const clearEveryMs = 300_000;
const oldMs = 3_600_000;

/**
 * Counts every request without asking anybody: in memory, told to the other processes once a second in one statement for all keys
 * (docs/adr/0011). A process that knows of too many refuses; between two tellings it knows its own only, so that n processes may let through what
 * arrives at n - 1 of them within a second.
 */
@Injectable()
export class RequestLimits implements OnApplicationShutdown {
  private readonly counters = new Map<string, Counter>();
  private readonly figures: Record<RequestKind, number>;
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> = Promise.resolve();
  private clearedAt = Date.now();

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly database: Database,
  ) {
    const { userPerMinute, tenantPerMinute, addressPerMinute } = config.limits;
    this.figures = { user: userPerMinute, tenant: tenantPerMinute, address: addressPerMinute };
  }

  /** Counts one request, or refuses it without counting. Null when this kind has no limit. */
  take(kind: RequestKind, id: string): Allowance | null {
    const limit = this.figures[kind];
    if (limit === 0) return null;
    const now = Date.now();
    const minute = Math.floor(now / minuteMs);
    const counter = this.counterOf(`${kind}:${kind === 'address' ? addressKey(id) : id}`, minute);
    const count = counter.known + counter.untold;
    const allowed = count < limit;
    if (allowed) {
      counter.untold += 1;
      this.timer ??= setTimeout(() => void this.tell(), tellEveryMs).unref();
    }
    return { allowed, limit, remaining: Math.max(0, limit - count - 1), resetMs: (minute + 1) * minuteMs - now };
  }

  /** Tells the table what was counted here and learns what was counted elsewhere. Happens by itself every second. */
  tell(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.telling = this.telling.then(() => this.exchange()).catch(() => undefined); // without the database each process counts alone
    return this.telling;
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.telling;
  }

  private counterOf(key: string, minute: number): Counter {
    const known = this.counters.get(key);
    if (known?.minute === minute) return known;
    const fresh = { minute, known: 0, untold: 0 };
    this.counters.set(key, fresh);
    return fresh;
  }

  private async exchange(): Promise<void> {
    const minute = Math.floor(Date.now() / minuteMs);
    const told: { key: string; counter: Counter; count: number }[] = [];
    for (const [key, counter] of this.counters) {
      if (counter.untold > 0) told.push({ key, counter, count: counter.untold });
      else if (counter.minute < minute) this.counters.delete(key);
    }
    if (told.length === 0) return;
    const { rows } = await this.database.pool.query<{ key: string; points: number; expire: string }>(
      // In the order of the keys, so that two processes never wait for each other.
      `insert into rate_limits as r (key, points, expire) select * from unnest($1::text[], $2::int[], $3::bigint[]) as t (key, points, expire) order by key
       on conflict (key) do update set expire = greatest(r.expire, excluded.expire),
         points = case when r.expire < excluded.expire then excluded.points when r.expire = excluded.expire then r.points + excluded.points else r.points end
       returning key, points, expire`,
      [told.map(({ key }) => key), told.map(({ count }) => count), told.map(({ counter }) => (counter.minute + 1) * minuteMs)],
    );
    const stored = new Map(rows.map((row) => [row.key, row]));
    for (const { key, counter, count } of told) {
      counter.untold -= count;
      const row = stored.get(key);
      if (row && Number(row.expire) === (counter.minute + 1) * minuteMs) counter.known = row.points;
    }
    await this.clear();
  }

  private async clear(): Promise<void> {
    const now = Date.now();
    if (now - this.clearedAt < clearEveryMs) return;
    this.clearedAt = now;
    await this.database.pool.query('delete from rate_limits where expire < $1', [now - oldMs]);
  }
}
