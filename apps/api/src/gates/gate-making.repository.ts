import { Injectable } from '@nestjs/common';
import type { PolicyDefinition } from '@waymark/gates';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

export interface PublishedVersion {
  id: string;
  definition: PolicyDefinition;
  published_at: Date;
}

export interface PeriodDates {
  id: string;
  name: string;
  starts_on: string;
  ends_on: string;
  time_zone: string;
  starts_at: Date;
  ends_at: Date;
}

/** A step of a published version in one period: every goal of that period and metric gets a gate like this. */
export interface GateMould {
  period_id: string;
  policy_version_id: string;
  goal_metric: string;
  published_at: Date;
  step_order: number;
  name: string;
  step: unknown;
  blocking: boolean;
  starts_at: Date;
  deadline_on: string;
  deadline_at: Date;
  judge_at: Date;
  ends_at: Date;
}

/** Makes gates from published policies: the only place that inserts or removes them. */
@Injectable()
export class GateMakingRepository {
  constructor(private readonly db: Db) {}

  published(versionId: string | null): Promise<PublishedVersion[]> {
    return this.db.many<PublishedVersion & Record<string, unknown>>(
      `select id, definition, published_at from gate_policy_versions where tenant_id = $1 and state = 'published' and ($2::uuid is null or id = $2) order by published_at, id`,
      [currentContext().tenantId, versionId],
    );
  }

  /** Periods whose dates are frozen and whose gates can still matter; with `goalIds` only those of these goals. */
  periods(goalIds: readonly string[] | null): Promise<PeriodDates[]> {
    return this.db.many<PeriodDates & Record<string, unknown>>(
      `select p.id, p.name, p.starts_on, p.ends_on, p.time_zone, p.starts_at, p.ends_at from goal_periods p
       where p.tenant_id = $1 and p.state <> 'planning' and p.locked_at is null
         and ($2::uuid[] is null or exists (select 1 from goals g where g.tenant_id = $1 and g.period_id = p.id and g.id = any($2))) order by p.starts_on`,
      [currentContext().tenantId, goalIds],
    );
  }

  /**
   * Inserts what is missing: one gate per goal of a person, version and step. A gate binds only when its deadline lies after the publication (Q99) and
   * after the target became known, so nobody is judged by what was not known in time. Answers the new gates' ids.
   */
  async make(moulds: readonly GateMould[], goalIds: readonly string[] | null): Promise<string[]> {
    const rows = await this.db.many<{ id: string }>(
      `insert into gates (tenant_id, goal_id, user_id, policy_version_id, step_order, name, step, blocking, target, starts_at, deadline_on, deadline_at, judge_at, ends_at)
       select $1, g.id, g.owner_user_id, m.policy_version_id, m.step_order, m.name, m.step, m.blocking, g.target, m.starts_at, m.deadline_on, m.deadline_at, m.judge_at, m.ends_at
       from jsonb_to_recordset($2::jsonb) as m (period_id uuid, policy_version_id uuid, goal_metric text, published_at timestamptz, step_order smallint, name text, step jsonb,
         blocking boolean, starts_at timestamptz, deadline_on date, deadline_at timestamptz, judge_at timestamptz, ends_at timestamptz)
       join goals g on g.tenant_id = $1 and g.period_id = m.period_id and g.metric = m.goal_metric and g.owner_user_id is not null and g.state = 'active'
         and ($3::uuid[] is null or g.id = any($3))
       where m.deadline_at > m.published_at and m.deadline_at > g.target_known_at
       order by g.id, m.step_order
       on conflict on constraint uq_gates_step do nothing returning id`,
      [currentContext().tenantId, JSON.stringify(moulds), goalIds],
    );
    return rows.map((row) => row.id);
  }

  /** The target of a gate follows its goal until the deadline; a cancelled goal loses the gates that lie ahead. */
  async followGoals(goalIds: readonly string[], now: Date): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `update gates x set target = g.target from goals g where x.tenant_id = $1 and g.tenant_id = $1 and g.id = x.goal_id and g.id = any($2) and x.state = 'pending'
         and x.deadline_at > $3 and x.target is distinct from g.target`,
      [tenantId, goalIds, now],
    );
    await this.db.run(
      `delete from gates x using goals g where x.tenant_id = $1 and g.tenant_id = $1 and g.id = x.goal_id and g.id = any($2) and g.state = 'cancelled' and x.state = 'pending'
         and x.deadline_at > $3`,
      [tenantId, goalIds, now],
    );
  }

  /** Gates of earlier versions of the policy whose deadline lies after the new publication give way to the new ones; none of them has a verdict. */
  async supersede(policyId: string, versionId: string, publishedAt: Date): Promise<void> {
    await this.db.run(
      `delete from gates x using gate_policy_versions v where x.tenant_id = $1 and v.tenant_id = $1 and v.id = x.policy_version_id and v.policy_id = $2 and v.id <> $3
         and x.state = 'pending' and x.deadline_at > $4`,
      [currentContext().tenantId, policyId, versionId, publishedAt],
    );
  }
}
