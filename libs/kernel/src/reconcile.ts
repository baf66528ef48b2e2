/** What must happen so that what exists equals what is wanted. */
export interface Reconciliation<Wanted, Existing> {
  add: Wanted[];
  keep: { wanted: Wanted; existing: Existing }[];
  end: Existing[];
}

/**
 * Compares by key, in the order given. Running it again on the outcome adds and ends nothing, which makes jobs safe to repeat. Of several
 * wanted things with one key the first counts; of several existing ones the first is kept and the others end.
 */
export function reconcile<Wanted, Existing>(
  wanted: readonly Wanted[],
  existing: readonly Existing[],
  key: (thing: Wanted | Existing) => string,
): Reconciliation<Wanted, Existing> {
  const left = new Map<string, Existing>();
  const end: Existing[] = [];
  for (const thing of existing) {
    if (left.has(key(thing))) end.push(thing);
    else left.set(key(thing), thing);
  }
  const seen = new Set<string>();
  const outcome: Reconciliation<Wanted, Existing> = { add: [], keep: [], end };
  for (const thing of wanted) {
    const name = key(thing);
    if (seen.has(name)) continue;
    seen.add(name);
    const match = left.get(name);
    if (match === undefined) outcome.add.push(thing);
    else outcome.keep.push({ wanted: thing, existing: match });
    left.delete(name);
  }
  end.push(...left.values());
  return outcome;
}
