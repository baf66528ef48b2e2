import { addDays, startOfDay, type Day } from '@waymark/kernel';
import type { DirtyMark } from './metrics.repository.js';

const hour = 3_600_000;

/**
 * The marked days and, where clocks go back during the next day, that one too. PostgreSQL names the day on the wall; where the hour before
 * midnight comes twice, its second pass belongs to the day that had begun already (MET-09). Recomputing a day too many changes nothing.
 */
export function withNeighbours(marks: readonly DirtyMark[], zone: string): DirtyMark[] {
  const long = new Map<Day, boolean>();
  const days = new Map<string, DirtyMark>();
  for (const mark of marks) {
    const next = addDays(mark.on_day, 1);
    if (!long.has(next)) long.set(next, isLong(next, zone));
    for (const on_day of long.get(next) ? [mark.on_day, next] : [mark.on_day])
      days.set(`${mark.source} ${mark.owner_id} ${on_day}`, { ...mark, on_day });
  }
  return [...days.values()];
}

function isLong(day: Day, zone: string): boolean {
  return startOfDay(addDays(day, 1), zone).getTime() - startOfDay(day, zone).getTime() > 24 * hour;
}
