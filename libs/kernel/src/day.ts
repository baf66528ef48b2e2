import { IANAZone } from 'luxon';
import { DomainError } from './errors.js';

/** A calendar day `YYYY-MM-DD` of years 0001 to 9999. Days compare as text. */
export type Day = string;

const dayMs = 86_400_000;
const pattern = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the text is a day that exists. */
export function isDay(text: string): boolean {
  if (!pattern.test(text) || text < '0001') return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && isoDay(at) === text;
}

/** The day `n` days later (earlier when negative). Throws `invalid` for no day, or when the result leaves years 0001 to 9999. */
export function addDays(day: Day, n: number): Day {
  const at = utcMidnight(day) + n * dayMs;
  const later = Number.isSafeInteger(at) && Math.abs(at) <= 8.64e15 ? isoDay(at) : '';
  if (!isDay(later)) throw new DomainError('invalid', `There is no day ${n} days from ${day}.`);
  return later;
}

/** How many days lie in `[from, toExclusive)`; negative when the second comes first. */
export function daysBetween(from: Day, toExclusive: Day): number {
  return Math.round((utcMidnight(toExclusive) - utcMidnight(from)) / dayMs);
}

/** -1, 0 or 1, for sorting. */
export function compareDays(a: Day, b: Day): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Weekday by ISO: Monday 1 to Sunday 7. */
export function weekdayOf(day: Day): number {
  return new Date(utcMidnight(day)).getUTCDay() || 7;
}

/**
 * The first instant at which the calendar of the zone shows the day (MET-09). Where the clock skips midnight the day starts after the gap; where
 * midnight comes twice it starts at the first; a day that the zone skipped altogether starts, empty, with the next one.
 */
export function startOfDay(day: Day, zone: string): Date {
  const rules = zoneOf(zone);
  const midnight = utcMidnight(day);
  let from = midnight - 2 * dayMs;
  const end = midnight + 2 * dayMs;
  let offset = offsetMs(rules, from);
  // Walk the pieces of constant offset: in most cases there is one.
  for (let next = from; next < end; from = next) {
    next = nextChange(rules, from, end, offset);
    const start = Math.max(from, midnight - offset);
    if (start < next) return new Date(start);
    offset = offsetMs(rules, next);
  }
  throw new DomainError('invalid', `${day} has no start in ${zone}.`);
}

/** The day an instant falls in: exactly the day whose `[startOfDay, startOfDay of the next)` holds it, also where clocks go back over midnight. */
export function dayOf(instant: Date, zone: string): Day {
  const rules = zoneOf(zone);
  const at = instant.getTime();
  if (Number.isNaN(at)) throw new DomainError('invalid', 'There is no such instant.');
  const offset = offsetMs(rules, at);
  const day = isoDay(at + offset);
  if (!isDay(day)) throw new DomainError('invalid', 'The instant lies outside years 0001 to 9999.');
  if (offsetMs(rules, at - dayMs) <= offset) return day;
  const next = addDays(day, 1);
  return at >= startOfDay(next, zone).getTime() ? next : day;
}

/**
 * The one spelling of an IANA zone, or null. Aliases come out as the zone they stand for (`US/Eastern` is `America/New_York`; `Europe/Kyiv` and
 * `Europe/Kiev` are one zone); abbreviations such as `IST`, which mean several zones, and bare offsets are no names (PLAT-02).
 */
export function canonicalZone(name: string): string | null {
  if (name !== 'UTC' && !/^[A-Za-z]+(\/[A-Za-z0-9_+-]+)+$/.test(name)) return null;
  try {
    const zone = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    return zone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(zone) ? zone : null;
  } catch {
    return null;
  }
}

/** Whether the runtime knows the IANA zone. */
export function isZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}

function utcMidnight(day: Day): number {
  if (!isDay(day)) throw new DomainError('invalid', `"${day.slice(0, 40)}" is no day: it must exist and be written YYYY-MM-DD.`);
  return Date.parse(`${day}T00:00:00Z`);
}

function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function zoneOf(zone: string): IANAZone {
  const rules = IANAZone.create(zone);
  if (!rules.isValid) throw new DomainError('invalid', `"${zone.slice(0, 60)}" is no known time zone.`);
  return rules;
}

function offsetMs(rules: IANAZone, at: number): number {
  return Math.round(rules.offset(at) * 60_000);
}

/** First instant in `(from, end]` whose offset differs, else `end`. Steps of a day find it: no zone changes twice within one. */
function nextChange(rules: IANAZone, from: number, end: number, offset: number): number {
  let same = from;
  let other = from;
  while (other < end) {
    other = Math.min(other + dayMs, end);
    if (offsetMs(rules, other) !== offset) break;
    same = other;
  }
  if (same === end) return end;
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offsetMs(rules, middle) === offset) same = middle;
    else other = middle;
  }
  return other;
}
