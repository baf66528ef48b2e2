import { Injectable } from '@nestjs/common';
import type { ExchangeRate } from '@waymark/contracts';
import type { Day } from '@waymark/kernel';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

const columns = `id, currency, rate_on as "on", trim_scale(rate)::text as rate, version`;

@Injectable()
export class ExchangeRatesRepository {
  constructor(private readonly db: Db) {}

  /** By currency, the latest day first. */
  page(after: { currency: string; on: Day } | null, limit: number): Promise<ExchangeRate[]> {
    return this.db.many<ExchangeRate & Record<string, unknown>>(
      `select ${columns} from exchange_rates where tenant_id = $1 and ($2::text is null or currency > $2 or (currency = $2 and rate_on < $3::date))
       order by currency, rate_on desc limit $4`,
      [currentContext().tenantId, after?.currency ?? null, after?.on ?? null, limit],
    );
  }

  find(id: string): Promise<ExchangeRate | null> {
    return this.db.maybe<ExchangeRate & Record<string, unknown>>(`select ${columns} from exchange_rates where tenant_id = $1 and id = $2`, [
      currentContext().tenantId,
      id,
    ]);
  }

  /** Null when the currency has a rate of that day. */
  async insert(currency: string, on: Day, rate: string): Promise<string | null> {
    const { tenantId, userId } = currentContext();
    const row = await this.db.maybe<{ id: string }>(
      `insert into exchange_rates (tenant_id, currency, rate_on, rate, recorded_by) values ($1, $2, $3, $4, $5)
       on conflict on constraint uq_exchange_rates_day do nothing returning id`,
      [tenantId, currency, on, rate, userId],
    );
    return row?.id ?? null;
  }

  async update(id: string, rate: string): Promise<void> {
    const { tenantId, userId } = currentContext();
    await this.db.run('update exchange_rates set rate = $3, recorded_by = $4 where tenant_id = $1 and id = $2', [tenantId, id, rate, userId]);
  }

  async remove(id: string): Promise<void> {
    await this.db.run('delete from exchange_rates where tenant_id = $1 and id = $2', [currentContext().tenantId, id]);
  }
}
