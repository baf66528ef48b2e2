import { Injectable } from '@nestjs/common';
import { type FactQuery, limits } from '@waymark/contracts';
import { dayOf, DomainError } from '@waymark/kernel';
import { type Reach, Visibility } from '../../access/visibility.js';
import { AuditTrail, changedFields } from '../../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { LivePublisher } from '../../platform/live/live-publisher.js';
import { currentContext } from '../../platform/request-context.js';
import { type FactColumns, FactsRepository, type FactTable, type FactVersion } from './facts.repository.js';

interface Shown {
  id: string;
  owner: { id: string };
  company: { id: string } | null;
  note: string | null;
}

/** What a person tells of a fact, besides the columns of its kind. */
interface Told {
  externalId?: string | undefined;
  companyId?: string | undefined;
  ownerId?: string | undefined;
  note?: string | null | undefined;
}

/** What a fact is about, when that is something that the reader may change already: the fact is its owner's and its company's. */
interface Subject {
  of?: Pick<FactVersion, 'owner_id' | 'company_id'>;
}

/** Records, corrects and lists facts in versions (SRC-06, SRC-13). A correction is a new version; the old one stays known as of its time (Q98). */
@Injectable()
export class FactsService {
  constructor(
    private readonly repository: FactsRepository,
    private readonly visibility: Visibility,
    private readonly audit: AuditTrail,
    private readonly live: LivePublisher,
  ) {}

  async page<T extends Shown>(table: FactTable, query: FactQuery): Promise<{ items: T[]; nextCursor: string | null }> {
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 2);
    const given = query as unknown as Record<string, string | undefined>;
    const seen = await this.visibility.reach(table.reads);
    const rows = await this.repository.page<T>(table, {
      seen,
      ownerId: query.ownerId ?? null,
      companyId: query.companyId ?? null,
      is: Object.fromEntries(
        Object.entries(table.filters ?? {}).flatMap(([name, column]) => (given[name] === undefined ? [] : [[column, given[name] as string]])),
      ),
      after: keys ? { at: keys[0] as string, id: keys[1] as string } : null,
      limit: limit + 1,
    });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const items = shown.map(({ fact }) => withoutNote(table, seen, fact));
    return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.at, last.fact.id]) : null };
  }

  async get<T extends Shown>(table: FactTable, id: string): Promise<T> {
    const fact = await this.repository.find<T>(table, id);
    const seen = await this.visibility.reach(table.reads);
    if (!fact || !reaches(seen, fact.owner.id, fact.company?.id ?? null)) throw unknownFact();
    return withoutNote(table, seen, fact);
  }

  async create<T extends Shown>(table: FactTable, told: Told, columns: FactColumns, { of }: Subject = {}): Promise<T> {
    const ownerId = of?.owner_id ?? told.ownerId ?? (currentContext().userId as string);
    const companyId = of?.company_id ?? told.companyId ?? null;
    if (!of) await this.assertPlace(table, ownerId, companyId);
    if (told.externalId !== undefined && (await this.repository.hasExternalId(table, told.externalId)))
      throw new DomainError('conflict', `There is one with the external id "${told.externalId}".`);
    const all = {
      external_id: told.externalId ?? null,
      company_id: companyId,
      owner_id: ownerId,
      note: told.note ?? null,
      ...columns,
    };
    const id = await this.repository.insert(table, all);
    await this.audit.record({ action: `${table.noun}.created`, object: { type: table.noun, id }, subjectId: all.owner_id, after: trailOf(all) });
    await this.live.publish({ type: 'records', ids: [] });
    return this.get<T>(table, id);
  }

  /** `next` says the columns that the correction leaves behind, from those that were. */
  async correct<T extends Shown>(table: FactTable, id: string, told: Told, next: (before: FactVersion) => FactColumns): Promise<T> {
    const before = await this.reached(table, id);
    matchVersion(before.version);
    if (told.ownerId !== undefined) await this.assertOwner(table, told.ownerId, before.company_id);
    const { external_id = null, company_id = null, note = null } = before;
    const after = next(before);
    const old: FactColumns = { external_id, company_id, note, owner_id: before.owner_id, ...pick(before, Object.keys(after)) };
    const all = { ...old, ...after, owner_id: told.ownerId ?? before.owner_id, note: told.note === undefined ? note : told.note };
    await this.repository.close(table, id);
    await this.repository.insert(table, { id, version: before.version + 1, ...all });
    const changes = changedFields(trailOf(old), trailOf(all));
    await this.audit.record({ action: `${table.noun}.corrected`, object: { type: table.noun, id }, subjectId: all.owner_id, ...changes });
    await this.live.publish({ type: 'records', ids: [] });
    return this.get<T>(table, id);
  }

  /** The present version of something that the reader may change, held until the transaction ends. */
  async reached(table: FactTable, id: string): Promise<FactVersion> {
    const before = await this.repository.lock(table, id);
    if (!before) throw unknownFact();
    const { owner_id: owner, company_id: company } = before;
    for (const capability of [table.writes, table.reads]) if (!reaches(await this.visibility.reach(capability), owner, company)) throw unknownFact();
    return before;
  }

  /** Refuses a company that the reader does not see, and an owner for whom they may not record there. */
  private async assertPlace(table: FactTable, ownerId: string, companyId: string | null): Promise<void> {
    if (companyId !== null && !(await this.repository.isCompany(await this.visibility.reach('companies.read'), companyId)))
      throw invalid([{ field: 'companyId', code: 'unknown', message: 'There is no such company, or you may not see it' }]);
    await this.assertOwner(table, ownerId, companyId);
  }

  private async assertOwner({ writes }: FactTable, ownerId: string, companyId: string | null): Promise<void> {
    const reach = await this.visibility.reach(writes);
    const { now, timeZone } = currentContext();
    const theirs = reach.owners === null || reach.owners.includes(ownerId);
    // About a company of the reader one records for oneself and for whoever coaches it or belongs to it.
    const together =
      reaches(reach, ownerId, companyId) &&
      (ownerId === reach.self || (companyId !== null && (await this.repository.isOfCompany(ownerId, companyId, dayOf(now, timeZone)))));
    if (!(theirs || together) || !(await this.repository.isPerson(ownerId)))
      throw invalid([{ field: 'ownerId', code: 'unknown', message: 'There is no such person, or you may not record for them' }]);
  }
}

function reaches({ owners, companies, self }: Reach, ownerId: string, companyId: string | null): boolean {
  if (owners === null || owners.includes(ownerId)) return true;
  return companyId === null ? ownerId === self : companies.includes(companyId);
}

/** The fact as the reader sees it: what a coach notes about a company is not shown to the company. */
function withoutNote<T extends Shown>({ keepsNotes }: FactTable, { owners, coached, self }: Reach, fact: T): T {
  const { owner, company } = fact;
  const open = owners === null || owners.includes(owner.id) || owner.id === self || (company !== null && coached.includes(company.id));
  return open || !keepsNotes ? fact : { ...fact, note: null };
}

function unknownFact(): DomainError {
  return new DomainError('not_found', 'There is no such record, or you may not see it.');
}

/** What the trail keeps: figures and words of lists, never free text or who answered (Q125). */
function trailOf(columns: FactColumns): FactColumns {
  return Object.fromEntries(Object.entries(columns).filter(([name]) => !['contact', 'external_id', 'note', 'title', 'topic'].includes(name)));
}

function pick(columns: FactColumns, names: readonly string[]): FactColumns {
  return Object.fromEntries(names.map((name) => [name, columns[name] ?? null]));
}
