import { limits, type Money } from '@waymark/contracts';
import { parseDecimal } from '@waymark/kernel';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';

/** An instant that has happened; now when none is told. Throws `invalid` for one that lies ahead (Q98). */
export function pastInstant(text: string | undefined, field: string): Date {
  const { now } = currentContext();
  const at = text === undefined ? now : new Date(text);
  if (at > now) throw invalid([{ field, code: 'future', message: `${field} must not lie after now, ${now.toISOString()}` }]);
  return at;
}

/** An amount in minor units of the organisation's currency, signed. Throws `invalid` for another currency and for sizes that no sum holds. */
export function minorUnits(money: Money): bigint {
  const { currency } = currentContext();
  if (money.currency !== currency)
    throw invalid([{ field: 'amount.currency', code: 'currency', message: `This organisation counts in ${currency}` }]);
  const minor = parseDecimal(money.amount, 2);
  const size = minor < 0n ? -minor : minor;
  if (size > BigInt(limits.amountMinor)) throw invalid([{ field: 'amount.amount', code: 'max', message: 'The amount is too large' }]);
  return minor;
}
