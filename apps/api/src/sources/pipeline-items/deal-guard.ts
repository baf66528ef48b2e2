import type { ItemKind } from '@waymark/kernel';

/** As much of an item's state as the guard looks at. */
export interface GuardedState {
  kind: ItemKind;
  ownerId: string;
}

const beyondLead: readonly ItemKind[] = ['deal', 'won', 'list_out'];

/**
 * Whether the step creates a deal in the sense of `deal.create` (Q104): a new item of a kind other than lead, a lead that becomes a deal, a
 * closed deal that opens again, an open deal that gets another owner. Qualifying stays open: it is the cure.
 */
export function createsDeal(before: GuardedState | null, after: GuardedState): boolean {
  if (before === null) return after.kind !== 'lead';
  if (before.kind === 'lead' && beyondLead.includes(after.kind)) return true;
  if ((before.kind === 'won' || before.kind === 'lost') && after.kind === 'deal') return true;
  return before.ownerId !== after.ownerId && after.kind === 'deal';
}
