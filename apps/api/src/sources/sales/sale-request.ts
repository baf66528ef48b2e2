import { type CorrectSale, limits, type Money, type ShareGiven } from '@waymark/contracts';
import { DomainError, parseDecimal, wholeShare } from '@waymark/kernel';
import { invalid } from '../../platform/http/validation.js';
import type { Credit, SaleState } from './sale-rows.js';

const shareDecimals = 4;

/** The next state of a sale: what is told on top of what was. */
export function valuesOf(before: SaleState, told: CorrectSale): SaleState {
  return {
    sellerId: told.ownerId ?? before.sellerId,
    companyId: told.companyId === undefined ? before.companyId : told.companyId,
    productId: told.productId === undefined ? before.productId : told.productId,
    itemId: before.itemId,
    listId: told.listId === undefined ? before.listId : told.listId,
    occurredAt: told.occurredAt === undefined ? before.occurredAt : new Date(told.occurredAt),
    agreedMinor: told.amount ? minorOf(told.amount) : before.agreedMinor,
    currency: told.amount?.currency ?? before.currency,
    credits: told.shares === undefined ? before.credits : creditsOf(told.shares),
    note: told.note === undefined ? before.note : told.note,
  };
}

/** Shares as they were told. They add to 100 % exactly, nobody stands in them twice (SRC-07). */
export function creditsOf(shares: readonly ShareGiven[]): Credit[] {
  const credits = shares.map(({ userId, share }) => ({ userId, ppm: parseDecimal(share, shareDecimals) }));
  const sum = credits.reduce((total, { ppm }) => total + ppm, 0n);
  const none = credits.findIndex(({ ppm }) => ppm <= 0n);
  const twice = credits.findIndex(({ userId }, n) => credits.findIndex((other) => other.userId === userId) !== n);
  if (none >= 0) throw invalid([{ field: `shares.${none}.share`, code: 'min', message: 'A share must be above 0' }]);
  if (twice >= 0) throw invalid([{ field: `shares.${twice}.userId`, code: 'repeated', message: 'This person has a share already' }]);
  if (credits.length > 0 && sum !== wholeShare)
    throw invalid([{ field: 'shares', code: 'sum', message: `Shares must add to 100 %; these add to ${percentText(sum)} %` }]);
  return credits;
}

/** What comes from a deal follows the deal: only who is credited and the note are said here. */
export function ofDeal({ shares: _shares, note: _note, ...rest }: CorrectSale): void {
  const others = Object.entries(rest).filter(([, value]) => value !== undefined);
  if (others.length > 0)
    throw new DomainError(
      'conflict',
      'This sale comes from a deal. Correct the deal and the sale follows it; here only shares and note can be changed.',
      {
        fields: others.map(([field]) => ({ field, code: 'of_deal', message: `${field} follows the deal` })),
      },
    );
}

function minorOf({ amount }: Money): bigint {
  const minor = parseDecimal(amount, 2);
  const size = minor < 0n ? -minor : minor;
  if (size > BigInt(limits.amountMinor)) throw invalid([{ field: 'amount.amount', code: 'max', message: 'The amount is too large' }]);
  return minor;
}

function percentText(ppm: bigint): string {
  const text = `${ppm / 10_000n}.${(ppm % 10_000n).toString().padStart(4, '0')}`;
  return text.replace(/\.?0+$/, '') || '0';
}
