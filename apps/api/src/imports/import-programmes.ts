import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { ImportRun, Outcome, SourceWriter, TakenRow } from './import-source.js';
import { ImportSources } from './import-sources.js';
import { StagingRepository } from './staging.repository.js';

/** Import of programmes (SRC-01). One that has no external id yet is known by its name. */
@Injectable()
export class ImportProgrammes implements Required<SourceWriter> {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly sources: ImportSources,
  ) {}

  async run(run: ImportRun): Promise<Outcome> {
    await this.sources.refuseRepeats('external_id');
    await this.sources.refuseRepeats('name');
    await this.plan(run.told);
    await this.check(run.told);
    const outcome = await this.sources.planned();
    if ((await run.mayWrite()) && outcome.created + outcome.updated > 0) await this.write(run.requestedBy);
    return outcome;
  }

  taken(): Promise<TakenRow[]> {
    return this.db.many<TakenRow & Record<string, unknown>>(
      `select p.line, t.id, case when p.old_id is null then 'created' when p.same then 'unchanged' else 'updated' end as outcome
       from planned p left join programmes t on t.tenant_id = $1 and t.name = p.name`,
      [currentContext().tenantId],
    );
  }

  private async plan(told: ReadonlySet<string>): Promise<void> {
    const kept = (field: string, value: string, old: string) => (told.has(field) ? value : old);
    await this.db.run(
      `create temp table planned on commit drop as select v.*,
         v.old_id is not null and (v.was).name = v.name and (v.was).starts_on = v.starts_on and (v.was).ends_on is not distinct from v.ends_on
           and (v.was).note is not distinct from v.note and (v.was).external_id is not distinct from v.external_id as same
       from (select s.line, p.id as old_id, p.was, s.name, coalesce(s.external_id, p.external_id) as external_id, s.starts_on::date as starts_on,
           ${kept('endsOn', 's.ends_on::date', 'p.ends_on')} as ends_on, ${kept('note', 's.note', 'p.note')} as note
         from staged s left join lateral (select x as was, x.* from programmes x where x.tenant_id = $1
             and (x.external_id = s.external_id or x.name = s.name and (s.external_id is null or x.external_id is null))
           order by (x.external_id = s.external_id) desc nulls last limit 1) p on true) v`,
      [currentContext().tenantId],
    );
  }

  private async check(told: ReadonlySet<string>): Promise<void> {
    await this.staging.find(
      `select line, 'error', 'order', $1, null, 'The last day must not lie before the first.' from planned where ends_on < starts_on`,
      [told.has('endsOn') ? 'endsOn' : 'startsOn'],
    );
    await this.staging.find(
      `select line, 'error', 'repeated', 'name', name, 'Line ' || first || ' is this programme already.'
       from (select line, name, old_id, min(line) over (partition by old_id) as first from planned where old_id is not null) r where line <> first`,
    );
    await this.staging.find(
      `select p.line, 'error', 'taken', 'name', p.name, 'Another programme has the name "' || left(p.name, 60) || '".'
       from planned p join programmes o on o.tenant_id = $1 and o.name = p.name and o.id is distinct from p.old_id`,
      [currentContext().tenantId],
    );
    await this.staging.refusePlanned();
  }

  private async write(requestedBy: string): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run(
      `update programmes t set external_id = p.external_id, name = p.name, starts_on = p.starts_on, ends_on = p.ends_on, note = p.note
       from planned p where t.tenant_id = $1 and t.id = p.old_id and not p.same`,
      [tenantId],
    );
    await this.db.run(
      `insert into programmes (tenant_id, external_id, name, starts_on, ends_on, note, created_at, recorded_by)
       select $1, external_id, name, starts_on, ends_on, note, $2, $3 from planned where old_id is null order by line`,
      [tenantId, now, requestedBy],
    );
  }
}
