/**
 * Whether a run must stop and ask: it would restrict more people than the accepted share of those bound (Q102). Warnings do not count; with nobody
 * bound nobody is restricted.
 */
export function mustStop(restrictedPeople: number, boundPeople: number, acceptedPercent: number): boolean {
  return restrictedPeople * 100 > acceptedPercent * boundPeople;
}
