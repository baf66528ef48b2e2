import { Injectable } from '@nestjs/common';
import { type FactQuery, limits } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { Visibility } from '../../access/visibility.js';
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
}

/** What a person tells of a fact, besides the columns of its kind. */
interface Told {
  externalId?: string | undefined;
  companyId?: string | undefined;
  ownerId?: string | undefined;
  note?: string | null | undefined;
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
    const rows = await this.repository.page<T>(table, {
      owners: await this.visibility.visibleOwners(table.reads),
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
    return { items: shown.map((row) => row.fact), nextCursor: rows.length > limit && last ? encodeCursor([last.at, last.fact.id]) : null };
  }

  async get<T extends Shown>(table: FactTable, id: string): Promise<T> {
    const fact = await this.repository.find<T>(table, id);
    if (!fact) throw unknownFact();
    await this.visibility.assertSees(table.reads, fact.owner.id);
    return fact;
  }

  async create<T extends Shown>(table: FactTable, told: Told, columns: FactColumns): Promise<T> {
    const ownerId = told.ownerId ?? (currentContext().userId as string);
    await this.assertOwner(table, ownerId);
    if (told.companyId !== undefined && !(await this.repository.exists('companies', told.companyId)))
      throw invalid([{ field: 'companyId', code: 'unknown', message: 'There is no such company' }]);
    if (told.externalId !== undefined && (await this.repository.hasExternalId(table, told.externalId)))
      throw new DomainError('conflict', `There is one with the external id "${told.externalId}".`);
    const all = {
      external_id: told.externalId ?? null,
      company_id: told.companyId ?? null,
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
    if (told.ownerId !== undefined) await this.assertOwner(table, told.ownerId);
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
    if (!before || !(await this.reaches(table, before.owner_id))) throw unknownFact();
    return before;
  }

  private async reaches({ writes }: FactTable, ownerId: string): Promise<boolean> {
    const owners = await this.visibility.visibleOwners(writes);
    return owners === null || owners.includes(ownerId);
  }

  private async assertOwner(table: FactTable, ownerId: string): Promise<void> {
    if (!(await this.reaches(table, ownerId)) || !(await this.repository.exists('users', ownerId)))
      throw invalid([{ field: 'ownerId', code: 'unknown', message: 'There is no such person, or you may not record for them' }]);
  }
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
