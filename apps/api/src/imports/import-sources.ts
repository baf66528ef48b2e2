import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import { columnOf } from './source-fields.js';
import { StagingRepository } from './staging.repository.js';

/** How many rows of the file became what. */
export interface Outcome {
  created: number;
  updated: number;
  unchanged: number;
}

interface Upsert {
  table: string;
  /** Column of the table that names the row from outside. */
  key: string;
  /** Expression over `staged s` for each column of the table. */
  columns: Record<string, string>;
  /** Further expressions for new rows only. */
  onCreate?: Record<string, string>;
}

/** Imports of what facts point at: companies and products. Set-based, idempotent: an unchanged row is not written. */
@Injectable()
export class ImportSources {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
  ) {}

  async products(dryRun: boolean): Promise<Outcome> {
    await this.refuseRepeats('name');
    return this.upsert(
      { table: 'products', key: 'name', columns: { name: 's.name', series: 's.series', list_price_minor: 's.list_price::bigint' } },
      dryRun,
    );
  }

  /** With `named`, fields outside of it stay as they are. */
  async companies(dryRun: boolean, named?: ReadonlySet<string>): Promise<Outcome> {
    const { tenantId, now } = currentContext();
    await this.db.run('update staged set external_id = coalesce(external_id, name)');
    await this.refuseRepeats('external_id');
    await this.lookUpUsers('owner');
    const every: Record<string, string> = {
      external_id: 's.external_id',
      name: 's.name',
      industry: 's.industry',
      country: 's.country',
      founded_year: 's.founded_year::smallint',
      employees: 's.employees::integer',
      revenue_minor: 's.revenue::bigint',
      owner_id: 's.owner_id',
    };
    const told = named && new Set([...named].map(columnOf));
    const columns = Object.fromEntries(
      Object.entries(every).filter(([column]) => !told || told.has(column.replace(/_(id|minor)$/, '')) || told.has(column)),
    );
    const outcome = await this.upsert(
      { table: 'companies', key: 'external_id', columns, onCreate: { created_at: `'${now.toISOString()}'::timestamptz` } },
      dryRun,
    );
    // Parents in a second pass: a file may name a parent before its own row.
    await this.staging.find(
      `select s.line, 'incomplete', 'unknown_company', 'parent', s.parent, 'There is no company "' || s.parent || '"; imported without parent.' from staged s
       where s.parent is not null and not exists (select 1 from companies p where p.tenant_id = $1 and s.parent in (p.external_id, p.name))
         and not exists (select 1 from staged o where s.parent in (o.external_id, o.name))`,
      [tenantId],
    );
    if (!dryRun)
      await this.db.run(
        `update companies c set parent_id = p.id from staged s, companies p
         where c.tenant_id = $1 and c.external_id = s.external_id and p.tenant_id = $1 and s.parent in (p.external_id, p.name) and p.id <> c.id
           and c.parent_id is distinct from p.id`,
        [tenantId],
      );
    return outcome;
  }

  /**
   * Memberships whose source has no date begin with the person's first fact, else with the organisation's earliest (Q76). A roster comes before
   * the facts, so this runs again after each import of facts; it only ever moves them back.
   */
  async dateMemberships(): Promise<void> {
    await this.db.run(
      `update team_memberships m set from_on = f.first_on
       from (select u.id as user_id, coalesce(app.day_of(x.at, n.time_zone), n.earliest_fact_on) as first_on
         from users u join tenants n on n.id = $1 left join (select owner_id, min(at) as at from (
             select owner_id, min(occurred_at) as at from pipeline_events where tenant_id = $1 and not undated and known_to is null group by owner_id
             union all select owner_id, min(coalesce(completed_at, scheduled_at)) from activities where tenant_id = $1 and known_to is null group by owner_id) e
           group by owner_id) x on x.owner_id = u.id
         where u.tenant_id = $1) f
       where m.tenant_id = $1 and m.derived and m.until_on is null and m.user_id = f.user_id and m.from_on > f.first_on
         and not exists (select 1 from team_memberships o where o.tenant_id = $1 and o.team_id = m.team_id and o.user_id = m.user_id and o.id <> m.id and o.until_on > f.first_on)`,
      [currentContext().tenantId],
    );
  }

  /** Resolves a column of names into `<column>_id`; names nobody has are errors of their line. */
  async lookUpUsers(column: string): Promise<void> {
    await this.lookUp(column, 'users', 'unknown_person', 'There is no person');
  }

  async lookUp(column: string, table: 'users' | 'companies' | 'products' | 'pipeline_items', code: string, sentence: string): Promise<void> {
    const { tenantId } = currentContext();
    const keys = table === 'products' ? ['name'] : ['name', 'external_id']; // the external id wins where both fit
    await this.db.run(`alter table staged add column ${column}_id uuid`);
    for (const key of keys)
      await this.db.run(
        `update staged s set ${column}_id = t.id
         from (select ${key} as key, (array_agg(id))[1] as id from ${table} where tenant_id = $1 group by ${key} having count(*) = 1) t where t.key = s.${column}`,
        [tenantId],
      );
    // A name that several have says nothing about which of them is meant.
    await this.staging.find(
      `select line, 'error', case when twice then 'ambiguous' else $2 end, $3, left(${column}, 60),
         case when twice then 'Several are called "' || left(${column}, 60) || '"; name the external id.' else $4 || ' "' || left(${column}, 60) || '".' end
       from (select s.*, exists (select 1 from ${table} t where t.tenant_id = $1 and t.name = s.${column}) as twice from staged s where ${column} is not null and ${column}_id is null) s`,
      [tenantId, code, column, sentence],
    );
    await this.staging.refuseFound();
  }

  /** The same outside id twice in one file: the first line counts, the others are errors. */
  async refuseRepeats(column: string): Promise<void> {
    await this.staging.find(
      `select line, 'error', 'repeated', $1, ${column}, 'Line ' || first || ' has the same ' || $1 || ' already.'
       from (select line, ${column}, min(line) over (partition by ${column}) as first from staged where ${column} is not null) r where line <> first`,
      [column],
    );
    await this.staging.refuseFound();
  }

  private async upsert(plan: Upsert, dryRun: boolean): Promise<Outcome> {
    const { tenantId } = currentContext();
    const names = Object.keys(plan.columns);
    const differs = `(${names.map((name) => `t.${name}`).join(', ')}) is distinct from (${Object.values(plan.columns).join(', ')})`;
    await this.db.run(
      `create temp table planned on commit drop as select s.line, s.${plan.key} as external_key,
         case when t.${plan.key} is null then 'created' when ${differs} then 'updated' else 'unchanged' end as outcome
       from staged s left join ${plan.table} t on t.tenant_id = $1 and t.${plan.key} = s.${plan.key}`,
      [tenantId],
    );
    const row = await this.db.one<{ created: number; updated: number; unchanged: number }>(
      `select count(*) filter (where outcome = 'created')::int as created, count(*) filter (where outcome = 'updated')::int as updated,
         count(*) filter (where outcome = 'unchanged')::int as unchanged from planned`,
    );
    if (!dryRun) {
      await this.db.run(
        `update ${plan.table} t set ${names.map((name) => `${name} = ${plan.columns[name]}`).join(', ')} from staged s
         where t.tenant_id = $1 and t.${plan.key} = s.${plan.key} and ${differs}`,
        [tenantId],
      );
      const create = { ...plan.columns, ...plan.onCreate };
      await this.db.run(
        `insert into ${plan.table} (tenant_id, ${Object.keys(create).join(', ')}) select $1, ${Object.values(create).join(', ')} from staged s
         where not exists (select 1 from ${plan.table} t where t.tenant_id = $1 and t.${plan.key} = s.${plan.key}) order by s.${plan.key}`,
        [tenantId],
      );
    }
    return row;
  }
}
