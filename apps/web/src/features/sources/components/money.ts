import type { Money } from '@waymark/contracts';

/** An exact amount as people read it: no cents when there are none. */
export function moneyText({ amount, currency }: Money): string {
  const digits = amount.endsWith('.00') ? 0 : 2;
  return new Intl.NumberFormat('en', { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    amount as unknown as number,
  );
}
