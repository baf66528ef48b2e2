import { Injectable } from '@nestjs/common';
import type { PeriodState } from '@waymark/kernel';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { ComputedGoal } from './goal-facts.repository.js';

export interface GoalRow {
  id: string;
  name: string;
  metric: string;
  baseline: string;
  target: string;
  stretch: string | null;
  state: 'active' | 'cancelled';
  owner_user_id: string | null;
  owner_team_id: string | null;
  owner_name: string;
  value_num: string | null;
  value_den: string | null;
  value_reason: string | null;
  progress_bp: string | null;
  expected_bp: string | null;
  status: 'on_track' | 'at_risk' | 'behind' | 'achieved' | 'exceeded' | null;
  status_reason: string | null;
  computed_at: Date | null;
  version: number;
  period_id: string;
  period_name: string;
  period_starts_on: string;
  period_ends_on: string;
  period_state: PeriodState;
  period_locked: boolean;
  restated_at: Date | null;
  restated_num: string | null;
  restated_den: string | null;
  restated_reason: string | null;
}

export interface GoalFilter {
  periodId: string | null;
  ownerId: string | null;
  teamId: string | null;
  status: string | null;
  q: string | null;
  owners: string[] | null;
  teams: string[] | null;
  after: string | null;
  limit: number;
}

export type GoalValues = Record<string, string | number | Date | null>;

const columns = `g.id, g.name, g.metric, g.baseline, g.target, g.stretch, g.state, g.owner_user_id, g.owner_team_id, coalesce(u.name, t.name) as owner_name, g.value_num, g.value_den,
  g.value_reason, g.progress_bp, g.expected_bp, g.status, g.status_reason, g.computed_at, g.version, p.id as period_id, p.name as period_name,
  p.starts_on as period_starts_on, p.ends_on as period_ends_on, p.state as period_state, p.locked_at is not null as period_locked,
  r.restated_at, r.value_num as restated_num, r.value_den as restated_den, r.value_reason as restated_reason`;
const joins = `join goal_periods p on p.tenant_id = $1 and p.id = g.period_id left join users u on u.tenant_id = $1 and u.id = g.owner_user_id
  left join teams t on t.tenant_id = $1 and t.id = g.owner_team_id
  left join lateral (select x.restated_at, x.value_num, x.value_den, x.value_reason from goal_restatements x where x.tenant_id = $1 and x.goal_id = g.id
    order by x.id desc limit 1) r on true`;
const visible = (owners: string, teams: string) =>
  `(${owners}::uuid[] is null or g.owner_user_id = any(${owners}) or g.owner_team_id = any(${teams}))`;

@Injectable()
export class GoalsRepository {
  constructor(private readonly db: Db) {}

  page(filter: GoalFilter): Promise<GoalRow[]> {
    return this.db.many<GoalRow & Record<string, unknown>>(
      `with recursive team as (select $4::uuid as id union select t.id from teams t join team on t.parent_id = team.id where t.tenant_id = $1)
       select ${columns} from goals g ${joins}
       where g.tenant_id = $1 and ($2::uuid is null or g.period_id = $2) and ($3::uuid is null or g.owner_user_id = $3)
         and ($4::uuid is null or g.owner_team_id in (select id from team) or g.owner_user_id in (select m.user_id from team_memberships m join team on team.id = m.team_id
           where m.tenant_id = $1 and m.until_on is null))
         and ($5::text is null or coalesce(g.status, 'none') = $5) and ($6::text is null or g.name ilike '%' || $6 || '%' or coalesce(u.name, t.name) ilike '%' || $6 || '%')
         and ${visible('$7', '$8')} and ($9::uuid is null or g.id > $9) order by g.id limit $10`,
      [
        currentContext().tenantId,
        filter.periodId,
        filter.ownerId,
        filter.teamId,
        filter.status,
        filter.q,
        filter.owners,
        filter.teams,
        filter.after,
        filter.limit,
      ],
    );
  }

  find(id: string, owners: string[] | null, teams: string[] | null): Promise<GoalRow | null> {
    return this.db.maybe<GoalRow & Record<string, unknown>>(
      `select ${columns} from goals g ${joins} where g.tenant_id = $1 and g.id = $2 and ${visible('$3', '$4')}`,
      [currentContext().tenantId, id, owners, teams],
    );
  }

  async insert(values: GoalValues): Promise<string> {
    const names = Object.keys(values);
    const row = await this.db.one<{ id: string }>(
      `insert into goals (tenant_id, created_at, created_by, ${names.join(', ')}) values ($1, $2, $3, ${names.map((_, n) => `$${n + 4}`).join(', ')}) returning id`,
      [currentContext().tenantId, currentContext().now, currentContext().userId, ...Object.values(values)],
    );
    return row.id;
  }

  /** Holds the row until the transaction ends, so that two changes take turns. */
  async lock(id: string): Promise<void> {
    await this.db.run('select 1 from goals where tenant_id = $1 and id = $2 for no key update', [currentContext().tenantId, id]);
  }

  async update(id: string, values: GoalValues): Promise<void> {
    const names = Object.keys(values);
    if (names.length > 0)
      await this.db.run(`update goals set ${names.map((name, n) => `${name} = $${n + 3}`).join(', ')} where tenant_id = $1 and id = $2`, [
        currentContext().tenantId,
        id,
        ...Object.values(values),
      ]);
  }

  /** Whether the person or team that shall own a goal exists. */
  async ownerExists({ userId, teamId }: { userId?: string; teamId?: string }): Promise<boolean> {
    const found = await this.db.maybe(
      'select 1 from users where tenant_id = $1 and id = $2 union all select 1 from teams where tenant_id = $1 and id = $3',
      [currentContext().tenantId, userId ?? null, teamId ?? null],
    );
    return found !== null;
  }

  async hasHistory(id: string): Promise<boolean> {
    return (
      (await this.db.maybe(
        `select 1 from goal_history where tenant_id = $1 and goal_id = $2 union all select 1 from gates where tenant_id = $1 and goal_id = $2 limit 1`,
        [currentContext().tenantId, id],
      )) !== null
    );
  }

  async remove(id: string): Promise<void> {
    await this.db.run('delete from goals where tenant_id = $1 and id = $2', [currentContext().tenantId, id]);
  }

  history(id: string, after: string | null, limit: number) {
    return this.db.many<Omit<ComputedGoal, 'id'> & { id: string; recorded_at: Date; target: string } & Record<string, unknown>>(
      `select id, recorded_at, value_num, value_den, value_reason, target, progress_bp, expected_bp, status, status_reason from goal_history
       where tenant_id = $1 and goal_id = $2 and ($3::uuid is null or id < $3) order by id desc limit $4`,
      [currentContext().tenantId, id, after, limit],
    );
  }

  /** Active goals on these metrics. */
  async lookingAt(metricKeys: readonly string[]): Promise<string[]> {
    const rows = await this.db.many<{ id: string }>(`select id from goals where tenant_id = $1 and metric = any($2) and state = 'active'`, [
      currentContext().tenantId,
      metricKeys,
    ]);
    return rows.map((row) => row.id);
  }
}
