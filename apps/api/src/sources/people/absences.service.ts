import { Injectable } from '@nestjs/common';
import { type Absence, type AbsencePage, type ChangeAbsence, type CreateAbsence, limits, type PageQuery } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { scopeOf } from '../../access/permissions.js';
import { Visibility } from '../../access/visibility.js';
import { AuditTrail, changedFields } from '../../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { AbsencesRepository, type AbsenceValues } from './absences.repository.js';
import { namingFields } from './naming.js';
import { UsersRepository } from './users.repository.js';

/** Who is away when (PLAT-04). Why is for the person and for those who keep absences; managers see the days alone. */
@Injectable()
export class AbsencesService {
  constructor(
    private readonly repository: AbsencesRepository,
    private readonly users: UsersRepository,
    private readonly visibility: Visibility,
    private readonly audit: AuditTrail,
  ) {}

  async page(userId: string, query: PageQuery): Promise<AbsencePage> {
    await this.assertVisible(userId);
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 2);
    const rows = await this.repository.of(userId, null, keys ? { fromOn: keys[0] as string, id: keys[1] as string } : null, limit + 1);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items: items.map(shown), nextCursor: rows.length > limit && last ? encodeCursor([last.fromOn, last.id]) : null };
  }

  async get(userId: string, id: string): Promise<Absence> {
    await this.assertVisible(userId);
    return shown(await this.found(userId, id));
  }

  async create(userId: string, request: CreateAbsence): Promise<Absence> {
    await this.held(userId);
    const values = { ...request, untilOn: request.untilOn ?? null };
    assertSpan(values);
    const id = await namingFields(this.repository.insert(userId, values));
    await this.audit.record({ action: 'absence.created', object: { type: 'absence', id }, subjectId: userId, after: days(values) });
    return this.get(userId, id);
  }

  async change(userId: string, id: string, request: ChangeAbsence): Promise<Absence> {
    await this.held(userId);
    const before = await this.found(userId, id);
    matchVersion(before.version);
    const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
    const values = { kind: before.kind, ...days(before), ...given } as AbsenceValues;
    assertSpan(values);
    await namingFields(this.repository.update(before, values));
    await this.audit.record({
      action: 'absence.changed',
      object: { type: 'absence', id },
      subjectId: userId,
      ...changedFields(days(before), days(values)),
    });
    return this.get(userId, id);
  }

  async remove(userId: string, id: string): Promise<void> {
    await this.held(userId);
    const before = await this.found(userId, id);
    matchVersion(before.version);
    await this.repository.close(id);
    await this.audit.record({ action: 'absence.removed', object: { type: 'absence', id }, subjectId: userId, before: days(before) });
  }

  private async assertVisible(userId: string): Promise<void> {
    await this.visibility.assertSees('absences.read', userId);
    if (!(await this.users.find(userId))) throw new DomainError('not_found', 'There is no such person.');
  }

  /** The person under a lock, so that two changes of one person's absences take turns. */
  private async held(userId: string): Promise<void> {
    await this.visibility.assertSees('absences.manage', userId);
    await this.users.lock(userId);
    await this.assertVisible(userId);
  }

  private async found(userId: string, id: string): Promise<Absence> {
    const [absence] = await this.repository.of(userId, id, null, 1);
    if (!absence) throw new DomainError('not_found', 'There is no such absence.');
    return absence;
  }
}

/** The absence as the reader may see it. */
function shown(absence: Absence): Absence {
  const { userId, roles, locked } = currentContext();
  const open = userId === absence.user.id || scopeOf(roles, 'absences.manage', locked) === 'tenant';
  return open ? absence : { ...absence, kind: null };
}

function assertSpan({ fromOn, untilOn }: AbsenceValues): void {
  if (untilOn !== null && untilOn <= fromOn) throw invalid([{ field: 'untilOn', code: 'order', message: 'untilOn must be later than fromOn' }]);
}

/** What the trail keeps: days, never why (Q125). */
function days({ fromOn, untilOn }: Pick<AbsenceValues, 'fromOn' | 'untilOn'>) {
  return { fromOn, untilOn };
}
