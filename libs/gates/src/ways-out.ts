/** An open deal of the person that does not count yet and would when it is qualified. Amount in minor units. */
export interface OpenDeal {
  readonly id: string;
  readonly name: string;
  readonly amount: bigint;
}

/**
 * The smallest set of deals whose amounts close the gap (GATE-09): as few deals as possible, in the order to do them. Sound: together they are enough.
 * Minimal: no fewer deals would do, and none of them can be left out. Empty when even all of them are not enough, or nothing is missing.
 */
export function shortestWayOut(deals: readonly OpenDeal[], gap: bigint): OpenDeal[] {
  if (gap <= 0n) return [];
  const largestFirst = deals
    .filter((deal) => deal.amount > 0n)
    .sort((a, b) => (a.amount === b.amount ? (a.id < b.id ? -1 : 1) : a.amount > b.amount ? -1 : 1));
  const chosen: OpenDeal[] = [];
  let covered = 0n;
  for (const deal of largestFirst) {
    chosen.push(deal);
    covered += deal.amount;
    if (covered >= gap) return chosen;
  }
  return [];
}
