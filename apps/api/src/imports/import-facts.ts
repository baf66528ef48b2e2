import { Injectable } from '@nestjs/common';
import type { ImportMapping } from '@waymark/contracts';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { FactPlan } from './fact-plan.js';
import { ImportSources } from './import-sources.js';
import type { ImportRun, Outcome, SourceWriter, TakenRow } from './import-source.js';
import { manyRows, StagingRepository } from './staging.repository.js';

/** Import of dated facts: one version row per fact; a correction closes the old version, which stays known as of its time (Q98). */
@Injectable()
export class ImportFacts {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly sources: ImportSources,
  ) {}

  /** The writer of one kind of facts. */
  of(plan: FactPlan): Required<SourceWriter> {
    return { run: (run) => this.run(plan, run), taken: () => this.taken(plan) };
  }

  private async run(plan: FactPlan, run: ImportRun): Promise<Outcome> {
    await this.sources.refuseRepeats('external_id');
    for (const { column, table } of plan.lookUps) await this.sources.lookUp(column, table);
    await this.check(plan, run.mapping);
    await this.plan(plan, run.told);
    const outcome = await this.sources.planned();
    const written = outcome.created + outcome.updated;
    if (!(await run.mayWrite()) || written === 0) return outcome;
    await this.write(plan, run);
    if (written >= manyRows) await this.staging.refreshStatistics(run, outcome.created, plan.table);
    if (plan.datesMemberships) await this.sources.dateMemberships();
    return outcome;
  }

  private async check({ happened, past = [], wrong = [] }: FactPlan, mapping: ImportMapping): Promise<void> {
    for (const each of [happened, ...past]) await this.sources.holdAhead(each, mapping);
    for (const { when, code, field, message } of wrong)
      await this.staging.find(`select line, 'error', '${code}', '${field}', null, '${message}' from staged where ${when}`);
    await this.staging.refuseFound();
  }

  private async plan(plan: FactPlan, told: ReadonlySet<string>): Promise<void> {
    const names = Object.keys(plan.columns);
    const made = names.map((name) => `${valueOf(plan, name, told)} as new_${name}, f.${name} as old_${name}`).join(', ');
    const all = (age: string) => names.map((name) => `v.${age}_${name}`).join(', ');
    const entry = plan.identity === 'id' ? 'f.id' : 'coalesce(f.entry_id, f.id)';
    const { tenantId, now } = currentContext();
    await this.db.run(
      `create temp table planned on commit drop as select v.*, v.old_id is not null and (${all('old')}) is not distinct from (${all('new')}) as same
       from (select s.line, s.external_id, s.day_only, s.known_at, ${plan.judged ?? 's.owner_id'} as judged_id, f.id as old_id, ${entry} as old_entry, f.version as old_version, ${made}
         from staged s join tenants n on n.id = $1
         left join ${plan.table} f on f.tenant_id = $1 and f.external_id = s.external_id and f.known_to is null where $2::timestamptz is not null) v`,
      [tenantId, now],
    );
    for (const { when, code, field, message } of plan.impossible ?? [])
      await this.staging.find(`select line, 'error', '${code}', '${field}', null, '${message}' from planned where ${when}`);
    if (plan.impossible) await this.staging.refusePlanned();
  }

  private async write(plan: FactPlan, { mapping, requestedBy }: ImportRun): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run(
      `update ${plan.table} f set known_to = greatest($2::timestamptz, f.known_at) from planned s
       where f.tenant_id = $1 and f.id = s.old_id and f.known_to is null and not s.same`,
      [tenantId, now],
    );
    const happened = plan.told ?? `s.new_${plan.happened.at}`;
    const told = mapping.knownAt === 'occurred_at' ? happened : typeof mapping.knownAt === 'object' ? 's.known_at' : 'null::timestamptz';
    // What would have been known when the owner's gates were judged is known from now on instead (Q98).
    const known = `case when s.old_id is null and (j.known_until is null or ${told} > j.known_until) then least(${told}, $2::timestamptz) else $2::timestamptz end`;
    const names = Object.keys(plan.columns);
    const identity = plan.identity === 'id' ? ['id', 'coalesce(s.old_id, uuidv7())'] : ['entry_id', 's.old_entry'];
    await this.db.run(
      `insert into ${plan.table} (tenant_id, ${identity[0]}, version, external_id, known_at, day_only, backfilled, recorded_by, ${names.join(', ')})
       select $1, ${identity[1]}, coalesce(s.old_version, 0) + 1, s.external_id, ${known}, s.day_only, ${known} < $2::timestamptz, $3,
         ${names.map((name) => `s.new_${name}`).join(', ')}
       from planned s left join app.judged_until($1) j on j.user_id = s.judged_id where not s.same order by s.judged_id, s.line`,
      [tenantId, now, requestedBy],
    );
  }

  private taken({ table, identity }: FactPlan): Promise<TakenRow[]> {
    const id = identity === 'id' ? 'f.id' : 'coalesce(f.entry_id, f.id)';
    return this.db.many<TakenRow & Record<string, unknown>>(
      `select p.line, ${id} as id, case when p.old_id is null then 'created' when p.same then 'unchanged' else 'updated' end as outcome
       from planned p left join ${table} f on f.tenant_id = $1 and f.external_id = p.external_id and f.known_to is null`,
      [currentContext().tenantId],
    );
  }
}

function valueOf({ columns }: FactPlan, name: string, told: ReadonlySet<string>): string {
  const value = columns[name] as FactPlan['columns'][string];
  if (typeof value === 'string') return value;
  return told.has(value.field) ? value.from : `f.${name}`;
}
