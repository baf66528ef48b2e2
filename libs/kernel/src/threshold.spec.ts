import { describe, expect, it } from '@jest/globals';
import { whole, type Ratio } from './share.js';
import { above, atLeast, atMost, below } from './threshold.js';

const around = (limit: Ratio) => [limit.num - 1n, limit.num, limit.num + 1n].map((num) => ({ num, den: limit.den }));

describe('thresholds', () => {
  it('decide on the limit as their words say', () => {
    const limit = { num: 47n, den: 3n };
    const verdicts = [atLeast, atMost, above, below].map((make) => around(limit).map((value) => make(limit).holds(value)));
    expect(verdicts).toEqual([
      [false, true, true],
      [true, true, false],
      [false, false, true],
      [true, false, false],
    ]);
  });

  it('speak from the number that decides', () => {
    const written = [atLeast, atMost, above, below].map((make) => make(whole(16n)).sentence((needed) => `${needed.num} deals`));
    expect(written).toEqual(['at least 16 deals', 'at most 16 deals', 'above 16 deals', 'below 16 deals']);
  });
});
