import { addDays, type Day, weekdayOf } from './day.js';

/** The week that holds the day: seven days from the organisation's first weekday (ISO, Monday 1 to Sunday 7), both ends inclusive (Q24). */
export function weekOf(day: Day, startsWith: number): { from: Day; to: Day } {
  const from = addDays(day, -((weekdayOf(day) - startsWith + 7) % 7));
  return { from, to: addDays(from, 6) };
}
