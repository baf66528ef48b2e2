/** How much each part of the performance index counts (Q85): whole numbers from 0, not all of them 0. */
export interface IndexWeights {
  calls: bigint;
  agreements: bigint;
  lists: bigint;
  sales: bigint;
}

/** The shipped weights: calls x1, agreements x3, lists x2, sales x5. */
export const shippedWeights: IndexWeights = Object.freeze({ calls: 1n, agreements: 3n, lists: 2n, sales: 5n });

/** Whether an index can be made of them: with all weights 0 it would say nothing about anybody. */
export function canWeigh({ calls, agreements, lists, sales }: IndexWeights): boolean {
  const weights = [calls, agreements, lists, sales];
  return weights.every((weight) => weight >= 0n) && weights.some((weight) => weight > 0n);
}
