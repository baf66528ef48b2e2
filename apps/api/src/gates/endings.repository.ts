import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

@Injectable()
export class EndingsRepository {
  constructor(private readonly db: Db) {}

  /** Measures whose end date has come are closed; proposals that outlived theirs are void. */
  expire(): Promise<{ id: string; user_id: string }[]> {
    const { tenantId, now } = currentContext();
    return this.db.many(
      `update restrictions set state = case when state = 'in_force' then 'ended' else 'void' end, closed_at = $2, closed_reason = 'end_date'
       where tenant_id = $1 and state in ('in_force', 'proposed') and ends_at <= $2 returning id, user_id`,
      [tenantId, now],
    );
  }

  proposedLocks(): Promise<{ id: string; user_id: string; imposed_at: Date }[]> {
    return this.db.many(`select id, user_id, imposed_at from restrictions where tenant_id = $1 and state = 'proposed' and kind = 'account_lock'`, [
      currentContext().tenantId,
    ]);
  }

  async lapse(ids: readonly string[]): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run(
      `update restrictions set state = 'void', closed_at = $3, closed_reason = 'not_confirmed' where tenant_id = $1 and id = any($2) and state = 'proposed'`,
      [tenantId, ids, now],
    );
  }
}
