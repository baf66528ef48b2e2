import { addDays, compareDays, startOfDay, type Day } from './day.js';
import { DomainError } from './errors.js';

/** A half-open stretch of time: `from` belongs to it, `to` does not (MET-09). */
export interface Window {
  from: Date;
  to: Date;
}

/** From the start of the first day to the end of the last, both meant inclusively, in the given zone (Q22). Throws `invalid` when they are swapped. */
export function windowOf(startsOn: Day, endsOnInclusive: Day, zone: string): Window {
  if (compareDays(endsOnInclusive, startsOn) < 0)
    throw new DomainError('invalid', `The last day ${endsOnInclusive} lies before the first, ${startsOn}.`);
  return { from: startOfDay(startsOn, zone), to: startOfDay(addDays(endsOnInclusive, 1), zone) };
}

/** Whether the instant lies in the window. */
export function contains(window: Window, instant: Date): boolean {
  return instant >= window.from && instant < window.to;
}
