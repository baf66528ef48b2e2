import { Injectable } from '@nestjs/common';
import type { GateRunResult } from '@waymark/contracts';
import type { PolicyDefinition } from '@waymark/gates';
import type { Away } from '@waymark/kernel';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

export interface GateRunRow {
  id: string;
  mode: 'preview' | 'enforce';
  state: 'queued' | 'done' | 'stopped' | 'failed';
  period_id: string;
  period_name: string;
  policy_version_id: string;
  policy_name: string;
  policy_number: number;
  accepted_percent: number | null;
  result: GateRunResult | null;
  judged_at: Date | null;
  created_at: Date;
}

/** A person with a goal of the period, as a preview judges them. */
export interface PreviewGoal {
  goal_id: string;
  user_id: string;
  user_name: string;
  target: string;
  service_account: boolean;
  memberships: string[];
  /** Every version of every absence, with the instants from and until which it was known. */
  absences: (Away & { knownAt: string; knownTo: string | null })[];
}

/** A gate with its verdict, for the result of a run. */
export interface VerdictRow {
  step_order: number;
  name: string;
  deadline_on: string;
  state: string;
  user_id: string;
  user_name: string;
  outcome: string | null;
  condition: { measured: { num: string; den: string } | { none: string }; needed: { num: string; den: string }; unit: string } | null;
}

const columns = `r.id, r.mode, r.state, r.period_id, p.name as period_name, r.policy_version_id, y.name as policy_name, v.number as policy_number, r.accepted_percent, r.result, r.judged_at, r.created_at`;
const joins = `join goal_periods p on p.tenant_id = r.tenant_id and p.id = r.period_id join gate_policy_versions v on v.tenant_id = r.tenant_id and v.id = r.policy_version_id
  join gate_policies y on y.tenant_id = r.tenant_id and y.id = v.policy_id`;

@Injectable()
export class GateRunsRepository {
  constructor(private readonly db: Db) {}

  async insert(run: {
    periodId: string;
    policyVersionId: string;
    definitionHash: string;
    mode: string;
    acceptedPercent: number | null;
  }): Promise<string> {
    const { tenantId, now, userId } = currentContext();
    const row = await this.db.one<{ id: string }>(
      `insert into gate_runs (tenant_id, period_id, policy_version_id, definition_hash, mode, state, accepted_percent, requested_by, created_at)
       values ($1, $2, $3, $4, $5, 'queued', $6, $7, $8) returning id`,
      [tenantId, run.periodId, run.policyVersionId, run.definitionHash, run.mode, run.acceptedPercent, userId, now],
    );
    return row.id;
  }

  find(id: string): Promise<GateRunRow | null> {
    return this.db.maybe<GateRunRow & Record<string, unknown>>(`select ${columns} from gate_runs r ${joins} where r.tenant_id = $1 and r.id = $2`, [
      currentContext().tenantId,
      id,
    ]);
  }

  page(filter: { periodId: string | null; policyVersionId: string | null; after: string | null; limit: number }): Promise<GateRunRow[]> {
    return this.db.many<GateRunRow & Record<string, unknown>>(
      `select ${columns} from gate_runs r ${joins} where r.tenant_id = $1 and ($2::uuid is null or r.period_id = $2) and ($3::uuid is null or r.policy_version_id = $3)
         and ($4::uuid is null or r.id < $4) order by r.id desc limit $5`,
      [currentContext().tenantId, filter.periodId, filter.policyVersionId, filter.after, filter.limit],
    );
  }

  async finish(id: string, state: 'done' | 'stopped' | 'failed', result: GateRunResult | null): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run('update gate_runs set state = $3, result = $4, judged_at = $5 where tenant_id = $1 and id = $2', [
      tenantId,
      id,
      state,
      result === null ? null : JSON.stringify(result),
      now,
    ]);
  }

  version(
    id: string,
  ): Promise<{ id: string; state: string; definition: PolicyDefinition; definition_hash: string; published_at: Date | null } | null> {
    return this.db.maybe('select id, state, definition, definition_hash, published_at from gate_policy_versions where tenant_id = $1 and id = $2', [
      currentContext().tenantId,
      id,
    ]);
  }

  period(id: string): Promise<{
    id: string;
    name: string;
    starts_on: string;
    ends_on: string;
    time_zone: string;
    starts_at: Date;
    ends_at: Date;
    locked_at: Date | null;
  } | null> {
    return this.db.maybe(
      'select id, name, starts_on, ends_on, time_zone, starts_at, ends_at, locked_at from goal_periods where tenant_id = $1 and id = $2',
      [currentContext().tenantId, id],
    );
  }

  previewGoals(periodId: string, metric: string): Promise<PreviewGoal[]> {
    return this.db.many<PreviewGoal & Record<string, unknown>>(
      `select g.id as goal_id, u.id as user_id, u.name as user_name, g.target::text, u.service_account,
         array(select m.from_on::text from team_memberships m where m.tenant_id = $1 and m.user_id = u.id and m.role = 'member' order by 1) as memberships,
         (select coalesce(json_agg(json_build_object('from', a.from_on, 'until', a.until_on, 'knownAt', a.known_at, 'knownTo', a.known_to)), '[]')
           from absences a where a.tenant_id = $1 and a.user_id = u.id) as absences
       from goals g join users u on u.tenant_id = $1 and u.id = g.owner_user_id where g.tenant_id = $1 and g.period_id = $2 and g.metric = $3 and g.state = 'active' order by u.name, g.id`,
      [currentContext().tenantId, periodId, metric],
    );
  }

  /** The gates of a version in a period with their verdicts. */
  verdicts(periodId: string, policyVersionId: string): Promise<VerdictRow[]> {
    return this.db.many<VerdictRow & Record<string, unknown>>(
      `select x.step_order, x.name, x.deadline_on, x.state, x.user_id, u.name as user_name, v.outcome, v.evidence -> 'conditions' -> (v.evidence ->> 'decisive')::int as condition
       from gates x join goals g on g.tenant_id = $1 and g.id = x.goal_id join users u on u.tenant_id = $1 and u.id = x.user_id
       left join verdicts v on v.tenant_id = $1 and v.gate_id = x.id
       where x.tenant_id = $1 and g.period_id = $2 and x.policy_version_id = $3 order by x.step_order, u.name, x.id`,
      [currentContext().tenantId, periodId, policyVersionId],
    );
  }
}
