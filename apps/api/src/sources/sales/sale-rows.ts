import { type Day, DomainError, parseDecimal, roundHalfAway, splitAmount } from '@waymark/kernel';
import { limits } from '@waymark/contracts';

/** Credit of one person in parts per million (SRC-07). */
export interface Credit {
  userId: string;
  ppm: bigint;
}

/** A sale as one version of it says. Amounts in minor units. */
export interface SaleState {
  sellerId: string;
  companyId: string | null;
  productId: string | null;
  itemId: string | null;
  /** The partner list that it came from (SRC-04). */
  listId: string | null;
  occurredAt: Date;
  agreedMinor: bigint;
  currency: string;
  /** Empty: the seller alone. */
  credits: readonly Credit[];
  note: string | null;
}

/** What a unit of the sale's currency was worth, and since when (SRC-08). */
export interface Rating {
  rate: string;
  on: Day;
}

/** The money of one row of a sale: what one person is credited with. */
export interface SaleRow {
  ownerId: string;
  sellerId: string | null;
  position: number;
  sharePpm: string | null;
  amountMinor: string;
  wholeMinor: string | null;
  givenMinor: string | null;
  givenWholeMinor: string | null;
  givenCurrency: string | null;
  rate: string | null;
  rateOn: Day | null;
  unrated: boolean;
}

const rateDecimals = 10;

/** An amount in another currency, half away from zero. Throws `unprocessable` when it grows beyond what is stored. */
export function converted(minor: bigint, rate: string): bigint {
  const value = roundHalfAway({ num: minor * parseDecimal(rate, rateDecimals), den: 10n ** BigInt(rateDecimals) });
  if (value > BigInt(limits.amountMinor) || value < -BigInt(limits.amountMinor))
    throw new DomainError('unprocessable', `At the rate ${rate} an amount grows beyond what can be stored.`);
  return value;
}

/**
 * The rows of a sale: one per credited person. Each currency is divided for itself, so that the parts add to the sale in both. Without a rate nothing is
 * counted and the rows say so.
 */
export function rowsOf(state: SaleState, home: string, rating: Rating | null): SaleRow[] {
  const foreign = state.currency !== home;
  const counted = !foreign ? state.agreedMinor : rating ? converted(state.agreedMinor, rating.rate) : 0n;
  const divided = state.credits.length > 0;
  const credits = divided ? state.credits : [{ userId: state.sellerId, ppm: 1_000_000n }];
  const ppm = credits.map((credit) => credit.ppm);
  const [countedParts, agreedParts] = [splitAmount(counted, ppm), splitAmount(state.agreedMinor, ppm)];
  return credits.map((credit, n) => ({
    ownerId: credit.userId,
    sellerId: divided ? state.sellerId : null,
    position: n + 1,
    sharePpm: divided ? credit.ppm.toString() : null,
    amountMinor: String(countedParts[n]),
    wholeMinor: divided ? counted.toString() : null,
    givenMinor: foreign ? String(agreedParts[n]) : null,
    givenWholeMinor: foreign && divided ? state.agreedMinor.toString() : null,
    givenCurrency: foreign ? state.currency : null,
    rate: foreign ? (rating?.rate ?? null) : null,
    rateOn: foreign ? (rating?.on ?? null) : null,
    unrated: foreign && rating === null,
  }));
}
