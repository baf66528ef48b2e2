import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { StoredLive, StoredStep } from './evaluation.js';

/** As much of a gate as its evaluation needs. */
export interface LiveGateRow {
  id: string;
  user_id: string;
  goal_id: string;
  name: string;
  step: StoredStep & Record<string, unknown>;
  goal_metric: string;
  target: string | null;
  state: string;
  starts_at: Date;
  ends_at: Date;
  starts_on: string;
  ends_on: string;
}

export interface ClosedRestriction {
  id: string;
  gate_id: string;
  user_id: string;
  kind: string;
}

/** Which gates: those of these people, of these goals, these very ones, or all whose period runs. */
export type LiveScope = { users: readonly string[] } | { goals: readonly string[] } | { gates: readonly string[] } | 'all';

@Injectable()
export class GateLiveRepository {
  constructor(private readonly db: Db) {}

  /** One writer at a time decides about an organisation's gates; the unique keys would catch a second one, this keeps it from working in vain. */
  async lockOrganisation(): Promise<void> {
    await this.db.run(`select pg_advisory_xact_lock(hashtextextended('gates ' || $1, 0))`, [currentContext().tenantId]);
  }

  /** Gates whose value can still change: their period runs and they have not been passed. `aheadOnly` leaves out those whose deadline has passed. */
  running(scope: LiveScope, aheadOnly: boolean): Promise<LiveGateRow[]> {
    const { tenantId, now } = currentContext();
    const ids = (key: 'users' | 'goals' | 'gates') => (scope !== 'all' && key in scope ? (scope as Record<string, readonly string[]>)[key] : null);
    return this.db.many<LiveGateRow & Record<string, unknown>>(
      `select x.id, x.user_id, x.goal_id, x.name, x.step, g.metric as goal_metric, x.target::text, x.state, x.starts_at, x.ends_at, p.starts_on, p.ends_on
       from gates x join goals g on g.tenant_id = $1 and g.id = x.goal_id join goal_periods p on p.tenant_id = $1 and p.id = g.period_id
       where x.tenant_id = $1 and x.state in ('pending', 'failed', 'not_evaluable') and x.starts_at <= $2 and x.ends_at > $2 and (not $3 or x.deadline_at > $2)
         and ($4::uuid[] is null or x.user_id = any($4)) and ($5::uuid[] is null or x.goal_id = any($5)) and ($6::uuid[] is null or x.id = any($6)) order by x.id`,
      [tenantId, now, aheadOnly, ids('users'), ids('goals'), ids('gates')],
    );
  }

  /** Stores live values: one statement. */
  async store(live: readonly { id: string; live: StoredLive }[]): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run(
      `update gates x set live = v.live, live_holds = (v.live ->> 'holds')::boolean, live_at = $3
       from jsonb_to_recordset($2::jsonb) as v (id uuid, live jsonb) where x.tenant_id = $1 and x.id = v.id`,
      [tenantId, JSON.stringify(live), now],
    );
  }

  /** Failed gates that hold now: they become passed late, and their warnings and blocks end with them, at once (Q71, Q101). */
  async cure(gateIds: readonly string[]): Promise<ClosedRestriction[]> {
    const { tenantId, now } = currentContext();
    await this.db.run(`update gates set state = 'passed_late', cured_at = $3 where tenant_id = $1 and id = any($2) and state = 'failed'`, [
      tenantId,
      gateIds,
      now,
    ]);
    return this.db.many<ClosedRestriction & Record<string, unknown>>(
      `update restrictions set state = 'ended', closed_at = $3, closed_reason = 'cured'
       where tenant_id = $1 and gate_id = any($2) and state = 'in_force' and kind in ('warning', 'action_block') returning id, gate_id, user_id, kind`,
      [tenantId, gateIds, now],
    );
  }
}
