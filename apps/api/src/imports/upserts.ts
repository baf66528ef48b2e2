import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { ImportRun, Outcome, TakenRow } from './import-source.js';

export interface Upsert {
  table: 'companies' | 'products';
  /** Column of the table that names the row from outside. */
  key: string;
  /** Expression over `staged s` for each column of the table. */
  columns: Record<string, string>;
  /** Further expressions for new rows only. */
  onCreate?: Record<string, string>;
}

/** Staged rows become rows that have no versions, found by a key from outside. An unchanged row is not written. */
@Injectable()
export class Upserts {
  constructor(private readonly db: Db) {}

  /** `written` is whether anything may have been written. */
  async run(plan: Upsert, run: ImportRun): Promise<Outcome & { written: boolean }> {
    const { tenantId } = currentContext();
    const names = Object.keys(plan.columns);
    const differs = `(${names.map((name) => `t.${name}`).join(', ')}) is distinct from (${Object.values(plan.columns).join(', ')})`;
    await this.db.run(
      `create temp table planned on commit drop as select s.line, s.${plan.key} as external_key,
         case when t.${plan.key} is null then 'created' when ${differs} then 'updated' else 'unchanged' end as outcome
       from staged s left join ${plan.table} t on t.tenant_id = $1 and t.${plan.key} = s.${plan.key}`,
      [tenantId],
    );
    const outcome = await this.db.one<Outcome & Record<string, number>>(
      `select count(*) filter (where outcome = 'created')::int as created, count(*) filter (where outcome = 'updated')::int as updated,
         count(*) filter (where outcome = 'unchanged')::int as unchanged from planned`,
    );
    const written = await run.mayWrite();
    if (!written) return { ...outcome, written };
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
    return { ...outcome, written };
  }

  taken({ table, key }: Pick<Upsert, 'table' | 'key'>): Promise<TakenRow[]> {
    return this.db.many<TakenRow & Record<string, unknown>>(
      `select p.line, t.id, p.outcome from planned p left join ${table} t on t.tenant_id = $1 and t.${key} = p.external_key`,
      [currentContext().tenantId],
    );
  }
}
