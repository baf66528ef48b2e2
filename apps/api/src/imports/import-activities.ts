import { Injectable } from '@nestjs/common';
import type { ImportMapping } from '@waymark/contracts';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import { limitOf, manyRows } from './import-pipeline.js';
import { type Outcome, ImportSources } from './import-sources.js';
import { StagingRepository } from './staging.repository.js';

const outcomeOf = `coalesce(s.outcome, case when s.completed_at is not null then 'completed' end)`;
const same = `(a.type, a.owner_id, a.company_id, a.item_id, a.scheduled_at, a.completed_at, a.outcome, a.duration_seconds)
  is not distinct from (s.type, s.owner_id, s.company_id, s.item_id, s.scheduled_at::timestamptz, s.completed_at::timestamptz, ${outcomeOf}, s.duration_seconds::int)`;

/** Import of activities: one version row per fact; a correction closes the old version. */
@Injectable()
export class ImportActivities {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly sources: ImportSources,
  ) {}

  async run(mapping: ImportMapping, requestedBy: string, dryRun: boolean): Promise<Outcome> {
    await this.sources.refuseRepeats('external_id');
    await this.sources.lookUpUsers('owner');
    await this.sources.lookUp('company', 'companies', 'unknown_company', 'There is no company');
    await this.sources.lookUp('item', 'pipeline_items', 'unknown_item', 'There is no pipeline item');
    await this.checkInstants(mapping);
    await this.plan();
    const outcome = await this.db.one<{ created: number; updated: number; unchanged: number }>(
      `select count(*) filter (where old_id is null)::int as created, count(*) filter (where old_id is not null and not same)::int as updated,
         count(*) filter (where old_id is not null and same)::int as unchanged from planned`,
    );
    const written = outcome.created + outcome.updated;
    if (dryRun || written === 0) return outcome;
    await this.write(mapping, requestedBy);
    if (written >= manyRows) await this.staging.refreshStatistics('activities');
    await this.sources.dateMemberships();
    return outcome;
  }

  private async checkInstants(mapping: ImportMapping): Promise<void> {
    await this.staging.find(
      `select line, 'error', 'no_date', 'completedAt', null, 'The row has neither scheduledAt nor completedAt.' from staged where scheduled_at is null and completed_at is null
       union all select line, 'held', 'held_future', 'completedAt', completed_at, 'Completed later than ' || $2 || ': held until then.'
         from staged where completed_at::timestamptz >= $1::timestamptz`,
      [limitOf(mapping), mapping.until ?? 'now'],
    );
    await this.staging.refuseFound();
  }

  private async plan(): Promise<void> {
    await this.db.run(
      `create temp table planned on commit drop as select s.*, a.id as old_id, a.id is not null and ${same} as same
       from staged s left join activities a on a.tenant_id = $1 and a.external_id = s.external_id and a.known_to is null`,
      [currentContext().tenantId],
    );
  }

  private async write(mapping: ImportMapping, requestedBy: string): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run(
      `update activities a set known_to = greatest($2::timestamptz, a.known_at) from planned s where a.tenant_id = $1 and a.id = s.old_id and not s.same`,
      [tenantId, now],
    );
    const told =
      mapping.knownAt === 'occurred_at'
        ? 'coalesce(s.completed_at, s.scheduled_at)::timestamptz'
        : typeof mapping.knownAt === 'object'
          ? 's.known_at'
          : 'null';
    // What would have been known when the owner's gates were judged is known from now on instead (Q98).
    const known = `case when s.old_id is null and (j.known_until is null or ${told} > j.known_until) then least(${told}, $2::timestamptz) else $2::timestamptz end`;
    await this.db.run(
      `insert into activities (tenant_id, external_id, type, owner_id, company_id, item_id, scheduled_at, completed_at, outcome, duration_seconds, known_at, day_only, backfilled, recorded_by)
       select $1, s.external_id, s.type, s.owner_id, s.company_id, s.item_id, s.scheduled_at::timestamptz, s.completed_at::timestamptz, ${outcomeOf}, s.duration_seconds::int,
         ${known}, s.day_only, ${known} < $2::timestamptz, $3
       from planned s left join app.judged_until($1) j on j.user_id = s.owner_id where not s.same order by s.owner_id, s.completed_at`,
      [tenantId, now, requestedBy],
    );
  }
}
