import { Injectable } from '@nestjs/common';
import type { Decision, RestrictionKind, RestrictionState } from '@waymark/kernel';
import { dayOf } from '@waymark/kernel';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { Evidence } from './evidence.js';

export interface RestrictionRow {
  id: string;
  gate_id: string;
  user_id: string;
  user_name: string;
  kind: RestrictionKind;
  state: RestrictionState;
  imposed_at: Date;
  starts_at: Date;
  ends_at: Date;
  closed_at: Date | null;
  closed_reason: string | null;
  evidence_hash: string;
  evidence: Evidence & Record<string, unknown>;
  facts_until: Date;
  known_until: Date;
  judged_at: Date;
  policy_id: string;
  policy_name: string;
  policy_number: number;
  published_at: Date;
}

export interface DecisionRow {
  decider_id: string;
  decider_name: string;
  decision: Decision;
  reason: string;
  evidence_hash: string;
  decided_at: Date;
}

export interface RestrictionListRow {
  id: string;
  kind: RestrictionKind;
  state: RestrictionState;
  gate_id: string;
  gate_name: string;
  user_id: string;
  user_name: string;
  team_name: string | null;
  starts_at: Date;
  ends_at: Date;
}

export interface RestrictionFilter {
  owners: string[] | null;
  userId: string | null;
  states: readonly string[];
  kind: string | null;
  after: string | null;
  limit: number;
}

/** An own open deal that is not qualified yet. */
export interface UnqualifiedDeal {
  id: string;
  name: string;
  amount: string;
}

@Injectable()
export class RestrictionPagesRepository {
  constructor(private readonly db: Db) {}

  find(id: string, owners: string[] | null): Promise<RestrictionRow | null> {
    return this.db.maybe<RestrictionRow & Record<string, unknown>>(
      `select r.id, r.gate_id, r.user_id, u.name as user_name, r.kind, r.state, r.imposed_at, r.starts_at, r.ends_at, r.closed_at, r.closed_reason, r.evidence_hash,
         v.evidence, v.facts_until, v.known_until, v.judged_at, y.id as policy_id, y.name as policy_name, w.number as policy_number, w.published_at
       from restrictions r join users u on u.tenant_id = $1 and u.id = r.user_id join verdicts v on v.tenant_id = $1 and v.gate_id = r.gate_id
       join gates x on x.tenant_id = $1 and x.id = r.gate_id join gate_policy_versions w on w.tenant_id = $1 and w.id = x.policy_version_id
       join gate_policies y on y.tenant_id = $1 and y.id = w.policy_id
       where r.tenant_id = $1 and r.id = $2 and ($3::uuid[] is null or r.user_id = any($3))`,
      [currentContext().tenantId, id, owners],
    );
  }

  page(filter: RestrictionFilter): Promise<RestrictionListRow[]> {
    const { tenantId, now, timeZone } = currentContext();
    return this.db.many<RestrictionListRow & Record<string, unknown>>(
      `select r.id, r.kind, r.state, r.gate_id, x.name as gate_name, r.user_id, u.name as user_name, r.starts_at, r.ends_at,
         (select t.name from team_memberships m join teams t on t.tenant_id = $1 and t.id = m.team_id where m.tenant_id = $1 and m.user_id = r.user_id and m.from_on <= $8::date
           and (m.until_on is null or m.until_on > $8::date) order by m.role = 'member' desc, m.from_on, m.id limit 1) as team_name
       from restrictions r join users u on u.tenant_id = $1 and u.id = r.user_id join gates x on x.tenant_id = $1 and x.id = r.gate_id
       where r.tenant_id = $1 and ($2::uuid[] is null or r.user_id = any($2)) and ($3::uuid is null or r.user_id = $3) and r.state = any($4) and ($5::text is null or r.kind = $5)
         and ($6::uuid is null or r.id < $6) order by r.id desc limit $7`,
      [tenantId, filter.owners, filter.userId, filter.states, filter.kind, filter.after, filter.limit, dayOf(now, timeZone)],
    );
  }

  decisions(restrictionId: string): Promise<DecisionRow[]> {
    return this.db.many<DecisionRow & Record<string, unknown>>(
      `select d.decider_id, u.name as decider_name, d.decision, d.reason, d.evidence_hash, d.decided_at from restriction_decisions d
       join users u on u.tenant_id = $1 and u.id = d.decider_id where d.tenant_id = $1 and d.restriction_id = $2 order by d.decided_at, d.id`,
      [currentContext().tenantId, restrictionId],
    );
  }

  /** Open deals of the person that would count once they are qualified, under the same filters as the gate (Q64). */
  unqualifiedDeals(userId: string, expectedClose: string, days: { startsOn: string; endsOn: string }): Promise<UnqualifiedDeal[]> {
    const { tenantId, currency } = currentContext();
    return this.db.many<UnqualifiedDeal & Record<string, unknown>>(
      `select id, name, value_minor::text as amount from pipeline_items where tenant_id = $1 and owner_id = $2 and kind = 'deal' and not qualified and value_minor > 0 and currency = $3
         and ($4 = 'any' or expected_close_on between $5::date and $6::date or ($4 = 'in_period_or_unknown' and expected_close_on is null)) order by value_minor desc, id`,
      [tenantId, userId, currency, expectedClose, days.startsOn, days.endsOn],
    );
  }

  /** What is left to the target of the goal, in its steps; null without a value or when nothing is left. */
  async leftToTarget(goalId: string): Promise<bigint | null> {
    const row = await this.db.maybe<{ rest: string }>(
      `select ceil(target - value_num::numeric / value_den)::text as rest from goals where tenant_id = $1 and id = $2 and value_num < target * value_den`,
      [currentContext().tenantId, goalId],
    );
    return row === null ? null : BigInt(row.rest);
  }

  /** The label of the first stage of a qualified deal, for words. */
  async qualifiedStage(): Promise<string | null> {
    const row = await this.db.maybe<{ label: string }>(
      `select label from pipeline_stages where tenant_id = $1 and kind = 'deal' and qualified order by position limit 1`,
      [currentContext().tenantId],
    );
    return row?.label ?? null;
  }

  async lock(id: string): Promise<void> {
    await this.db.run('select 1 from restrictions where tenant_id = $1 and id = $2 for update', [currentContext().tenantId, id]);
  }

  async addDecision(restrictionId: string, decision: Decision, reason: string, evidenceHash: string): Promise<void> {
    const { tenantId, userId, now } = currentContext();
    await this.db.run(
      `insert into restriction_decisions (tenant_id, restriction_id, decider_id, decision, reason, evidence_hash, decided_at) values ($1, $2, $3, $4, $5, $6, $7)`,
      [tenantId, restrictionId, userId, decision, reason, evidenceHash, now],
    );
  }

  /** Puts a confirmed measure in force. The person's row is locked first, as for every imposition (GATE-07). */
  async putInForce(id: string, userId: string, startsAt: Date, endsAt: Date): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run('select 1 from users where tenant_id = $1 and id = $2 for update', [tenantId, userId]);
    await this.db.run(`update restrictions set state = 'in_force', starts_at = $3, ends_at = $4 where tenant_id = $1 and id = $2`, [
      tenantId,
      id,
      startsAt,
      endsAt,
    ]);
  }

  async close(id: string, state: RestrictionState, reason: string): Promise<void> {
    const { tenantId, userId, now } = currentContext();
    await this.db.run(`update restrictions set state = $3, closed_at = $4, closed_reason = $5, closed_by = $6 where tenant_id = $1 and id = $2`, [
      tenantId,
      id,
      state,
      now,
      reason,
      userId,
    ]);
  }
}
