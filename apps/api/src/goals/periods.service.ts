import { Injectable } from '@nestjs/common';
import type { ChangeGoalPeriod, CreateGoalPeriod, GoalPeriod, GoalPeriodPage, PageQuery } from '@waymark/contracts';
import { limits } from '@waymark/contracts';
import { expectedShare, lockAt, periodProblems, periodWindow } from '@waymark/goals';
import { addDays, dayOf, DomainError, type PeriodKind, workingDaysBetween } from '@waymark/kernel';
import { scopeOf } from '../access/permissions.js';
import { AuditTrail, changedFields } from '../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { matchVersion } from '../platform/http/if-match.js';
import { invalid } from '../platform/http/validation.js';
import { currentContext } from '../platform/request-context.js';
import { CalendarRepository, type OrganisationRules } from './calendar.repository.js';
import { GoalHooks } from './goal-hooks.js';
import { GoalRecalculation } from './goal-recalculation.service.js';
import { type PeriodRow, PeriodsRepository, type PeriodValues } from './periods.repository.js';

/** Dated windows of an organisation (GOAL-01). */
@Injectable()
export class PeriodsService {
  constructor(
    private readonly repository: PeriodsRepository,
    private readonly calendars: CalendarRepository,
    private readonly recalculation: GoalRecalculation,
    private readonly hooks: GoalHooks,
    private readonly audit: AuditTrail,
  ) {}

  async page(query: PageQuery): Promise<GoalPeriodPage> {
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 2);
    const rows = await this.repository.page(keys ? { startsOn: keys[0] as string, id: keys[1] as string } : null, limit + 1);
    const rules = await this.calendars.rules();
    const items = rows.slice(0, limit).map((row) => view(row, rules));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.startsOn, last.id]) : null };
  }

  async get(id: string): Promise<GoalPeriod> {
    return view(await this.found(id), await this.calendars.rules());
  }

  async create(request: CreateGoalPeriod): Promise<GoalPeriod> {
    await this.assertDays(request.kind as PeriodKind, request.startsOn, request.endsOn, null);
    const { timeZone } = currentContext();
    const window = periodWindow(request.startsOn, request.endsOn, timeZone);
    const id = await this.repository.insert({
      name: request.name,
      kind: request.kind,
      starts_on: request.startsOn,
      ends_on: request.endsOn,
      time_zone: timeZone,
      starts_at: window.from,
      ends_at: window.to,
      settle_days: request.settleDays ?? 3,
    });
    const { name, kind, startsOn, endsOn } = request;
    await this.audit.record({
      action: 'period.created',
      object: { type: 'period', id },
      after: { name, kind, startsOn, endsOn, timeZone, settleDays: request.settleDays ?? 3 },
    });
    return this.get(id);
  }

  /** Dates are free until activation, which stamps the zone; afterwards only the name and the settle window change. */
  async change(id: string, request: ChangeGoalPeriod): Promise<GoalPeriod> {
    await this.repository.lock(id);
    const row = await this.found(id);
    matchVersion(row.version);
    if (row.locked_at) throw new DomainError('conflict', 'The period is locked; nothing about it changes any more.');
    const startsOn = request.startsOn ?? row.starts_on;
    const endsOn = request.endsOn ?? row.ends_on;
    const moved = startsOn !== row.starts_on || endsOn !== row.ends_on;
    if (moved && row.state !== 'planning') throw new DomainError('conflict', 'The dates of an active period stay as they are.');
    if (moved) await this.assertDays(row.kind, startsOn, endsOn, id);
    const values: PeriodValues = {};
    if (request.name !== undefined) values['name'] = request.name;
    if (request.settleDays !== undefined) values['settle_days'] = request.settleDays;
    if (moved || request.state === 'active') {
      const { timeZone } = currentContext();
      const window = periodWindow(startsOn, endsOn, row.state === 'planning' ? timeZone : row.time_zone);
      Object.assign(values, { starts_on: startsOn, ends_on: endsOn, starts_at: window.from, ends_at: window.to });
      if (row.state === 'planning') values['time_zone'] = timeZone;
    }
    if (request.state === 'active' && row.state === 'planning')
      Object.assign(values, { state: 'active', activated_at: activation(request.activatedAt), backfilled: request.activatedAt !== undefined });
    await this.repository.update(id, values);
    const { name, settle_days, state, time_zone, starts_on, ends_on } = row;
    const changes = changedFields<object>(
      { name, settle_days, state, time_zone, starts_on, ends_on },
      { ...values, starts_at: undefined, ends_at: undefined },
    );
    await this.audit.record({ action: 'period.changed', object: { type: 'period', id }, ...changes });
    if (values['state'] === 'active') await this.begin(id);
    return this.get(id);
  }

  /** Goals that were planned get their first value, and later stages hear of them. */
  private async begin(id: string): Promise<void> {
    const goalIds = await this.repository.goalIds(id);
    if (goalIds.length === 0) return;
    await this.recalculation.recalculate(goalIds);
    await this.hooks.changed(goalIds);
  }

  /** Completes what is over and locks what is settled; part of the daily round. */
  async advance(): Promise<void> {
    const { now } = currentContext();
    await this.repository.completeEnded(now);
    const { calendar } = await this.calendars.rules();
    for (const period of await this.repository.lockable())
      if (now >= lockAt({ endsOn: period.ends_on, settleDays: period.settle_days, timeZone: period.time_zone }, calendar))
        await this.lockNow(period.id, now);
  }

  private async lockNow(id: string, now: Date): Promise<void> {
    await this.repository.update(id, { locked_at: now });
    await this.audit.record({ action: 'period.locked', object: { type: 'period', id } });
  }

  private async found(id: string): Promise<PeriodRow> {
    const row = await this.repository.find(id);
    if (!row) throw new DomainError('not_found', 'There is no such period.');
    return row;
  }

  private async assertDays(kind: PeriodKind, startsOn: string, endsOn: string, except: string | null): Promise<void> {
    const problems = periodProblems(kind, startsOn, endsOn);
    if (problems.length > 0) throw invalid(problems);
    const other = await this.repository.overlapping(kind, startsOn, endsOn, except);
    if (other)
      throw new DomainError('conflict', `The days overlap with "${other.name}", which is ${kind} too.`, {
        fields: [{ field: 'startsOn', code: 'overlap', message: `overlaps with "${other.name}"` }],
      });
  }
}

/** An activation in the past is history: it needs the capability, and never lies in the future. */
function activation(at: string | undefined): Date {
  const { now, roles } = currentContext();
  if (at === undefined) return now;
  if (scopeOf(roles, 'facts.backfill') === null)
    throw new DomainError('forbidden', 'Loading history needs the capability facts.backfill.', { params: { capability: 'facts.backfill' } });
  if (new Date(at) > now) throw invalid([{ field: 'activatedAt', code: 'future', message: 'activatedAt must not lie after now' }]);
  return new Date(at);
}

function view(row: PeriodRow, { calendar }: OrganisationRules): GoalPeriod {
  const { now } = currentContext();
  const elapsed = expectedShare({ startsOn: row.starts_on, endsOn: row.ends_on }, calendar, dayOf(now, row.time_zone));
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    timeZone: row.time_zone,
    state: row.state,
    settleDays: row.settle_days,
    locked: row.locked_at !== null,
    goalCount: row.goal_count,
    workingDays: workingDaysBetween(calendar, row.starts_on, addDays(row.ends_on, 1)),
    elapsedShare: Number((elapsed.num * 10_000n) / elapsed.den) / 10_000,
    version: row.version,
  };
}
