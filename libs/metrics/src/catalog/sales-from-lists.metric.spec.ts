import { describe, expect, it } from '@jest/globals';
import { fact, readJuly } from '../testing/read-metric.js';
import { salesFromListsMetric } from './sales-from-lists.metric.js';

const sale = (more: Record<string, string | bigint | boolean> = {}) =>
  fact({ occurred_at: '2017-07-10', amount_minor: 50_000n, from_list: true, ...more });

describe('sales from lists', () => {
  it('MET-02 (sales from lists) counts sales that name a list by their day, a shared one once, what was paid back not at all', () => {
    const sales = [
      sale(),
      sale({ position: 2n, owner_id: 'ann' }), // the second share of the same sale
      sale({ unrated: true, amount_minor: 0n }), // of unknown worth, yet a sale
      sale({ amount_minor: -50_000n }),
      sale({ from_list: false }),
      sale({ occurred_at: '2017-08-01T00:00:00Z' }),
    ];
    // two from lists; three in all: those and the one from no list
    expect(readJuly(salesFromListsMetric, { sales })).toEqual({ value: { num: 2n, den: 1n }, beside: { sales: 3n }, marks: [] });
  });

  it('MET-03 without any recorded sale is no_feed, not 0; recorded for a part of the window it carries a mark (Q91)', () => {
    expect(readJuly(salesFromListsMetric, {}, { sales: 'none' }).value).toEqual({ none: 'no_feed' });
    expect(readJuly(salesFromListsMetric, {}, { sales: 'partial' })).toMatchObject({ value: { num: 0n, den: 1n }, marks: ['partial_feed'] });
  });
});
