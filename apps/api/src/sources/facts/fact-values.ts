import { limits, type Money } from '@waymark/contracts';
import { dayOf, parseDecimal, startOfDay } from '@waymark/kernel';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';

/** An instant that has happened; now when none is told. Throws `invalid` for one that lies ahead (Q98). */
export function pastInstant(text: string | undefined, field: string): Date {
  const { now } = currentContext();
  const at = text === undefined ? now : new Date(text);
  if (at > now) throw invalid([{ field, code: 'future', message: `${field} must not lie after now, ${now.toISOString()}` }]);
  return at;
}

/** A day that has begun. Throws `invalid` for one that lies ahead. */
export function pastDay(day: string, field: string): Date {
  const { now, timeZone } = currentContext();
  const at = startOfDay(day, timeZone);
  if (at > now) throw invalid([{ field, code: 'future', message: `${field} must not lie after today, ${dayOf(now, timeZone)}` }]);
  return at;
}

/** An amount in minor units of the organisation's currency, signed. Throws `invalid` for another currency and for sizes that no sum holds. */
export function minorUnits(money: Money, field = 'amount'): bigint {
  const { currency } = currentContext();
  if (money.currency !== currency)
    throw invalid([{ field: `${field}.currency`, code: 'currency', message: `This organisation counts in ${currency}` }]);
  const minor = parseDecimal(money.amount, 2);
  const size = minor < 0n ? -minor : minor;
  if (size > BigInt(limits.amountMinor)) throw invalid([{ field: `${field}.amount`, code: 'max', message: 'The amount is too large' }]);
  return minor;
}

/** An amount that is not negative, in minor units as text; null stays null. */
export function positiveUnits(money: Money | null, field = 'amount'): string | null {
  if (money === null) return null;
  const minor = minorUnits(money, field);
  if (minor < 0n) throw invalid([{ field: `${field}.amount`, code: 'min', message: 'The amount must not be negative' }]);
  return minor.toString();
}
