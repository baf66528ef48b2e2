import { Injectable } from '@nestjs/common';
import type { Company, CompanyPage, CompanyQuery, CreateCompanyRequest, PatchCompanyRequest } from '@waymark/contracts';
import { limits } from '@waymark/contracts';
import { dayOf, DomainError, parseDecimal } from '@waymark/kernel';
import { Visibility } from '../../access/visibility.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { CompaniesRepository, type CompanyValues, type Seen } from './companies.repository.js';

const columns: Record<string, string> = {
  name: 'name',
  externalId: 'external_id',
  industry: 'industry',
  country: 'country',
  foundedYear: 'founded_year',
  employees: 'employees',
  ownerId: 'owner_id',
  parentId: 'parent_id',
};

@Injectable()
export class CompaniesService {
  constructor(
    private readonly repository: CompaniesRepository,
    private readonly visibility: Visibility,
  ) {}

  async page(query: CompanyQuery): Promise<CompanyPage> {
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 3);
    const sort = query.sort ?? 'name';
    if (keys && keys[2] !== sort) throw invalid([{ field: 'cursor', code: 'cursor', message: 'cursor belongs to another sorting' }]);
    const rows = await this.repository.page(await this.seen(), {
      q: query.q ? query.q.replaceAll(/[\\%_]/g, '\\$&') : null,
      coachId: query.coachId ?? null,
      descending: sort === '-name',
      after: keys ? { name: keys[0] as string, id: keys[1] as string } : null,
      limit: limit + 1,
    });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.name, last.id, sort]) : null };
  }

  /** One that the reader may see. Throws `not_found`, as for one that does not exist, for others. */
  async get(id: string): Promise<Company> {
    const company = await this.repository.find(await this.seen(), id);
    if (!company) throw new DomainError('not_found', 'There is no such company, or you may not see it.');
    return company;
  }

  async create(request: CreateCompanyRequest): Promise<Company> {
    await this.assertReferences(request);
    return this.get(await this.repository.insert(valuesOf(request)));
  }

  async patch(id: string, request: PatchCompanyRequest): Promise<Company> {
    await this.repository.lock(id);
    matchVersion((await this.get(id)).version);
    await this.assertReferences(request);
    if (request.parentId && (await this.repository.isBelow(request.parentId, id)))
      throw invalid([{ field: 'parentId', code: 'circle', message: 'A company cannot lie below itself' }]);
    await this.repository.update(id, valuesOf(request));
    return this.get(id);
  }

  private async seen(): Promise<Seen> {
    const { now, timeZone } = currentContext();
    return { ...(await this.visibility.reach('companies.read')), today: dayOf(now, timeZone) };
  }

  private async assertReferences({ ownerId, parentId }: PatchCompanyRequest): Promise<void> {
    const unknown = (field: string, what: string) => invalid([{ field, code: 'unknown', message: `There is no such ${what}` }]);
    if (ownerId && !(await this.repository.isPerson(ownerId))) throw unknown('ownerId', 'person');
    if (parentId && !(await this.repository.find(await this.seen(), parentId))) throw unknown('parentId', 'company');
  }
}

function valuesOf(request: PatchCompanyRequest): CompanyValues {
  const given = request as unknown as Record<string, string | number | null | undefined>;
  const values: CompanyValues = {};
  for (const [field, column] of Object.entries(columns)) if (given[field] !== undefined) values[column] = given[field];
  if (request.revenue !== undefined) {
    if (request.revenue && request.revenue.currency !== currentContext().currency)
      throw invalid([{ field: 'revenue.currency', code: 'currency', message: `This organisation counts in ${currentContext().currency}` }]);
    values['revenue_minor'] = request.revenue === null ? null : parseDecimal(request.revenue.amount, 2).toString();
  }
  return values;
}
