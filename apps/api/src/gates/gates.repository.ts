import { Injectable } from '@nestjs/common';
import { dayOf } from '@waymark/kernel';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { StoredLive, StoredResult, StoredStep } from './evaluation.js';
import type { Evidence } from './evidence.js';

export interface GateRow {
  id: string;
  step_order: number;
  name: string;
  goal_id: string;
  goal_name: string;
  goal_metric: string;
  user_id: string;
  user_name: string;
  team_name: string | null;
  step: StoredStep & Record<string, unknown>;
  target: string | null;
  blocking: boolean;
  starts_at: Date;
  deadline_on: string;
  deadline_at: Date;
  judge_at: Date;
  ends_at: Date;
  state: string;
  state_reason: string | null;
  live: StoredLive | null;
  live_at: Date | null;
  outcome: 'passed' | 'failed' | 'not_evaluable' | null;
  judged_at: Date | null;
  evidence_hash: string | null;
  condition: StoredResult | null;
  restrictions: { id: string; kind: 'warning' | 'action_block' | 'commission_hold' | 'account_lock'; state: string; starts_at: string }[];
}

/** What stands behind the figures of a gate: the days of its period and, once it is judged, the evidence. */
export interface BehindGate {
  starts_on: string;
  ends_on: string;
  time_zone: string;
  evidence: (Evidence & Record<string, unknown>) | null;
  facts_until: Date | null;
  known_until: Date | null;
}

export interface GateFilter {
  owners: string[] | null;
  id: string | null;
  periodId: string | null;
  userId: string | null;
  goalId: string | null;
  teamId: string | null;
  state: string | null;
  tab: string | null;
  q: string | null;
  after: { deadline: string; id: string } | null;
  limit: number;
}

export interface TabCounts {
  will_miss: number;
  warned: number;
  restricted: number;
  locked: number;
  decisions: number;
}

/** A gate as people see it: open is pending after its deadline (Q101). $2 is now. */
const shownState = `case when x.state = 'pending' and x.deadline_at <= $2 then 'open' else x.state end`;
const willMiss = `(x.state = 'pending' and x.deadline_at > $2 and x.starts_at <= $2 and x.live_holds is false)`;
const has = (condition: string) => `exists (select 1 from restrictions r where r.tenant_id = $1 and r.gate_id = x.id and ${condition})`;
const tabs: Record<keyof TabCounts, string> = {
  will_miss: willMiss,
  warned: has(`r.state = 'in_force' and r.kind = 'warning'`),
  restricted: has(`r.state = 'in_force' and r.kind = 'action_block'`),
  locked: has(`r.state = 'in_force' and r.kind in ('commission_hold', 'account_lock')`),
  decisions: has(`r.state = 'proposed'`),
};
const tabCondition = `case $9::text ${Object.entries(tabs)
  .map(([tab, condition]) => `when '${tab}' then ${condition}`)
  .join(' ')} else true end`;

const members = `with recursive team as (select $7::uuid as id union select t.id from teams t join team on t.parent_id = team.id where t.tenant_id = $1),
  member as (select m.user_id from team_memberships m join team on team.id = m.team_id where m.tenant_id = $1 and m.from_on <= $10::date and (m.until_on is null or m.until_on > $10::date))`;

const filters = `x.tenant_id = $1 and ($3::uuid[] is null or x.user_id = any($3)) and ($4::uuid is null or g.period_id = $4) and ($5::uuid is null or x.user_id = $5)
  and ($6::uuid is null or x.goal_id = $6) and ($7::uuid is null or x.user_id in (select user_id from member)) and ($8::text is null or u.name ilike '%' || $8 || '%')`;

const joins = `from gates x join goals g on g.tenant_id = $1 and g.id = x.goal_id join users u on u.tenant_id = $1 and u.id = x.user_id`;

@Injectable()
export class GatesRepository {
  constructor(private readonly db: Db) {}

  page(filter: GateFilter): Promise<GateRow[]> {
    return this.db.many<GateRow & Record<string, unknown>>(
      `${members}
       select x.id, x.step_order, x.name, x.goal_id, g.name as goal_name, g.metric as goal_metric, x.user_id, u.name as user_name,
         (select t.name from team_memberships m join teams t on t.tenant_id = $1 and t.id = m.team_id where m.tenant_id = $1 and m.user_id = x.user_id and m.from_on <= $10::date
           and (m.until_on is null or m.until_on > $10::date) order by m.role = 'member' desc, m.from_on, m.id limit 1) as team_name,
         x.step, x.target::text, x.blocking, x.starts_at, x.deadline_on, x.deadline_at, x.judge_at, x.ends_at, ${shownState} as state, x.state_reason, x.live, x.live_at,
         v.outcome, v.judged_at, v.evidence_hash, v.evidence -> 'conditions' -> (v.evidence ->> 'decisive')::int as condition,
         coalesce((select json_agg(json_build_object('id', r.id, 'kind', r.kind, 'state', r.state, 'starts_at', r.starts_at) order by r.imposed_at, r.kind)
           from restrictions r where r.tenant_id = $1 and r.gate_id = x.id), '[]') as restrictions
       ${joins} left join verdicts v on v.tenant_id = $1 and v.gate_id = x.id
       where ${filters} and ${tabCondition} and ($11::uuid is null or x.id = $11) and ($12::text is null or ${shownState} = $12)
         and ($13::timestamptz is null or (x.deadline_at, x.id) > ($13, $14::uuid))
       order by x.deadline_at, x.id limit $15`,
      [...this.shared(filter), filter.id, filter.state, filter.after?.deadline ?? null, filter.after?.id ?? null, filter.limit],
    );
  }

  behind(id: string): Promise<BehindGate> {
    return this.db.one<BehindGate & Record<string, unknown>>(
      `select p.starts_on, p.ends_on, p.time_zone, v.evidence, v.facts_until, v.known_until
       from gates x join goals g on g.tenant_id = $1 and g.id = x.goal_id join goal_periods p on p.tenant_id = $1 and p.id = g.period_id
       left join verdicts v on v.tenant_id = $1 and v.gate_id = x.id where x.tenant_id = $1 and x.id = $2`,
      [currentContext().tenantId, id],
    );
  }

  /** People per tab of the board, under the same filters but the tab itself. */
  counts(filter: GateFilter): Promise<TabCounts> {
    const columns = Object.entries(tabs).map(([tab, condition]) => `(count(distinct x.user_id) filter (where ${condition}))::int as ${tab}`);
    return this.db.one<TabCounts & Record<string, unknown>>(
      `${members} select ${columns.join(', ')} ${joins} where ${filters} and $2::timestamptz is not null and $9::text is null`,
      [...this.shared({ ...filter, tab: null })],
    );
  }

  private shared(filter: GateFilter): unknown[] {
    const { tenantId, now, timeZone } = currentContext();
    return [tenantId, now, filter.owners, filter.periodId, filter.userId, filter.goalId, filter.teamId, filter.q, filter.tab, dayOf(now, timeZone)];
  }
}
