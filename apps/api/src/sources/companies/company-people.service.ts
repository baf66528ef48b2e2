import { Injectable } from '@nestjs/common';
import {
  type AssignCompanyPerson,
  type ChangeCompanyPerson,
  type CompanyPeopleQuery,
  type CompanyPerson,
  type CompanyPersonPage,
  limits,
} from '@waymark/contracts';
import { dayOf, DomainError } from '@waymark/kernel';
import { AuditTrail, changedFields } from '../../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { LivePublisher } from '../../platform/live/live-publisher.js';
import { currentContext } from '../../platform/request-context.js';
import { CompaniesService } from './companies.service.js';
import { type Assignment, type AssignmentFilter, CompanyPeopleRepository } from './company-people.repository.js';

/** Roles whose people may coach: a coach, or who coaches for the whole organisation (Q10, Q107). */
const coaching = ['coach', 'director'];

/** Who coaches a company and who belongs to it, from when until when (SRC-01, Q53). What has begun is ended, never removed. */
@Injectable()
export class CompanyPeopleService {
  constructor(
    private readonly repository: CompanyPeopleRepository,
    private readonly companies: CompaniesService,
    private readonly audit: AuditTrail,
    private readonly live: LivePublisher,
  ) {}

  async page(companyId: string, query: CompanyPeopleQuery): Promise<CompanyPersonPage> {
    await this.companies.get(companyId);
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 2);
    const after = keys ? { day: keys[0] as string, id: keys[1] as string } : null;
    const rows = await this.repository.of(companyId, {
      ...{ id: null, role: query.role ?? null, state: query.state ?? null, after },
      ...{ limit: limit + 1, today: today() },
    });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.fromOn, last.id]) : null };
  }

  async get(companyId: string, id: string): Promise<CompanyPerson> {
    await this.companies.get(companyId);
    return this.found(companyId, id);
  }

  /** Who is assigned in the same role on all of these days already stays so: nothing is written, and that assignment is the answer. */
  async assign(companyId: string, request: AssignCompanyPerson): Promise<CompanyPerson> {
    await this.held(companyId);
    const wanted = { ...request, fromOn: request.fromOn ?? today(), untilOn: request.untilOn ?? null, note: request.note ?? null };
    await this.assertPerson(wanted);
    assertDays(wanted, 'untilOn');
    const overlapping = await this.repository.overlapping(companyId, wanted, null);
    if (overlapping !== null) {
      const there = await this.found(companyId, overlapping);
      if (!covers(there, wanted)) throw taken();
      this.audit.nothingChanged();
      return there;
    }
    const id = await this.repository.insert(companyId, wanted);
    await this.changed(companyId);
    const after = await this.found(companyId, id);
    await this.audit.record({ action: 'assignment.created', object: { type: 'assignment', id }, subjectId: wanted.userId, after: figures(after) });
    return after;
  }

  async change(companyId: string, id: string, request: ChangeCompanyPerson): Promise<CompanyPerson> {
    await this.held(companyId);
    const before = await this.found(companyId, id);
    matchVersion(before.version);
    const wanted: Assignment = {
      ...{ userId: before.user.id, role: before.role, fromOn: request.fromOn ?? before.fromOn },
      untilOn: request.untilOn === undefined ? before.untilOn : request.untilOn,
      note: request.note === undefined ? before.note : request.note,
    };
    assertDays(wanted, request.untilOn === undefined ? 'fromOn' : 'untilOn');
    if ((await this.repository.overlapping(companyId, wanted, id)) !== null) throw taken();
    await this.repository.update(id, wanted);
    await this.changed(companyId);
    const after = await this.found(companyId, id);
    const changes = changedFields(figures(before), figures(after));
    await this.audit.record({ action: 'assignment.changed', object: { type: 'assignment', id }, subjectId: before.user.id, ...changes });
    return after;
  }

  private async held(companyId: string): Promise<void> {
    await this.repository.holdCompany(companyId);
    await this.companies.get(companyId);
  }

  private async changed(companyId: string): Promise<void> {
    await this.repository.touch(companyId);
    await this.live.publish({ type: 'records', ids: [] });
  }

  private async found(companyId: string, id: string): Promise<CompanyPerson> {
    const filter: AssignmentFilter = { id, role: null, state: null, after: null, limit: 1, today: today() };
    const [assignment] = await this.repository.of(companyId, filter);
    if (!assignment) throw new DomainError('not_found', 'There is no such assignment.');
    return assignment;
  }

  private async assertPerson({ userId, role }: Assignment): Promise<void> {
    const person = await this.repository.person(userId);
    const refused = (code: string, message: string) => invalid([{ field: 'userId', code, message }]);
    if (!person) throw refused('unknown', 'There is no such person');
    if (person.status !== 'active') throw refused('inactive', 'This person is deactivated');
    if (role === 'coach' && !person.roles.some((one) => coaching.includes(one)))
      throw refused('role', 'This person has neither the role coach nor director');
  }
}

/** What the trail keeps of an assignment: ids, days and words of rules, never the note. */
function figures({ company, role, fromOn, untilOn }: CompanyPerson) {
  return { companyId: company.id, role, fromOn, untilOn };
}

function covers(there: CompanyPerson, wanted: Assignment): boolean {
  const longEnough = there.untilOn === null || (wanted.untilOn !== null && wanted.untilOn <= there.untilOn);
  return there.role === wanted.role && there.fromOn <= wanted.fromOn && longEnough;
}

function assertDays({ fromOn, untilOn }: Assignment, field: string): void {
  if (untilOn !== null && untilOn < fromOn) throw invalid([{ field, code: 'order', message: 'untilOn must not lie before fromOn' }]);
}

function taken(): DomainError {
  const message = 'The person is coach or member of the company on some of these days already';
  return new DomainError('conflict', `${message}.`, { fields: [{ field: 'fromOn', code: 'conflict', message }] });
}

function today(): string {
  const { now, timeZone } = currentContext();
  return dayOf(now, timeZone);
}
