import { DomainError, type RestrictionKind, type RestrictionState } from '@waymark/kernel';

/** What can happen to a restriction. */
export const restrictionEvents = ['confirmed', 'dismissed', 'cured', 'lifted', 'expired', 'lapsed'] as const;
export type RestrictionEvent = (typeof restrictionEvents)[number];

/** Where each event leads; what is not in the table cannot happen. A closed restriction stays closed (Q74: a cured gate never imposes again). */
export const restrictionLife: Readonly<Record<RestrictionState, Partial<Record<RestrictionEvent, RestrictionState>>>> = {
  proposed: { confirmed: 'in_force', dismissed: 'dismissed', lapsed: 'void' },
  in_force: { cured: 'ended', lifted: 'lifted', expired: 'ended' },
  lifted: {},
  ended: {},
  dismissed: {},
  void: {},
};

/** The state after the event, or null when it cannot happen. Only warnings and blocks are cured; holds and locks end by people or by date (Q101). */
export function afterEvent(state: RestrictionState, event: RestrictionEvent, kind: RestrictionKind): RestrictionState | null {
  if (event === 'cured' && kind !== 'warning' && kind !== 'action_block') return null;
  return restrictionLife[state][event] ?? null;
}

/** Like `afterEvent`, but throws `conflict` with a sentence. */
export function mustMove(state: RestrictionState, event: RestrictionEvent, kind: RestrictionKind): RestrictionState {
  const next = afterEvent(state, event, kind);
  if (next === null)
    throw new DomainError('conflict', `This measure is ${state.replace('_', ' ')}; it cannot be ${event} any more.`, { params: { state } });
  return next;
}
