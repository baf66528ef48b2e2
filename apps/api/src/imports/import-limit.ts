import type { ImportMapping } from '@waymark/contracts';
import { addDays, startOfDay } from '@waymark/kernel';
import { currentContext } from '../platform/request-context.js';

/** The first instant that is not taken: after the last day asked for, never later than now. */
export function limitOf(mapping: ImportMapping): Date {
  const { now, timeZone } = currentContext();
  const last = mapping.until ? startOfDay(addDays(mapping.until, 1), timeZone) : null;
  return last !== null && last < now ? last : now;
}
