import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { ImportRun, Outcome, SourceWriter, TakenRow } from './import-source.js';
import { ImportSources } from './import-sources.js';
import { columnOf } from './source-fields.js';
import { StagingRepository } from './staging.repository.js';
import { Upserts } from './upserts.js';

/** Column of the table -> expression over the staged row. */
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

/** Import of companies. Fields that the file does not tell stay as they are. */
@Injectable()
export class ImportCompanies implements Required<SourceWriter> {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly sources: ImportSources,
    private readonly upserts: Upserts,
  ) {}

  async run(run: ImportRun): Promise<Outcome> {
    const { tenantId, now } = currentContext();
    await this.db.run('update staged set external_id = coalesce(external_id, name)');
    await this.sources.refuseRepeats('external_id');
    await this.sources.lookUp('owner', 'users');
    await this.staging.find(
      `select s.line, 'incomplete', 'unknown_company', 'parent', s.parent, 'There is no company "' || s.parent || '"; imported without parent.' from staged s
       where s.parent is not null and not exists (select 1 from companies p where p.tenant_id = $1 and s.parent in (p.external_id, p.name))
         and not exists (select 1 from staged o where s.parent in (o.external_id, o.name))`,
      [tenantId],
    );
    const told = new Set(['external_id', ...[...run.told].map(columnOf)]);
    const columns = Object.fromEntries(Object.entries(every).filter(([column]) => told.has(column) || told.has(column.replace(/_(id|minor)$/, ''))));
    const { written, ...outcome } = await this.upserts.run(
      { table: 'companies', key: 'external_id', columns, onCreate: { created_at: `'${now.toISOString()}'::timestamptz` } },
      run,
    );
    // Parents in a second pass: a file may name a parent before its own row.
    if (written)
      await this.db.run(
        `update companies c set parent_id = p.id from staged s, companies p
         where c.tenant_id = $1 and c.external_id = s.external_id and p.tenant_id = $1 and s.parent in (p.external_id, p.name) and p.id <> c.id
           and c.parent_id is distinct from p.id`,
        [tenantId],
      );
    return outcome;
  }

  taken(): Promise<TakenRow[]> {
    return this.upserts.taken({ table: 'companies', key: 'external_id' });
  }
}
