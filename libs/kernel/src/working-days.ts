import { addDays, compareDays, daysBetween, weekdayOf, type Day } from './day.js';
import { DomainError } from './errors.js';

/** When a tenant works: ISO weekdays (Monday 1 to Sunday 7) less holidays (Q36). */
export interface Calendar {
  workingDays: readonly number[];
  holidays: ReadonlySet<Day>;
}

export function isWorkingDay(calendar: Calendar, day: Day): boolean {
  return calendar.workingDays.includes(weekdayOf(day)) && !calendar.holidays.has(day);
}

/** Working days in `[from, toExclusive)`; 0 when the second does not come later. The one function that answers it (PLAT-02). */
export function workingDaysBetween(calendar: Calendar, from: Day, toExclusive: Day): number {
  const days = daysBetween(from, toExclusive);
  if (days <= 0) return 0;
  const first = weekdayOf(from);
  const rest = days % 7;
  const weekdays = new Set(calendar.workingDays.filter((weekday) => weekday >= 1 && weekday <= 7));
  let count = Math.floor(days / 7) * weekdays.size;
  for (let n = 0; n < rest; n++) if (weekdays.has(((first - 1 + n) % 7) + 1)) count++;
  for (const holiday of calendar.holidays)
    if (compareDays(holiday, from) >= 0 && compareDays(holiday, toExclusive) < 0 && weekdays.has(weekdayOf(holiday))) count--;
  return count;
}

/**
 * The `n`-th working day after `day` (the day itself for 0). Throws `invalid` for a negative or broken `n` and for a calendar without working days,
 * which would have no answer.
 */
export function addWorkingDays(calendar: Calendar, day: Day, n: number): Day {
  if (!Number.isInteger(n) || n < 0) throw new DomainError('invalid', `${n} is no number of working days.`);
  if (n > 0 && !calendar.workingDays.some((weekday) => weekday >= 1 && weekday <= 7))
    throw new DomainError('invalid', 'The calendar has no working days.');
  let at = day;
  for (let left = n; left > 0;) {
    at = addDays(at, 1);
    if (isWorkingDay(calendar, at)) left--;
  }
  return at;
}
