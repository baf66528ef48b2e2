import { addDays, dayOf } from '@waymark/kernel';
import { DateTime } from 'luxon';

/** When the daily slots of an organisation fall: at `at` ("HH:MM") of each local day. A time that a clock change skips moves to the next one that exists. */
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
    const instant = DateTime.fromISO(`${day}T${plan.at.slice(0, 5)}`, { zone: plan.zone }).toJSDate();
    if (after !== null && instant <= after) break;
    if (instant <= now) {
      due.unshift(instant);
      if (after === null || catchUp === 'latest') break;
    }
    day = addDays(day, -1);
  }
  return due;
}
