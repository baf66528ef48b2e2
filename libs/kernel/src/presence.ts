import { compareDays, type Day } from './day.js';
import { ratio, type Ratio } from './share.js';
import { type Calendar, workingDaysBetween } from './working-days.js';

/** Days away in `[from, until)`; without `until`: until further notice. */
export interface Away {
  readonly from: Day;
  readonly until: Day | null;
}

/** How much somebody works: per cent of full time (1 to 100), and the days away. */
export interface Workload {
  readonly workPercent: number;
  readonly absences: readonly Away[];
}

/** Working days of the calendar in `[from, toExclusive)` on which somebody is away. A day under two absences counts once (Q36). */
export function workingDaysAway(calendar: Calendar, absences: readonly Away[], from: Day, toExclusive: Day): number {
  let days = 0;
  let counted = from;
  for (const absence of [...absences].sort((a, b) => compareDays(a.from, b.from))) {
    const start = compareDays(absence.from, counted) > 0 ? absence.from : counted;
    const end = absence.until !== null && compareDays(absence.until, toExclusive) < 0 ? absence.until : toExclusive;
    if (compareDays(start, end) >= 0) continue;
    days += workingDaysBetween(calendar, start, end);
    counted = end;
  }
  return days;
}

/**
 * Somebody's working days in `[from, toExclusive)`: those of the calendar, less the days away, times the work fraction; exact, for half a day may be
 * left (Q35, Q36).
 */
export function workingDaysOf(calendar: Calendar, { workPercent, absences }: Workload, from: Day, toExclusive: Day): Ratio {
  const present = workingDaysBetween(calendar, from, toExclusive) - workingDaysAway(calendar, absences, from, toExclusive);
  return ratio(BigInt(present) * BigInt(workPercent), 100n) as Ratio;
}

/** Whether somebody is away on more than half of the working days in `[from, toExclusive)` (Q76). A window without working days is no absence. */
export function isMostlyAway(calendar: Calendar, absences: readonly Away[], from: Day, toExclusive: Day): boolean {
  return 2 * workingDaysAway(calendar, absences, from, toExclusive) > workingDaysBetween(calendar, from, toExclusive);
}
