import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { ImportRun, Outcome, SourceWriter, TakenRow } from './import-source.js';
import { ImportSources } from './import-sources.js';
import { StagingRepository } from './staging.repository.js';

/** A row that is refused leaves the days as they were, which another row may have counted on: as often as this is looked at in detail. */
const passes = 5;
const days = (row: string) => `daterange(${row}.from_on, ${row}.until_on, '[]')`;
const sameSeat = (other: string) =>
  `${other}.programme_id = p.programme_id and ${other}.company_id = p.company_id and ${days(other)} && ${days('p')}`;

/** Import of enrolments (SRC-01, Q54): a company is in a programme once at a time, after the whole file. */
@Injectable()
export class ImportEnrolments implements Required<SourceWriter> {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly sources: ImportSources,
  ) {}

  async run(run: ImportRun): Promise<Outcome> {
    await this.sources.refuseRepeats('external_id');
    await this.sources.lookUp('programme', 'programmes');
    await this.sources.lookUp('company', 'companies');
    // Enrolments of one company take turns, as by REST.
    await this.db.run(`select 1 from companies where tenant_id = $1 and id in (select company_id from staged) order by id for no key update`, [
      currentContext().tenantId,
    ]);
    await this.plan(run.told);
    await this.check(run.told);
    const outcome = await this.sources.planned();
    if ((await run.mayWrite()) && outcome.created + outcome.updated > 0) await this.write(run.requestedBy);
    return outcome;
  }

  taken(): Promise<TakenRow[]> {
    return this.db.many<TakenRow & Record<string, unknown>>(
      `select p.line, t.id, case when p.old_id is null then 'created' when p.same then 'unchanged' else 'updated' end as outcome
       from planned p left join enrolments t on t.tenant_id = $1 and t.programme_id = p.programme_id and t.company_id = p.company_id and t.from_on = p.from_on`,
      [currentContext().tenantId],
    );
  }

  private async plan(told: ReadonlySet<string>): Promise<void> {
    const kept = (field: string, value: string, old: string) => (told.has(field) ? value : old);
    await this.db.run(
      `create temp table planned on commit drop as select v.*, v.old_id is not null and (v.was).programme_id = v.programme_id
           and (v.was).company_id = v.company_id and (v.was).from_on = v.from_on and (v.was).until_on is not distinct from v.until_on
           and (v.was).note is not distinct from v.note and (v.was).external_id is not distinct from v.external_id as same
       from (select s.line, e.id as old_id, e.was, coalesce(s.external_id, e.external_id) as external_id, s.programme_id, s.company_id,
           s.from_on::date as from_on, ${kept('untilOn', 's.until_on::date', 'e.until_on')} as until_on, ${kept('note', 's.note', 'e.note')} as note
         from staged s left join lateral (select x as was, x.* from enrolments x where x.tenant_id = $1
             and (x.external_id = s.external_id or x.programme_id = s.programme_id and x.company_id = s.company_id and x.from_on = s.from_on::date
               and (s.external_id is null or x.external_id is null))
           order by (x.external_id = s.external_id) desc nulls last limit 1) e on true) v`,
      [currentContext().tenantId],
    );
    await this.db.run('analyze planned');
  }

  private async check(told: ReadonlySet<string>): Promise<void> {
    await this.staging.find(
      `select line, 'error', 'order', $1, null, 'The last day must not lie before the first.' from planned where until_on < from_on`,
      [told.has('untilOn') ? 'untilOn' : 'fromOn'],
    );
    await this.staging.find(
      `select line, 'error', 'repeated', 'fromOn', from_on::text, 'Line ' || first || ' is this enrolment already.'
       from (select line, from_on, old_id, min(line) over (partition by old_id) as first from planned where old_id is not null) r where line <> first`,
    );
    await this.staging.refusePlanned();
    for (let pass = 1; pass <= passes; pass += 1)
      if ((await this.refuseOverlaps('and not exists (select 1 from planned q where q.old_id = e.id)')) === 0) return;
    await this.refuseOverlaps('and e.id is distinct from p.old_id');
  }

  /**
   * Against enrolments that stay as they are, `besides` those of the file, and against other rows of the file, of which the earlier one counts. Answers how
   * many rows were refused.
   */
  private async refuseOverlaps(besides: string): Promise<number> {
    const said = `p.line, 'error', 'overlap', 'fromOn', p.from_on::text, 'The company is enrolled in this programme on some of these days already.'`;
    await this.staging.find(
      `select ${said} from planned p where not p.same and exists (select 1 from enrolments e where e.tenant_id = $1 and ${sameSeat('e')} ${besides})`,
      [currentContext().tenantId],
    );
    const refused = await this.staging.refusePlanned();
    await this.staging.find(
      `select ${said} from planned p where not p.same and exists (select 1 from planned o where ${sameSeat('o')} and o.line <> p.line and (o.same or o.line < p.line))`,
    );
    return refused + (await this.staging.refusePlanned());
  }

  /** What changes is taken away and set anew: days that two enrolments exchange would be in each other's way one by one. */
  private async write(requestedBy: string): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run('delete from enrolments e using planned p where e.tenant_id = $1 and e.id = p.old_id and not p.same', [tenantId]);
    await this.db.run(
      `insert into enrolments (tenant_id, id, version, external_id, programme_id, company_id, from_on, until_on, note, created_at, recorded_by)
       select $1, coalesce(old_id, uuidv7()), coalesce((was).version, 0) + 1, external_id, programme_id, company_id, from_on, until_on, note,
         coalesce((was).created_at, $2), $3 from planned where not same order by line`,
      [tenantId, now, requestedBy],
    );
  }
}
