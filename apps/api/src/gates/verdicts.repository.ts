import { Injectable } from '@nestjs/common';
import type { Consequence } from '@waymark/gates';
import type { Away } from '@waymark/kernel';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { StoredStep } from './evaluation.js';

/** A gate whose time has come, with everything the verdict needs but the facts. */
export interface DueGate {
  id: string;
  goal_id: string;
  user_id: string;
  user_name: string;
  service_account: boolean;
  member_since: string | null;
  /** Days away, as known when the settle window ended. */
  absences: Away[];
  policy_version_id: string;
  version_number: number;
  min_days_in_role: number;
  accepted_percent: number;
  period_id: string;
  period_name: string;
  starts_on: string;
  ends_on: string;
  step_order: number;
  name: string;
  step: StoredStep & Record<string, unknown>;
  goal_metric: string;
  target: string | null;
  blocking: boolean;
  starts_at: Date;
  deadline_on: string;
  deadline_at: Date;
  judge_at: Date;
  ends_at: Date;
}

export interface NewVerdict {
  gate_id: string;
  outcome: string;
  facts_until: Date;
  known_until: Date;
  evidence: string;
  evidence_hash: string;
  state: string;
}

export interface NewRestriction extends Consequence {
  gateId: string;
  userId: string;
  evidenceHash: string;
}

export interface DueFilter {
  periodId: string | null;
  policyVersionId: string | null;
}

@Injectable()
export class VerdictsRepository {
  constructor(private readonly db: Db) {}

  /** Pending gates whose settle window is over, locked until the transaction ends. */
  due(filter: DueFilter): Promise<DueGate[]> {
    const { tenantId, now } = currentContext();
    return this.db.many<DueGate & Record<string, unknown>>(
      `select x.id, x.goal_id, x.user_id, u.name as user_name, u.service_account, x.policy_version_id, v.number as version_number, (v.definition ->> 'minDaysInRole')::int as min_days_in_role,
         (v.definition ->> 'acceptedPercent')::int as accepted_percent, p.id as period_id, p.name as period_name, p.starts_on, p.ends_on, x.step_order, x.name, x.step,
         g.metric as goal_metric, x.target::text, x.blocking, x.starts_at, x.deadline_on, x.deadline_at, x.judge_at, x.ends_at,
         (select min(m.from_on)::text from team_memberships m where m.tenant_id = $1 and m.user_id = x.user_id and m.role = 'member' and m.from_on <= x.deadline_on) as member_since,
         (select coalesce(json_agg(json_build_object('from', a.from_on, 'until', a.until_on)), '[]') from absences a where a.tenant_id = $1 and a.user_id = x.user_id
           and a.known_at <= x.judge_at and (a.known_to is null or a.known_to > x.judge_at)) as absences
       from gates x join users u on u.tenant_id = $1 and u.id = x.user_id join goals g on g.tenant_id = $1 and g.id = x.goal_id join goal_periods p on p.tenant_id = $1 and p.id = g.period_id
       join gate_policy_versions v on v.tenant_id = $1 and v.id = x.policy_version_id
       where x.tenant_id = $1 and x.state = 'pending' and x.judge_at <= $2 and p.locked_at is null
         and ($3::uuid is null or p.id = $3) and ($4::uuid is null or x.policy_version_id = $4)
       order by x.judge_at, x.policy_version_id, x.step_order, x.user_id, x.id for update of x`,
      [tenantId, now, filter.periodId, filter.policyVersionId],
    );
  }

  /** How many people a version binds in a period. */
  async boundPeople(periodId: string, policyVersionId: string): Promise<number> {
    const row = await this.db.one<{ n: number }>(
      `select count(distinct x.user_id)::int as n from gates x join goals g on g.tenant_id = $1 and g.id = x.goal_id where x.tenant_id = $1 and g.period_id = $2 and x.policy_version_id = $3`,
      [currentContext().tenantId, periodId, policyVersionId],
    );
    return row.n;
  }

  async waive(gates: readonly { id: string; reason: string }[]): Promise<void> {
    await this.db.run(
      `update gates x set state = 'waived', state_reason = w.reason from jsonb_to_recordset($2::jsonb) as w (id uuid, reason text) where x.tenant_id = $1 and x.id = w.id and x.state = 'pending'`,
      [currentContext().tenantId, JSON.stringify(gates)],
    );
  }

  /** Stores verdicts, one per gate for all time, and the states that follow. Answers the gates whose verdict is new. */
  async store(verdicts: readonly NewVerdict[]): Promise<Set<string>> {
    const { tenantId, now } = currentContext();
    const rows = await this.db.many<{ gate_id: string }>(
      `with v as (select * from jsonb_to_recordset($2::jsonb) as x (gate_id uuid, outcome text, facts_until timestamptz, known_until timestamptz, evidence jsonb, evidence_hash text, state text)),
       kept as (insert into verdicts (tenant_id, gate_id, outcome, facts_until, known_until, judged_at, evidence, evidence_hash)
         select $1, gate_id, outcome, facts_until, known_until, $3, evidence, evidence_hash from v order by gate_id
         on conflict on constraint uq_verdicts_gate do nothing returning gate_id),
       moved as (update gates g set state = v.state, cured_at = case when v.state = 'passed_late' then $3::timestamptz end
         from v join kept on kept.gate_id = v.gate_id where g.tenant_id = $1 and g.id = v.gate_id)
       select gate_id from kept`,
      [tenantId, `[${verdicts.map(verdictJson).join(',')}]`, now],
    );
    return new Set(rows.map((row) => row.gate_id));
  }

  /**
   * Imposes or proposes restrictions, each once for all time. The people's rows are locked first, so that an action that has already been allowed
   * commits before, and one that comes later sees the restriction (GATE-07).
   */
  async restrict(restrictions: readonly NewRestriction[]): Promise<{ id: string; gate_id: string; kind: string }[]> {
    if (restrictions.length === 0) return [];
    const { tenantId, now } = currentContext();
    await this.db.run('select 1 from users where tenant_id = $1 and id = any($2) order by id for update', [
      tenantId,
      restrictions.map((one) => one.userId),
    ]);
    return this.db.many(
      `insert into restrictions (tenant_id, gate_id, user_id, kind, actions, state, imposed_at, starts_at, ends_at, evidence_hash)
       select $1, r."gateId", r."userId", r.kind, array(select jsonb_array_elements_text(r.actions)), r.state, $3, r."startsAt", r."endsAt", r."evidenceHash"
       from jsonb_to_recordset($2::jsonb) as r ("gateId" uuid, "userId" uuid, kind text, actions jsonb, state text, "startsAt" timestamptz, "endsAt" timestamptz, "evidenceHash" text)
       order by r."gateId", r.kind on conflict on constraint uq_restrictions_kind do nothing returning id, gate_id, kind`,
      [tenantId, JSON.stringify(restrictions), now],
    );
  }
}

/** The evidence is canonical text already and goes in as it is. */
function verdictJson({ evidence, ...rest }: NewVerdict): string {
  return `${JSON.stringify(rest).slice(0, -1)},"evidence":${evidence}}`;
}
