import { DomainError } from './errors.js';
import { roundHalfAway, type Ratio } from './share.js';

/**
 * A value in steps of its unit as decimal text with at most `places` places, half away from zero (Q106). Steps of a hundredth (money) keep
 * their two places; of finer ones only the places that say something are written.
 */
export function toDecimal(value: Ratio, unitDecimals: number, places = 6): string {
  const scaled = roundHalfAway({ num: value.num * 10n ** BigInt(places), den: value.den * 10n ** BigInt(unitDecimals) });
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0');
  const kept = unitDecimals <= 2 ? Math.min(unitDecimals, places) : 0;
  let fraction = digits.slice(digits.length - places);
  while (fraction.length > kept && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  const text = digits.slice(0, digits.length - places) + (fraction ? `.${fraction}` : '');
  return scaled < 0n ? `-${text}` : text;
}

/**
 * Decimal text such as "-1054.5" to steps of `10^-decimals`, exactly. Throws `invalid` for anything else: exponents, signs without digits, blanks, more
 * places than there are steps (nothing is rounded on the way in), and sizes that no stored integer holds.
 */
export function parseDecimal(text: string, decimals: number): bigint {
  const parts = /^(-?)(\d{1,18})(?:\.(\d{1,18}))?$/.exec(text);
  const fraction = parts?.[3] ?? '';
  if (!parts || fraction.length > decimals)
    throw new DomainError('invalid', `"${text.slice(0, 40)}" is no decimal number with at most ${decimals} places.`);
  const steps = BigInt(`${parts[2]}${fraction.padEnd(decimals, '0')}`);
  if (steps > 9_223_372_036_854_775_807n) throw new DomainError('invalid', `"${text.slice(0, 40)}" is too large.`);
  return parts[1] ? -steps : steps;
}
