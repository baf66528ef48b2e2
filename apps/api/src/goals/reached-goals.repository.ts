import { Injectable } from '@nestjs/common';
import type { Day } from '@waymark/kernel';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { PeriodDays, Reached } from './touched.js';

@Injectable()
export class ReachedGoalsRepository {
  constructor(private readonly db: Db) {}

  periods(): Promise<PeriodDays[]> {
    return this.db.kept<{ id: string; starts_on: Day; ends_on: Day; locked: boolean }>(
      'select id, starts_on, ends_on, locked_at is not null as locked from goal_periods where tenant_id = $1',
      [currentContext().tenantId],
    );
  }

  /** Active goals that look at these metrics in these periods, of these people and of all teams above them: each found by its key. */
  async goals(reached: readonly Reached[]): Promise<{ id: string; periodId: string }[]> {
    if (reached.length === 0) return [];
    // Each person and period is looked up once, whatever the number of metrics.
    const own = [
      ...Map.groupBy(
        reached.filter((one) => one.ownerId !== null),
        (one) => `${one.ownerId} ${one.periodId}`,
      ).values(),
    ];
    const common = reached.filter((one) => one.ownerId === null);
    const rows = await this.db.kept<{ id: string; period_id: string }>(
      `with recursive own as materialized (select x.owner_id, x.period_id, string_to_array(x.metrics, ' ') as metrics
         from unnest($2::uuid[], $3::uuid[], $4::text[]) as x (owner_id, period_id, metrics)),
       up as (select m.user_id, m.team_id as id from team_memberships m where m.tenant_id = $1 and m.user_id = any($2)
         union select up.user_id, t.parent_id from up join teams t on t.tenant_id = $1 and t.id = up.id where t.parent_id is not null),
       above as materialized (select distinct up.id as team_id, own.period_id, own.metrics from own join up on up.user_id = own.owner_id)
       select g.id, own.period_id from own cross join lateral (select id from goals where tenant_id = $1 and owner_user_id = own.owner_id
         and period_id = own.period_id and metric = any(own.metrics) and state = 'active' offset 0) g
       union select g.id, a.period_id from above a cross join lateral (select id from goals where tenant_id = $1 and owner_team_id = a.team_id
         and period_id = a.period_id and metric = any(a.metrics) and state = 'active' offset 0) g
       union select g.id, c.period_id from unnest($5::uuid[], $6::text[]) as c (period_id, metric) cross join lateral (select id from goals where tenant_id = $1
         and metric = c.metric and period_id = c.period_id and state = 'active' offset 0) g`,
      [
        currentContext().tenantId,
        own.map(([one]) => one?.ownerId),
        own.map(([one]) => one?.periodId),
        own.map((ones) => ones.map((one) => one.metric).join(' ')),
        common.map((one) => one.periodId),
        common.map((one) => one.metric),
      ],
    );
    return rows.map((row) => ({ id: row.id, periodId: row.period_id }));
  }
}
