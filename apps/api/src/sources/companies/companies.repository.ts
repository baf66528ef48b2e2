import { Injectable } from '@nestjs/common';
import type { Company, CompanyRole } from '@waymark/contracts';
import { type Reach, reachedCompany } from '../../access/visibility.js';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

/** Values of a company by column. */
export type CompanyValues = Record<string, string | number | null>;

/** What the reader sees of companies: which, and as of which day their people. */
export interface Seen extends Pick<Reach, 'owners' | 'companies'> {
  today: string;
}

export interface CompanyFilter {
  q: string | null;
  coachId: string | null;
  descending: boolean;
  after: { name: string; id: string } | null;
  limit: number;
}

/** Assignments of a role on day $3, apart from what they are joined by. */
const assigned = (role: CompanyRole) => `a.tenant_id = $1 and a.role = '${role}' and a.from_on <= $3 and (a.until_on is null or a.until_on > $3)`;
const reached = (alias: string) => reachedCompany(alias, '$4', '$5');
const shape = `json_build_object('id', c.id, 'externalId', c.external_id, 'name', c.name, 'industry', c.industry, 'country', c.country, 'foundedYear', c.founded_year,
  'employees', c.employees, 'revenue', case when c.revenue_minor is not null then json_build_object('amount', to_char(c.revenue_minor / 100.0, 'FM9999999999999990.00'), 'currency', $2::text) end,
  'ownerId', c.owner_id, 'ownerName', u.name, 'parentId', p.id, 'parentName', p.name,
  'coaches', (select coalesce(json_agg(json_build_object('id', x.id, 'name', x.name) order by x.name, x.id), '[]') from company_people a
    join users x on x.tenant_id = $1 and x.id = a.user_id where ${assigned('coach')} and a.company_id = c.id),
  'memberCount', (select count(*) from company_people a where ${assigned('member')} and a.company_id = c.id), 'version', c.version)`;
const joins = `left join users u on u.tenant_id = $1 and u.id = c.owner_id left join companies p on p.tenant_id = $1 and p.id = c.parent_id and ${reached('p')}`;

@Injectable()
export class CompaniesRepository {
  constructor(private readonly db: Db) {}

  async page({ today, owners, companies }: Seen, { q, coachId, descending, after, limit }: CompanyFilter): Promise<Company[]> {
    const { tenantId, currency } = currentContext();
    const direction = descending ? 'desc' : 'asc';
    const rows = await this.db.many<{ company: Company }>(
      `select ${shape} as company from companies c ${joins} where c.tenant_id = $1 and ${reached('c')} and ($6::text is null or c.name ilike '%' || $6 || '%')
         and ($10::uuid is null or exists (select 1 from company_people a where ${assigned('coach')} and a.company_id = c.id and a.user_id = $10))
         and ($7::text is null or (c.name, c.id) ${descending ? '<' : '>'} ($7, $8::uuid)) order by c.name ${direction}, c.id ${direction} limit $9`,
      [tenantId, currency, today, owners, companies, q, after?.name ?? null, after?.id ?? null, limit, coachId],
    );
    return rows.map((row) => row.company);
  }

  async find({ today, owners, companies }: Seen, id: string): Promise<Company | null> {
    const { tenantId, currency } = currentContext();
    const row = await this.db.maybe<{ company: Company }>(
      `select ${shape} as company from companies c ${joins} where c.tenant_id = $1 and c.id = $6 and ${reached('c')}`,
      [tenantId, currency, today, owners, companies, id],
    );
    return row?.company ?? null;
  }

  async isPerson(id: string): Promise<boolean> {
    return (await this.db.maybe('select 1 from users where tenant_id = $1 and id = $2', [currentContext().tenantId, id])) !== null;
  }

  async insert(values: CompanyValues): Promise<string> {
    const { tenantId, now } = currentContext();
    const columns = Object.keys(values);
    const row = await this.db.one<{ id: string }>(
      `insert into companies (tenant_id, created_at, ${columns.join(', ')}) values ($1, $2, ${columns.map((_, n) => `$${n + 3}`).join(', ')}) returning id`,
      [tenantId, now, ...Object.values(values)],
    );
    return row.id;
  }

  /** Holds the row until the transaction ends, so that two changes take turns. */
  async lock(id: string): Promise<void> {
    await this.db.run('select 1 from companies where tenant_id = $1 and id = $2 for no key update', [currentContext().tenantId, id]);
  }

  async update(id: string, values: CompanyValues): Promise<void> {
    const columns = Object.keys(values);
    if (columns.length > 0)
      await this.db.run(`update companies set ${columns.map((column, n) => `${column} = $${n + 3}`).join(', ')} where tenant_id = $1 and id = $2`, [
        currentContext().tenantId,
        id,
        ...Object.values(values),
      ]);
  }

  /** Whether `parentId` lies below `id`: making it the parent would close a circle. */
  async isBelow(parentId: string, id: string): Promise<boolean> {
    const row = await this.db.maybe(
      `with recursive up as (select id, parent_id from companies where tenant_id = $1 and id = $2
         union select c.id, c.parent_id from companies c join up on c.id = up.parent_id where c.tenant_id = $1) select 1 from up where id = $3`,
      [currentContext().tenantId, parentId, id],
    );
    return row !== null;
  }
}
