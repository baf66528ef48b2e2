import {
  addDays,
  addWorkingDays,
  daysBetween,
  startOfDay,
  windowOf,
  type Calendar,
  type Day,
  type PeriodKind,
  type PeriodState,
  type Window,
} from '@waymark/kernel';

export interface PeriodProblem {
  field: 'startsOn' | 'endsOn' | 'state';
  code: string;
  message: string;
}

/** Fewest and most days of each kind: calendar months and quarters, and years and quarters of whole weeks. */
const lengths: Record<PeriodKind, { min: number; max: number; word: string }> = {
  monthly: { min: 28, max: 35, word: 'A monthly period' },
  quarterly: { min: 84, max: 98, word: 'A quarterly period' },
  annual: { min: 350, max: 378, word: 'An annual period' },
};

/** Whether the days make sense for the kind (GOAL-01). Both days are inclusive. Empty when they do. */
export function periodProblems(kind: PeriodKind, startsOn: Day, endsOn: Day): PeriodProblem[] {
  if (endsOn < startsOn) return [{ field: 'endsOn', code: 'order', message: 'endsOn must not lie before startsOn' }];
  const days = daysBetween(startsOn, addDays(endsOn, 1));
  const { min, max, word } = lengths[kind];
  return days < min || days > max ? [{ field: 'endsOn', code: 'length', message: `${word} has ${min} to ${max} days; this one has ${days}` }] : [];
}

/** Whether two periods of one kind share a day; other kinds may nest (Q25). */
export function overlaps(a: { startsOn: Day; endsOn: Day }, b: { startsOn: Day; endsOn: Day }): boolean {
  return a.startsOn <= b.endsOn && b.startsOn <= a.endsOn;
}

/** The instants of a period in its zone; from then on the zone is stamped (Q22). */
export function periodWindow(startsOn: Day, endsOn: Day, zone: string): Window {
  return windowOf(startsOn, endsOn, zone);
}

/** The end of the `n`-th working day after `day`; of the `n`-th day where nobody ever works. */
export function endOfWorkingDay(calendar: Calendar, day: Day, n: number, zone: string): Date {
  const last = calendar.workingDays.length > 0 ? addWorkingDays(calendar, day, n) : addDays(day, n);
  return startOfDay(addDays(last, 1), zone);
}

/** When values of the period stop moving: at the end of its settle window (Q25). The lock itself also waits for every gate's verdict (Q99). */
export function lockAt(period: { endsOn: Day; settleDays: number; timeZone: string }, calendar: Calendar): Date {
  return endOfWorkingDay(calendar, period.endsOn, period.settleDays, period.timeZone);
}

/** The state that the clock asks for: an active period is completed when its last day is over; planning waits for a person. */
export function stateAt(state: PeriodState, endsAt: Date, now: Date): PeriodState {
  return state === 'active' && now >= endsAt ? 'completed' : state;
}
