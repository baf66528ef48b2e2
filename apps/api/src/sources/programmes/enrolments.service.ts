import { Injectable } from '@nestjs/common';
import { type ChangeEnrolment, type CreateEnrolment, type Enrolment, type EnrolmentPage, type EnrolmentQuery, limits } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { type Reach, Visibility } from '../../access/visibility.js';
import { AuditTrail, changedFields } from '../../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { ProgrammesRepository } from './programmes.repository.js';
import { assertDays, assertNew, trailOf } from './programmes.service.js';

/** The days on which companies take part in programmes, both inclusive; once at a time in each (SRC-01, Q54). */
@Injectable()
export class EnrolmentsService {
  constructor(
    private readonly repository: ProgrammesRepository,
    private readonly visibility: Visibility,
    private readonly audit: AuditTrail,
  ) {}

  async page(query: EnrolmentQuery): Promise<EnrolmentPage> {
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 2);
    const asked = { companyId: query.companyId ?? null, programmeId: query.programmeId ?? null };
    const after = keys ? { day: keys[0] as string, id: keys[1] as string } : null;
    const rows = await this.repository.enrolments(await this.seen(), asked, after, limit + 1);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.fromOn, last.id]) : null };
  }

  async get(id: string): Promise<Enrolment> {
    const found = await this.repository.enrolment(await this.seen(), id);
    if (!found) throw new DomainError('not_found', 'There is no such enrolment.');
    return found;
  }

  async create(request: CreateEnrolment): Promise<Enrolment> {
    const { programmeId, companyId, fromOn } = request;
    const untilOn = request.untilOn ?? null;
    const unknown = (field: string, what: string) => invalid([{ field, code: 'unknown', message: `There is no such ${what}` }]);
    if (!(await this.repository.programme(await this.seen(), programmeId))) throw unknown('programmeId', 'programme');
    if (!(await this.repository.isCompany(companyId))) throw unknown('companyId', 'company');
    assertDays(fromOn, untilOn, 'untilOn');
    await this.assertFree(programmeId, companyId, { from: fromOn, until: untilOn }, null);
    await assertNew(this.repository, 'enrolments', request.externalId);
    const columns = {
      external_id: request.externalId ?? null,
      programme_id: programmeId,
      company_id: companyId,
      from_on: fromOn,
      until_on: untilOn,
      note: request.note ?? null,
    };
    const id = await this.repository.insert('enrolments', columns);
    await this.audit.record({ action: 'enrolment.created', object: { type: 'enrolment', id }, after: trailOf(columns) });
    return this.get(id);
  }

  async change(id: string, request: ChangeEnrolment): Promise<Enrolment> {
    await this.repository.lock('enrolments', id);
    const before = await this.get(id);
    matchVersion(before.version);
    const old = { from_on: before.fromOn, until_on: before.untilOn, note: before.note };
    const columns = {
      from_on: request.fromOn ?? old.from_on,
      until_on: request.untilOn === undefined ? old.until_on : request.untilOn,
      note: request.note === undefined ? old.note : request.note,
    };
    assertDays(columns.from_on, columns.until_on, request.untilOn === undefined ? 'fromOn' : 'untilOn');
    await this.assertFree(before.programme.id, before.company.id, { from: columns.from_on, until: columns.until_on }, id);
    await this.repository.update('enrolments', id, columns);
    await this.audit.record({
      action: 'enrolment.changed',
      object: { type: 'enrolment', id },
      ...changedFields(trailOf(old), trailOf(columns)),
    });
    return this.get(id);
  }

  private seen(): Promise<Reach> {
    return this.visibility.reach('programmes.read');
  }

  private async assertFree(programmeId: string, companyId: string, days: { from: string; until: string | null }, besides: string | null) {
    if (await this.repository.overlaps(programmeId, companyId, days, besides))
      throw new DomainError('conflict', 'The company is enrolled in this programme on some of these days already.');
  }
}
