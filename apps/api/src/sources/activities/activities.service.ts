import { Injectable } from '@nestjs/common';
import { type Activity, type ActivityPage, type ActivityQuery, type CorrectActivity, type CreateActivity, limits } from '@waymark/contracts';
import { addDays, DomainError, startOfDay } from '@waymark/kernel';
import { Visibility } from '../../access/visibility.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { ActivitiesRepository, type ActivityValues } from './activities.repository.js';

const nothing = { companyId: null, itemId: null, scheduledAt: null, completedAt: null, outcome: null, durationSeconds: null, note: null };

/** Activities that people record and correct (SRC-02, SRC-13). A correction is a new version; the old one stays known as of its time (Q98). */
@Injectable()
export class ActivitiesService {
  constructor(
    private readonly repository: ActivitiesRepository,
    private readonly visibility: Visibility,
  ) {}

  async page(query: ActivityQuery): Promise<ActivityPage> {
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 2);
    const { timeZone } = currentContext();
    if (query.from && query.to && query.from > query.to) throw invalid([{ field: 'to', code: 'order', message: 'to must not lie before from' }]);
    const rows = await this.repository.page({
      owners: await this.visibility.visibleOwners('activities.read'),
      ownerId: query.ownerId ?? null,
      type: query.type ?? null,
      outcome: query.outcome ?? null,
      companyId: query.companyId ?? null,
      from: query.from ? startOfDay(query.from, timeZone) : null,
      to: query.to ? startOfDay(addDays(query.to, 1), timeZone) : null,
      after: keys ? { at: keys[0] as string, id: keys[1] as string } : null,
      limit: limit + 1,
    });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return { items: shown.map((row) => row.activity), nextCursor: rows.length > limit && last ? encodeCursor([last.at, last.row_id]) : null };
  }

  async get(id: string): Promise<Activity> {
    const activity = await this.repository.find(id);
    if (!activity) throw unknownActivity();
    await this.visibility.assertSees('activities.read', activity.owner.id);
    return activity;
  }

  async create(request: CreateActivity): Promise<Activity> {
    const { ownerId, externalId, ...told } = request;
    const values = valuesOf({ ...nothing, type: request.type, ownerId: ownerId ?? (currentContext().userId as string) }, told);
    await this.assertPossible(values, values.ownerId);
    if (externalId !== undefined && (await this.repository.hasExternalId(externalId)))
      throw new DomainError('conflict', `There is an activity with the external id "${externalId}".`);
    return this.get(await this.repository.insert(values, externalId ?? null, null));
  }

  async correct(id: string, request: CorrectActivity): Promise<Activity> {
    const before = await this.repository.lock(id);
    if (!before || !(await this.reaches(before.ownerId))) throw unknownActivity();
    matchVersion(before.version);
    const values = valuesOf(before, request);
    await this.assertPossible(values, request.ownerId, request);
    if (same(before, values)) return this.get(id);
    await this.repository.close(before.rowId);
    await this.repository.insert(values, before.externalId, { id, version: before.version });
    return this.get(id);
  }

  private async reaches(ownerId: string): Promise<boolean> {
    const owners = await this.visibility.visibleOwners('activities.write');
    return owners === null || owners.includes(ownerId);
  }

  /** Refuses what cannot be: a completion ahead, an outcome without its instant, and people and things that are not there. */
  private async assertPossible(values: ActivityValues, ownerId: string | undefined, told: CorrectActivity = values as never): Promise<void> {
    assertInstants(values);
    const unknown = (field: string, what: string) => invalid([{ field, code: 'unknown', message: `There is no such ${what}` }]);
    if (ownerId && !((await this.reaches(ownerId)) && (await this.repository.exists('users', ownerId))))
      throw unknown('ownerId', 'person, or you may not record for them');
    if (told.companyId && !(await this.repository.exists('companies', told.companyId))) throw unknown('companyId', 'company');
    if (told.itemId && !(await this.repository.exists('pipeline_items', told.itemId, await this.visibility.visibleOwners('deals.read'))))
      throw unknown('itemId', 'lead or deal, or you may not see it');
  }
}

function unknownActivity(): DomainError {
  return new DomainError('not_found', 'There is no such record, or you may not see it.');
}

/** The next state: what is told on top of what was. An instant of completion means completed, unless another outcome is told. */
function valuesOf(before: ActivityValues, told: CorrectActivity): ActivityValues {
  const instant = (text: string | null | undefined, kept: Date | null) => (text === undefined ? kept : text === null ? null : new Date(text));
  const completedAt = instant(told.completedAt, before.completedAt);
  const outcome = told.outcome === undefined ? before.outcome : told.outcome;
  return {
    type: told.type ?? before.type,
    ownerId: told.ownerId ?? before.ownerId,
    companyId: told.companyId === undefined ? before.companyId : told.companyId,
    itemId: told.itemId === undefined ? before.itemId : told.itemId,
    scheduledAt: instant(told.scheduledAt, before.scheduledAt),
    completedAt,
    outcome: outcome === null && completedAt !== null && told.outcome === undefined ? 'completed' : outcome,
    durationSeconds: told.durationSeconds === undefined ? before.durationSeconds : told.durationSeconds,
    note: told.note === undefined ? before.note : told.note,
  };
}

function assertInstants({ scheduledAt, completedAt, outcome }: ActivityValues): void {
  const { now } = currentContext();
  const wrong = (field: string, code: string, message: string) => invalid([{ field, code, message }]);
  if (completedAt !== null && completedAt > now) throw wrong('completedAt', 'future', `completedAt must not lie after now, ${now.toISOString()}`);
  if (scheduledAt === null && completedAt === null) throw wrong('scheduledAt', 'missing', 'Say when it happened, or when it is to happen');
  if (outcome === 'completed' && completedAt === null) throw wrong('completedAt', 'missing', 'What is completed was completed at some time');
  if (outcome !== 'completed' && completedAt !== null) throw wrong('outcome', 'not_completed', 'Only a completed activity has completedAt');
}

function same(before: ActivityValues, after: ActivityValues): boolean {
  return (Object.keys(after) as (keyof ActivityValues)[]).every((key) => JSON.stringify(before[key]) === JSON.stringify(after[key]));
}
