import type { PipelineItemQuery } from '@waymark/contracts';
import { parseDecimal } from '@waymark/kernel';
import { invalid } from '../../platform/http/validation.js';
import { converted, type Rating } from '../sales/sale-rows.js';

/** What a deal is worth as it is stored: what numbers add, and beside it what was agreed where that is in another currency (SRC-08). */
export interface ItemMoney {
  valueMinor: string;
  givenMinor: string | null;
  givenCurrency: string | null;
  rate: string | null;
  rateOn: string | null;
  unrated: boolean;
}

/** Columns of `ItemMoney` in the order of `moneyValues`. */
export const moneyColumns = 'value_minor, given_minor, given_currency, rate, rate_on, unrated';

export function moneyValues(money: ItemMoney): unknown[] {
  return [money.valueMinor, money.givenMinor, money.givenCurrency, money.rate, money.rateOn, money.unrated];
}

/** An amount agreed in a currency, counted in `home`. Nothing is nothing by any rate. Throws `unprocessable` when it grows beyond what is stored. */
export function moneyOf(agreedMinor: bigint, currency: string, home: string, rating: Rating | null): ItemMoney {
  if (currency === home)
    return { valueMinor: agreedMinor.toString(), givenMinor: null, givenCurrency: null, rate: null, rateOn: null, unrated: false };
  return {
    valueMinor: rating ? converted(agreedMinor, rating.rate).toString() : '0',
    givenMinor: agreedMinor.toString(),
    givenCurrency: currency,
    rate: rating?.rate ?? null,
    rateOn: rating?.on ?? null,
    unrated: rating === null && agreedMinor > 0n,
  };
}

/** The limits of a list by value, both inclusive, in minor units of the organisation's currency. Throws `invalid` when they leave nothing between them. */
export function valuesBetween({ minValue, maxValue }: Pick<PipelineItemQuery, 'minValue' | 'maxValue'>): {
  minValue: bigint | null;
  maxValue: bigint | null;
} {
  const [least, most] = [minValue, maxValue].map((value) => (value === undefined ? null : parseDecimal(value, 2))) as [bigint | null, bigint | null];
  if (least !== null && most !== null && least > most)
    throw invalid([{ field: 'maxValue', code: 'order', message: 'maxValue must not be below minValue' }]);
  return { minValue: least, maxValue: most };
}
