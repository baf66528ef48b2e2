import { Injectable } from '@nestjs/common';
import { type CustomerFactQuery, limits } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { Visibility } from '../../access/visibility.js';
import { AuditTrail, changedFields } from '../../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { CustomerFactsRepository, type CustomerFactTable, type FactColumns } from './customer-facts.repository.js';

interface Shown {
  id: string;
  owner: { id: string };
}

/** What a person tells of a fact, besides the columns of its kind. */
interface Told {
  externalId?: string | undefined;
  companyId?: string | undefined;
  ownerId?: string | undefined;
}

/** Records, corrects and lists facts about customers (SRC-06). A correction is a new version; the old one stays known as of its time (Q98). */
@Injectable()
export class CustomerFactsService {
  constructor(
    private readonly repository: CustomerFactsRepository,
    private readonly visibility: Visibility,
    private readonly audit: AuditTrail,
  ) {}

  async page<T extends Shown>(table: CustomerFactTable, query: CustomerFactQuery): Promise<{ items: T[]; nextCursor: string | null }> {
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 2);
    const rows = await this.repository.page<T>(table, {
      owners: await this.visibility.visibleOwners('customers.read'),
      ownerId: query.ownerId ?? null,
      companyId: query.companyId ?? null,
      after: keys ? { at: keys[0] as string, id: keys[1] as string } : null,
      limit: limit + 1,
    });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return { items: shown.map((row) => row.fact), nextCursor: rows.length > limit && last ? encodeCursor([last.at, last.fact.id]) : null };
  }

  async get<T extends Shown>(table: CustomerFactTable, id: string): Promise<T> {
    const fact = await this.repository.find<T>(table, id);
    if (!fact) throw unknownFact();
    await this.visibility.assertSees('customers.read', fact.owner.id);
    return fact;
  }

  async create<T extends Shown>(table: CustomerFactTable, told: Told, columns: FactColumns): Promise<T> {
    const ownerId = told.ownerId ?? (currentContext().userId as string);
    await this.assertOwner(ownerId);
    if (told.companyId !== undefined && !(await this.repository.exists('companies', told.companyId)))
      throw invalid([{ field: 'companyId', code: 'unknown', message: 'There is no such company' }]);
    if (told.externalId !== undefined && (await this.repository.hasExternalId(table, told.externalId)))
      throw new DomainError('conflict', `There is one with the external id "${told.externalId}".`);
    const all = { external_id: told.externalId ?? null, company_id: told.companyId ?? null, owner_id: ownerId, ...columns };
    const id = await this.repository.insert(table, all);
    await this.audit.record({ action: `${nounOf(table)}.created`, object: { type: nounOf(table), id }, subjectId: ownerId, after: trailOf(all) });
    return this.get<T>(table, id);
  }

  /** `next` says the columns that the correction leaves behind, from those that were. */
  async correct<T extends Shown>(table: CustomerFactTable, id: string, told: Told, next: (before: FactColumns) => FactColumns): Promise<T> {
    const before = await this.repository.lock(table, id);
    if (!before || !(await this.reaches(before.owner_id))) throw unknownFact();
    matchVersion(before.version);
    if (told.ownerId !== undefined) await this.assertOwner(told.ownerId);
    const { external_id = null, company_id = null } = before;
    const old: FactColumns = { external_id, company_id, owner_id: before.owner_id, ...pick(before, Object.keys(next(before))) };
    const all = { ...old, ...next(before), owner_id: told.ownerId ?? before.owner_id };
    await this.repository.close(table, id);
    await this.repository.insert(table, { id, version: before.version + 1, ...all });
    const changes = changedFields(trailOf(old), trailOf(all));
    await this.audit.record({ action: `${nounOf(table)}.corrected`, object: { type: nounOf(table), id }, subjectId: all.owner_id, ...changes });
    return this.get<T>(table, id);
  }

  private async reaches(ownerId: string): Promise<boolean> {
    const owners = await this.visibility.visibleOwners('customers.write');
    return owners === null || owners.includes(ownerId);
  }

  private async assertOwner(ownerId: string): Promise<void> {
    if (!(await this.reaches(ownerId)) || !(await this.repository.exists('users', ownerId)))
      throw invalid([{ field: 'ownerId', code: 'unknown', message: 'There is no such person, or you may not record for them' }]);
  }
}

function unknownFact(): DomainError {
  return new DomainError('not_found', 'There is no such record, or you may not see it.');
}

/** The word of the trail for one row: arr_movement, renewal, survey_response. */
function nounOf({ table }: CustomerFactTable): string {
  return table.slice(0, -1);
}

/** What the trail keeps: figures and words, never who answered (Q125). */
function trailOf(columns: FactColumns): FactColumns {
  return Object.fromEntries(Object.entries(columns).filter(([name]) => name !== 'contact' && name !== 'external_id'));
}

function pick(columns: FactColumns, names: readonly string[]): FactColumns {
  return Object.fromEntries(names.map((name) => [name, columns[name] ?? null]));
}
