import { Injectable } from '@nestjs/common';
import type { IndexWeights } from '@waymark/contracts';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

export type Weights = Pick<IndexWeights, 'calls' | 'agreements' | 'lists' | 'sales'>;

@Injectable()
export class IndexWeightsRepository {
  constructor(private readonly db: Db) {}

  /** The weights that hold now, or null for the shipped ones; the version counts the changes. */
  async find(): Promise<(Weights & { known_at: Date; version: number }) | null> {
    return this.db.maybe<Weights & { known_at: Date; version: number }>(
      `select calls, agreements, lists, sales, known_at, (count(*) over ())::int + 1 as version from index_weights where tenant_id = $1
       order by known_at desc, id desc limit 1`,
      [currentContext().tenantId],
    );
  }

  /** Two changes take turns. */
  async lock(): Promise<void> {
    await this.db.run('select 1 from tenants where id = $1 for no key update', [currentContext().tenantId]);
  }

  async insert({ calls, agreements, lists, sales }: Weights): Promise<void> {
    const { tenantId, userId, now } = currentContext();
    await this.db.run(
      `insert into index_weights (tenant_id, calls, agreements, lists, sales, known_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7)`,
      [tenantId, calls, agreements, lists, sales, now, userId],
    );
  }
}
