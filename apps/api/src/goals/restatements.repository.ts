import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { ComputedGoal } from './goal-facts.repository.js';

@Injectable()
export class RestatementsRepository {
  constructor(private readonly db: Db) {}

  /** Adds a restatement where the value is another than the last one told, or than the locked one. Answers the goals. */
  async keep(computed: readonly ComputedGoal[]): Promise<string[]> {
    const { tenantId, now } = currentContext();
    const rows = await this.db.many<{ goal_id: string }>(
      `insert into goal_restatements (tenant_id, goal_id, restated_at, value_num, value_den, value_reason)
       select $1, c.id, $3, c.value_num, c.value_den, c.value_reason
       from jsonb_to_recordset($2::jsonb) as c (id uuid, value_num bigint, value_den bigint, value_reason text)
         join goals g on g.tenant_id = $1 and g.id = c.id
         left join lateral (select x.goal_id, x.value_num, x.value_den, x.value_reason from goal_restatements x where x.tenant_id = $1 and x.goal_id = c.id
           order by x.id desc limit 1) r on true
         cross join lateral (select case when r.goal_id is null then g.value_num else r.value_num end as num, case when r.goal_id is null then g.value_den else r.value_den end as den,
           case when r.goal_id is null then g.value_reason else r.value_reason end as reason) told
       where (told.num is null, told.reason) is distinct from (c.value_num is null, c.value_reason)
         or told.num::numeric * c.value_den <> c.value_num::numeric * told.den
       returning goal_id`,
      [tenantId, JSON.stringify(computed), now],
    );
    return rows.map((row) => row.goal_id);
  }
}
