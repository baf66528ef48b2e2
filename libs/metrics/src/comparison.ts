import {
  addDays,
  addWorkingDays,
  type Calendar,
  type Day,
  daysBetween,
  isNone,
  isWorkingDay,
  ratio,
  type Value,
  whole,
  workingDaysBetween,
} from '@waymark/kernel';

/** Inclusive days of the organisation. */
export interface Days {
  from: Day;
  to: Day;
}

/** What a window is compared with (MET-11). */
export const comparisons = ['previous', 'last_year'] as const;
export type Comparison = (typeof comparisons)[number];

/**
 * The window to compare with. Whole calendar months (a month, a quarter, a year) go back by as many months, or by a year. Anything else goes back by
 * its own length, so that nothing lies between; by a year it keeps its dates, and whole weeks keep their weekdays (52 weeks).
 */
export function comparedWith(window: Days, comparison: Comparison): Days {
  const months = wholeMonths(window);
  if (months !== null) return monthsBack(window, comparison === 'previous' ? months : 12);
  const length = allDays(window);
  if (comparison === 'previous') return { from: addDays(window.from, -length), to: addDays(window.from, -1) };
  if (length % 7 === 0) return { from: addDays(window.from, -364), to: addDays(window.to, -364) };
  return { from: yearBefore(window.from), to: yearBefore(window.to) };
}

/**
 * The days of a window that are over, up to its last working day before today: today's number still grows, and days off would have no partner on the other
 * side. All days before today where the window has no working day. Null when that is none.
 */
export function elapsedDays(window: Days, today: Day, calendar: Calendar): Days | null {
  if (today > window.to) return window;
  const counts = workingDays(calendar, window) === 0 ? () => true : (day: Day) => isWorkingDay(calendar, day);
  let to = addDays(today, -1);
  while (to >= window.from && !counts(to)) to = addDays(to, -1);
  return to < window.from ? null : { from: window.from, to };
}

/**
 * The beginning of `other` that is as large a share of it as `elapsed` is of `window`: like is compared with like. Shares are of working days, rounded
 * half up; of all days where one of the two has no working day. Null when it is no day.
 */
export function sameShare(window: Days, elapsed: Days, other: Days, calendar: Calendar): Days | null {
  if (elapsed.to >= window.to) return other;
  const before = addDays(other.from, -1);
  const counted = [window, elapsed, other].map((days) => workingDays(calendar, days)) as [number, number, number];
  if (counted[0] > 0 && counted[2] > 0) {
    const wanted = roundedShare(counted[1], counted[0], counted[2]);
    return wanted === 0 ? null : { from: other.from, to: addWorkingDays(calendar, before, wanted) };
  }
  const wanted = roundedShare(allDays(elapsed), allDays(window), allDays(other));
  return wanted === 0 ? null : { from: other.from, to: addDays(before, wanted) };
}

function workingDays(calendar: Calendar, { from, to }: Days): number {
  return workingDaysBetween(calendar, from, addDays(to, 1));
}

function allDays({ from, to }: Days): number {
  return daysBetween(from, addDays(to, 1));
}

/** `part / whole` of `other`, rounded half up to whole days. */
function roundedShare(part: number, whole: number, other: number): number {
  return Math.floor((2 * part * other + whole) / (2 * whole));
}

/** How many calendar months the days are, exactly; null when they are not. */
function wholeMonths({ from, to }: Days): number | null {
  if (!from.endsWith('-01') || !addDays(to, 1).endsWith('-01')) return null;
  return monthOf(addDays(to, 1)) - monthOf(from);
}

function monthsBack({ from, to }: Days, months: number): Days {
  return { from: firstOf(monthOf(from) - months), to: addDays(firstOf(monthOf(addDays(to, 1)) - months), -1) };
}

/** Months since year 0. */
function monthOf(day: Day): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
}

function firstOf(month: number): Day {
  return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`;
}

/** The same date a year before; 28 February for the 29th. */
function yearBefore(day: Day): Day {
  const year = String(Number(day.slice(0, 4)) - 1).padStart(4, '0');
  return day.endsWith('-02-29') ? `${year}-02-28` : `${year}${day.slice(4)}`;
}

/** How a value has changed: exactly, in percent of the size of the earlier one (ten-thousandths; `no_base` when that is 0), and whether for the better. */
export interface Change {
  change: Value;
  percent: Value;
  verdict: 'better' | 'worse' | 'same' | null;
}

/** The change from one value to another (MET-11); why there is none when one of them is no number. */
export function changeOf(then: Value, now: Value, direction: 'up' | 'down'): Change {
  if (isNone(then) || isNone(now)) return { change: isNone(now) ? now : then, percent: isNone(now) ? now : then, verdict: null };
  const num = now.num * then.den - then.num * now.den;
  const size = then.num < 0n ? -then.num : then.num;
  return {
    change: num === 0n ? whole(0n) : ratio(num, now.den * then.den),
    percent: ratio(num * 1_000_000n, now.den * size),
    verdict: num === 0n ? 'same' : num > 0n === (direction === 'up') ? 'better' : 'worse',
  };
}
