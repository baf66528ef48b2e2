import { Injectable } from '@nestjs/common';
import type { ImportMapping } from '@waymark/contracts';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import { manyRows } from './import-pipeline.js';
import { type Outcome, ImportSources } from './import-sources.js';
import { StagingRepository } from './staging.repository.js';

const values = `(a.type, a.owner_id, a.company_id, a.scheduled_at, a.completed_at, a.outcome, a.duration_seconds)
  is not distinct from (s.type, s.owner_id, s.company_id, s.scheduled_at::timestamptz, s.completed_at::timestamptz, coalesce(s.outcome, case when s.completed_at is not null then 'completed' end), s.duration_seconds::int)`;

/** Import of activities: one version row per fact; a correction closes the old version. */
@Injectable()
export class ImportActivities {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly sources: ImportSources,
  ) {}

  async run(mapping: ImportMapping, requestedBy: string, dryRun: boolean): Promise<Outcome> {
    const { tenantId, now } = currentContext();
    await this.sources.refuseRepeats('external_id');
    await this.sources.lookUpUsers('owner');
    await this.sources.lookUp('company', 'companies', 'unknown_company', 'There is no company');
    await this.staging.find(
      `select line, 'error', 'no_date', 'completedAt', null, 'The row has neither scheduledAt nor completedAt.' from staged where scheduled_at is null and completed_at is null
       union all select line, 'held', 'held_future', 'completedAt', completed_at, 'Completed later than now: held until then.' from staged where completed_at::timestamptz >= $1`,
      [now],
    );
    await this.staging.refuseFound();
    const join = `staged s left join activities a on a.tenant_id = $1 and a.external_id = s.external_id and a.known_to is null`;
    const outcome = await this.db.one<{ created: number; updated: number; unchanged: number }>(
      `select count(*) filter (where a.id is null)::int as created, count(*) filter (where a.id is not null and not (${values}))::int as updated,
         count(*) filter (where a.id is not null and ${values})::int as unchanged from ${join}`,
      [tenantId],
    );
    if (dryRun) return outcome;
    await this.db.run(`create temp table changed on commit drop as select s.*, a.id as old_id from ${join} where a.id is null or not (${values})`, [
      tenantId,
    ]);
    await this.db.run('update activities a set known_to = greatest($2, a.known_at) from changed c where a.tenant_id = $1 and a.id = c.old_id', [
      tenantId,
      now,
    ]);
    const known =
      mapping.knownAt === 'occurred_at'
        ? 'coalesce(c.completed_at, c.scheduled_at)::timestamptz'
        : typeof mapping.knownAt === 'object'
          ? 'c.known_at'
          : '$2';
    await this.db.run(
      `insert into activities (tenant_id, external_id, type, owner_id, company_id, scheduled_at, completed_at, outcome, duration_seconds, known_at, day_only, backfilled, recorded_by)
       select $1, c.external_id, c.type, c.owner_id, c.company_id, c.scheduled_at::timestamptz, c.completed_at::timestamptz,
         coalesce(c.outcome, case when c.completed_at is not null then 'completed' end), c.duration_seconds::int,
         case when c.old_id is null then least(coalesce(${known}, $2), $2) else $2 end, c.day_only, c.old_id is null and coalesce(${known}, $2) < $2, $3
       from changed c order by c.owner_id, c.completed_at`,
      [tenantId, now, requestedBy],
    );
    if (outcome.created + outcome.updated >= manyRows) await this.staging.refreshStatistics('activities');
    if (outcome.created + outcome.updated > 0) await this.sources.dateMemberships();
    return outcome;
  }
}
