/**
 * Why there is no number (MET-03): nothing to divide by, nothing known, the time has not come, an amount in a currency without a rate, or no sales are
 * fed in at all (Q91).
 */
export const noneReasons = ['no_base', 'no_data', 'not_yet', 'no_rate', 'no_feed'] as const;
export type NoneReason = (typeof noneReasons)[number];

/** An exact fraction; `den` is positive. */
export interface Ratio {
  readonly num: bigint;
  readonly den: bigint;
}

/** No number, and why. */
export interface None {
  readonly none: NoneReason;
}

/** A number or the reason why there is none; never 0, NaN or infinity in its place (MET-03). */
export type Value = Ratio | None;

/** `num / den`, exact; nothing to divide by is `no_base`. The sign ends up in the numerator. */
export function ratio(num: bigint, den: bigint): Value {
  if (den === 0n) return none('no_base');
  return den < 0n ? { num: -num, den: -den } : { num, den };
}

/** A whole number. */
export function whole(n: bigint): Ratio {
  return { num: n, den: 1n };
}

export function none(reason: NoneReason): None {
  return { none: reason };
}

export function isNone(value: Value): value is None {
  return 'none' in value;
}

/** Compares exactly, by cross-multiplying: never on a rounded quotient (Q106). */
export function compareRatios(a: Ratio, b: Ratio): -1 | 0 | 1 {
  const left = a.num * b.den;
  const right = b.num * a.den;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `part / total` in basis points (10,000 is all of it), half away from zero; `no_base` when the total is 0. */
export function shareInBasisPoints(part: Ratio, total: Ratio): bigint | None {
  const share = ratio(part.num * total.den * 10_000n, part.den * total.num);
  return isNone(share) ? share : roundHalfAway(share);
}

/** The nearest whole number; a half goes away from zero. */
export function roundHalfAway(value: Ratio): bigint {
  const { num, den } = value;
  const size = num < 0n ? -num : num;
  const rounded = (2n * size + den) / (2n * den);
  return num < 0n ? -rounded : rounded;
}
