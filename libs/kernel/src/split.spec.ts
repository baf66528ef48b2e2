import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitAmount, wholeShare } from './split.js';

fc.configureGlobal({ seed: 20_261_121 }); // the same cases in every run

const percent = (...shares: number[]) => shares.map((share) => BigInt(share * 10_000));

/** Shares that add to all of it: cuts of the million. */
const shares = fc
  .uniqueArray(fc.bigInt({ min: 1n, max: wholeShare - 1n }), { maxLength: 9 })
  .map((cuts) => [0n, ...cuts.sort((a, b) => (a < b ? -1 : 1)), wholeShare])
  .map((cuts) => cuts.slice(1).map((cut, n) => cut - (cuts[n] as bigint)));

describe('dividing an amount', () => {
  it('SRC-07 60 and 40 percent of 10.01 are 6.01 and 4.00: the cent goes to the larger remainder', () => {
    // 1001 * 0.6 = 600.6 and 1001 * 0.4 = 400.4: 600 + 400, and one cent left for the .6
    expect(splitAmount(1001n, percent(60, 40))).toEqual([601n, 400n]);
  });

  it('SRC-07 of equal remainders the first gets the cent', () => {
    expect(splitAmount(1n, percent(50, 50))).toEqual([1n, 0n]);
    expect(splitAmount(100n, [333_333n, 333_333n, 333_334n])).toEqual([33n, 33n, 34n]);
  });

  it('SRC-07 a refund is divided like the sale', () => {
    expect(splitAmount(-1001n, percent(60, 40))).toEqual([-601n, -400n]);
  });

  it('SRC-07 the parts of any amount add to it, and none is a unit away from its exact share', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -1_000_000_000_000_000n, max: 1_000_000_000_000_000n }), shares, (amount, of) => {
        const parts = splitAmount(amount, of);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
        parts.forEach((part, n) => {
          const away = part * wholeShare - amount * (of[n] as bigint);
          expect(away < wholeShare && away > -wholeShare).toBe(true);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it.each([[percent(60, 39)], [percent(60, 41)], [percent(100, 0)], [percent(120, -20)], [[]]])('SRC-07 refuses shares %p', (wrong) => {
    expect(() => splitAmount(100n, wrong)).toThrow('add to 100 %');
  });
});
