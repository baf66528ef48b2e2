import { Injectable } from '@nestjs/common';
import { type ChangeProgramme, type CreateProgramme, limits, type PageQuery, type Programme, type ProgrammePage } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { Visibility } from '../../access/visibility.js';
import { AuditTrail, changedFields } from '../../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { type DatedColumns, ProgrammesRepository } from './programmes.repository.js';

/** Programmes in which companies take part (SRC-01). */
@Injectable()
export class ProgrammesService {
  constructor(
    private readonly repository: ProgrammesRepository,
    private readonly visibility: Visibility,
    private readonly audit: AuditTrail,
  ) {}

  async page(query: PageQuery): Promise<ProgrammePage> {
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 2);
    const rows = await this.repository.programmes(
      await this.visibility.reach('programmes.read'),
      keys ? { day: keys[0] as string, id: keys[1] as string } : null,
      limit + 1,
    );
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.startsOn, last.id]) : null };
  }

  async get(id: string): Promise<Programme> {
    const found = await this.repository.programme(await this.visibility.reach('programmes.read'), id);
    if (!found) throw new DomainError('not_found', 'There is no such programme.');
    return found;
  }

  async create(request: CreateProgramme): Promise<Programme> {
    assertDays(request.startsOn, request.endsOn ?? null, 'endsOn');
    await this.assertName(request.name, null);
    await assertNew(this.repository, 'programmes', request.externalId);
    const columns = {
      external_id: request.externalId ?? null,
      name: request.name,
      starts_on: request.startsOn,
      ends_on: request.endsOn ?? null,
      note: request.note ?? null,
    };
    const id = await this.repository.insert('programmes', columns);
    await this.audit.record({ action: 'programme.created', object: { type: 'programme', id }, after: trailOf(columns) });
    return this.get(id);
  }

  async change(id: string, request: ChangeProgramme): Promise<Programme> {
    await this.repository.lock('programmes', id);
    const before = await this.get(id);
    matchVersion(before.version);
    const old = { name: before.name, starts_on: before.startsOn, ends_on: before.endsOn, note: before.note };
    const columns = {
      name: request.name ?? old.name,
      starts_on: request.startsOn ?? old.starts_on,
      ends_on: request.endsOn === undefined ? old.ends_on : request.endsOn,
      note: request.note === undefined ? old.note : request.note,
    };
    assertDays(columns.starts_on, columns.ends_on, request.endsOn === undefined ? 'startsOn' : 'endsOn');
    if (request.name !== undefined) await this.assertName(request.name, id);
    await this.repository.update('programmes', id, columns);
    await this.audit.record({
      action: 'programme.changed',
      object: { type: 'programme', id },
      ...changedFields(trailOf(old), trailOf(columns)),
    });
    return this.get(id);
  }

  private async assertName(name: string, besides: string | null): Promise<void> {
    if (await this.repository.isName(name, besides)) throw new DomainError('conflict', `There is a programme with the name "${name}".`);
  }
}

/** One external id names one thing. */
export async function assertNew(repository: ProgrammesRepository, table: 'programmes' | 'enrolments', externalId: string | undefined): Promise<void> {
  if (externalId !== undefined && (await repository.hasExternalId(table, externalId)))
    throw new DomainError('conflict', `There is one with the external id "${externalId}".`);
}

/** Refuses a last day before the first. Both belong to it. */
export function assertDays(from: string, until: string | null, field: string): void {
  if (until !== null && until < from) throw invalid([{ field, code: 'order', message: 'The last day must not lie before the first' }]);
}

/** What the trail keeps: never free text. */
export function trailOf({ note: _, ...columns }: DatedColumns): DatedColumns {
  return columns;
}
