import { addDays, type Away, type Calendar, daysBetween, type Day, isMostlyAway } from '@waymark/kernel';

export type ExemptReason = 'service_account' | 'new_in_role' | 'absent';

/** Facts about the person at the deadline. `memberSince` is null when nobody knows; that exempts nobody. */
export interface ExemptionFacts {
  readonly serviceAccount: boolean;
  readonly memberSince: Day | null;
  /** Days away, as they were known when the settle window ended; a part-timer is not away (Q36). */
  readonly absences: readonly Away[];
}

/** The days that a gate looks at: from the first of the period to the deadline, both included. */
export interface GateDays {
  readonly startsOn: Day;
  readonly deadlineOn: Day;
  readonly calendar: Calendar;
}

/**
 * Whether and why a gate does not bind the person (Q76): service accounts, people with fewer than `minDays` days in their role at the deadline, the day
 * itself included, and people who were away on more than half of the gate's working days.
 */
export function exemptionOf(facts: ExemptionFacts, { startsOn, deadlineOn, calendar }: GateDays, minDays: number): ExemptReason | null {
  const behind = addDays(deadlineOn, 1);
  if (facts.serviceAccount) return 'service_account';
  if (facts.memberSince !== null && daysBetween(facts.memberSince, behind) < minDays) return 'new_in_role';
  if (isMostlyAway(calendar, facts.absences, startsOn, behind)) return 'absent';
  return null;
}
