import { describe, expect, it } from '@jest/globals';
import { compareRatios, isNone, none, ratio, roundHalfAway, shareInBasisPoints, whole } from './share.js';

describe('shares', () => {
  it('MET-03 answers why when there is nothing to divide by, whatever is above the line', () => {
    expect([ratio(0n, 0n), ratio(5n, 0n), ratio(-5n, 0n)]).toEqual([{ none: 'no_base' }, { none: 'no_base' }, { none: 'no_base' }]);
    expect(shareInBasisPoints(whole(1n), whole(0n))).toEqual({ none: 'no_base' });
    expect([isNone(none('no_data')), isNone(whole(0n))]).toEqual([true, false]);
  });

  it('keeps the line positive', () => {
    expect(ratio(1n, -3n)).toEqual({ num: -1n, den: 3n });
  });

  it('Q106 compares exactly where rounded quotients would be equal', () => {
    const third = { num: 333_333_333_333_333_333n, den: 1_000_000_000_000_000_000n };
    expect(compareRatios(third, { num: 1n, den: 3n })).toBe(-1);
    expect(compareRatios({ num: 2n, den: 6n }, { num: 1n, den: 3n })).toBe(0);
    expect(compareRatios({ num: -1n, den: 3n }, { num: -1n, den: 2n })).toBe(1);
  });

  it('rounds a half away from zero', () => {
    const halves = [-3n, -1n, 1n, 3n].map((num) => roundHalfAway({ num, den: 2n }));
    expect(halves).toEqual([-2n, -1n, 1n, 2n]);
    expect(roundHalfAway({ num: 149n, den: 100n })).toBe(1n);
    expect(shareInBasisPoints(whole(1n), whole(3n))).toBe(3333n);
    expect(shareInBasisPoints(whole(2n), whole(3n))).toBe(6667n);
    expect(shareInBasisPoints({ num: 1n, den: 2n }, { num: 1n, den: 4n })).toBe(20_000n);
  });
});
