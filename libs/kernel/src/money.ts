import { parseDecimal, toDecimal } from './decimal.js';
import { DomainError } from './errors.js';
import { whole } from './share.js';
import { unitDecimals } from './units.js';

/** An amount in minor units (hundredths) of an ISO currency. */
export interface Amount {
  readonly minor: bigint;
  readonly currency: string;
}

/** The amount as it travels: exact decimal text (Q110). */
export function toWire(amount: Amount): { amount: string; currency: string } {
  return { amount: toDecimal(whole(amount.minor), unitDecimals.money), currency: amount.currency };
}

/** Back from the wire. Throws `invalid` for text that is no amount with at most two places. */
export function fromWire(money: { amount: string; currency: string }): Amount {
  return { minor: parseDecimal(money.amount, unitDecimals.money), currency: money.currency };
}

/** The sum; amounts in different currencies have none until a rate is known (Q43), so mixing them throws `unprocessable`. */
export function sumOf(amounts: readonly Amount[], currency: string): Amount {
  const stranger = amounts.find((amount) => amount.currency !== currency);
  if (stranger) throw new DomainError('unprocessable', `Amounts in ${stranger.currency} and ${currency} cannot be added without a rate.`);
  return { minor: amounts.reduce((sum, amount) => sum + amount.minor, 0n), currency };
}
