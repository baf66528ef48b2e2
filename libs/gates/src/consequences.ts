import type { GuardedAction, RestrictionKind, RestrictionState } from '@waymark/kernel';

/** Days after which a hold or a lock ends at the latest (Q101). */
export const mandatoryEndDays = { commission_hold: 90, account_lock: 14 } as const;

/** Working days after which a proposed lock that nobody confirmed is void (Q103). */
export const lockProposalWorkingDays = 5;

const dayMs = 86_400_000;

/** A measure that follows from a missed gate. */
export interface Consequence {
  readonly kind: RestrictionKind;
  readonly state: Extract<RestrictionState, 'proposed' | 'in_force'>;
  readonly actions: readonly GuardedAction[];
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** Whether the system only proposes the kind, and people decide (Q103). */
export function isProposed(kind: RestrictionKind): boolean {
  return kind === 'commission_hold' || kind === 'account_lock';
}

/** The actions that the kind withholds. A lock stops every change by the locked person at the door, so nothing is listed here for it. */
export function actionsOf(kind: RestrictionKind): readonly GuardedAction[] {
  return kind === 'action_block' || kind === 'account_lock' ? ['deal.create'] : [];
}

/**
 * What follows from a failed verdict. Nothing does when the gate has been cured meanwhile (it is passed late), and a warning or block whose period is
 * over is not imposed any more, so that a late run restricts nobody afterwards (Q71, Q74, Q101).
 */
export function consequencesOf(
  step: { consequences: readonly RestrictionKind[]; graceDays: number },
  facts: { outcome: 'passed' | 'failed' | 'not_evaluable'; cured: boolean; judgedAt: Date; periodEndsAt: Date },
): Consequence[] {
  if (facts.outcome !== 'failed' || facts.cured) return [];
  const startsAt = new Date(facts.judgedAt.getTime() + step.graceDays * dayMs);
  return step.consequences
    .map((kind): Consequence => {
      const endsAt = mandatoryEnd(kind, startsAt) ?? facts.periodEndsAt;
      return { kind, state: isProposed(kind) ? 'proposed' : 'in_force', actions: actionsOf(kind), startsAt, endsAt };
    })
    .filter((consequence) => consequence.endsAt > consequence.startsAt);
}

/** The latest end of a hold or lock that starts then; null for kinds that last until the period ends. */
export function mandatoryEnd(kind: RestrictionKind, startsAt: Date): Date | null {
  if (kind !== 'commission_hold' && kind !== 'account_lock') return null;
  return new Date(startsAt.getTime() + mandatoryEndDays[kind] * dayMs);
}
