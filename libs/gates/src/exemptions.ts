import { addDays, daysBetween, type Day } from '@waymark/kernel';

export type ExemptReason = 'service_account' | 'new_in_role';

/** Facts about the person at the deadline. `memberSince` is null when nobody knows; that exempts nobody. */
export interface ExemptionFacts {
  readonly serviceAccount: boolean;
  readonly memberSince: Day | null;
}

/** Whether and why a gate does not bind the person (Q76): service accounts, and people with fewer than `minDays` days in their role at the deadline, the day itself included. */
export function exemptionOf(facts: ExemptionFacts, deadlineOn: Day, minDays: number): ExemptReason | null {
  if (facts.serviceAccount) return 'service_account';
  if (facts.memberSince !== null && daysBetween(facts.memberSince, addDays(deadlineOn, 1)) < minDays) return 'new_in_role';
  return null;
}
