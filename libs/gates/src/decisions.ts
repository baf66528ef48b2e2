import type { Decision, ErrorCode, RestrictionKind, RestrictionState } from '@waymark/kernel';
import { afterEvent } from './restriction-life.js';

/** Who wants to decide, in relation to the person concerned. */
export interface Decider {
  readonly id: string;
  readonly isAdmin: boolean;
  /** Leads the person's team or one above it, today. */
  readonly leadsSubject: boolean;
}

/** A confirmation that was given before, with the roles its giver has now. */
export interface Confirmation extends Decider {
  readonly evidenceHash: string;
}

export interface DecisionCase {
  readonly kind: RestrictionKind;
  readonly state: RestrictionState;
  readonly subjectId: string;
  readonly evidenceHash: string;
  /** A proposal that is older is void. */
  readonly voidAt: Date | null;
  readonly now: Date;
  readonly confirmations: readonly Confirmation[];
  /** The subject is the last active admin of the organisation (Q76). */
  readonly subjectIsLastAdmin: boolean;
}

export type DecisionResult =
  | { readonly ok: true; readonly next: RestrictionState; readonly waitsFor: 'leader' | 'admin' | null }
  | { readonly ok: false; readonly code: ErrorCode; readonly sentence: string };

const refuse = (code: ErrorCode, sentence: string): DecisionResult => ({ ok: false, code, sentence });

/**
 * The rules of Q103. Nobody decides in an own case. Lifting and dismissing need one person, always. A hold is confirmed by one; a lock by two who are
 * not each other: a leader above the person and an admin, both bound to the same evidence.
 */
export function decide(facts: DecisionCase, decider: Decider, decision: Decision, evidenceHash: string): DecisionResult {
  if (decider.id === facts.subjectId) return refuse('forbidden', 'Nobody decides in an own case.');
  if (!decider.isAdmin && !decider.leadsSubject) return refuse('forbidden', 'Only a leader above the person or an admin can decide this.');
  if (evidenceHash !== facts.evidenceHash)
    return refuse('precondition_failed', 'The evidence is not the one you saw. Open the page again and decide then.');
  const event = decision === 'confirm' ? 'confirmed' : decision === 'dismiss' ? 'dismissed' : 'lifted';
  const next = afterEvent(facts.state, event, facts.kind);
  if (next === null) return refuse('conflict', `This measure is ${facts.state.replace('_', ' ')}, so there is nothing to ${decision}.`);
  if (decision !== 'confirm') return { ok: true, next, waitsFor: null };
  if (facts.voidAt !== null && facts.now >= facts.voidAt) return refuse('conflict', 'The time to confirm this has passed; the proposal is void.');
  return facts.kind === 'account_lock' ? confirmLock(facts, decider) : { ok: true, next, waitsFor: null };
}

function confirmLock(facts: DecisionCase, decider: Decider): DecisionResult {
  if (facts.subjectIsLastAdmin) return refuse('conflict', 'The last active admin of an organisation cannot be locked.');
  // What somebody confirmed counts while that person still is an admin or leads the subject: who left or was moved has no voice (Q103).
  const earlier = facts.confirmations.filter((one) => one.evidenceHash === facts.evidenceHash && (one.isAdmin || one.leadsSubject));
  if (earlier.some((one) => one.id === decider.id))
    return refuse('conflict', 'You have confirmed already; the second decision must come from another person.');
  const complete = earlier.some((other) => (other.isAdmin && decider.leadsSubject) || (other.leadsSubject && decider.isAdmin));
  if (complete) return { ok: true, next: 'in_force', waitsFor: null };
  if (earlier.length > 0) {
    const missing = earlier.some((one) => one.leadsSubject) ? 'an admin' : 'a leader above the person';
    return refuse('conflict', `The other decision must come from ${missing}.`);
  }
  return { ok: true, next: 'proposed', waitsFor: decider.leadsSubject ? 'admin' : 'leader' };
}
