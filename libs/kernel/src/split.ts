import { DomainError } from './errors.js';

/** All of it, in parts per million: 60 % is 600,000. Four decimal places of a percentage are exact. */
export const wholeShare = 1_000_000n;

/**
 * Divides an amount of minor units by shares in parts per million, which must add to all of it (SRC-07). The parts add to the amount exactly: each gets
 * what is below it, and the units left over go to the largest remainders, the first of equal ones first. A refund is divided like the sale it takes back.
 */
export function splitAmount(amount: bigint, shares: readonly bigint[]): bigint[] {
  if (shares.length === 0 || shares.some((share) => share <= 0n) || shares.reduce((sum, share) => sum + share, 0n) !== wholeShare)
    throw new DomainError('invalid', 'Shares must be above 0 and add to 100 %.');
  const sign = amount < 0n ? -1n : 1n;
  const size = amount * sign;
  const parts = shares.map((share) => (size * share) / wholeShare);
  const remainders = shares.map((share, n) => ({ n, rest: (size * share) % wholeShare })).sort((a, b) => compare(b.rest, a.rest) || a.n - b.n);
  let left = size - parts.reduce((sum, part) => sum + part, 0n);
  for (const { n } of remainders) {
    if (left === 0n) break;
    parts[n] = (parts[n] as bigint) + 1n;
    left -= 1n;
  }
  return parts.map((part) => part * sign);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
