import { addDays, type Day, dayOf, startOfDay } from '@waymark/kernel';
import { IANAZone } from 'luxon';

/**
 * When the daily slots of an organisation fall: at `at` ("HH:MM") of each local day. A time that comes twice is the first of the two, one that a clock
 * change skips is as much later as the clock skipped.
 */
export interface DailyPlan {
  zone: string;
  at: string;
}

/**
 * The daily instants in (after, now], oldest first. Without `after` only the latest one: a new organisation does not catch up on days
 * before it existed.
 */
export function dueDaily(plan: DailyPlan, after: Date | null, now: Date, catchUp: 'all' | 'latest'): Date[] {
  const due: Date[] = [];
  let day = dayOf(now, plan.zone);
  for (let looked = 0; looked < 400; looked += 1) {
    const instant = clockTime(day, plan);
    if (after !== null && instant <= after) break;
    if (instant <= now) {
      due.unshift(instant);
      if (after === null || catchUp === 'latest') break;
    }
    day = addDays(day, -1);
  }
  return due;
}

/** The instant of a local time. It depends on the day alone: a library's own answer for a doubled hour changes with the season in which it is asked. */
function clockTime(day: Day, { zone, at }: DailyPlan): Date {
  const rules = IANAZone.create(zone);
  const wall = Date.parse(`${day}T${at.slice(0, 5)}:00Z`);
  const offset = (instant: number) => Math.round(rules.offset(instant) * 60_000);
  const edges = [startOfDay(day, zone).getTime() - 1, startOfDay(addDays(day, 1), zone).getTime() - 1];
  const candidates = edges.map((edge) => wall - offset(edge));
  const shown = candidates.filter((instant) => instant + offset(instant) === wall);
  return new Date(shown.length > 0 ? Math.min(...shown) : Math.max(...candidates));
}
