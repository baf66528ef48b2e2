import { describe, expect, it } from '@jest/globals';
import { fact, julyOf } from '../testing/read-metric.js';
import { revenueMetric } from './revenue.metric.js';

describe('revenue', () => {
  it('MET-02 (revenue) adds the sales of the window by their date, refunds with their sign', () => {
    const dates = ['2017-06-30T23:59:59.999Z', '2017-07-01T00:00:00Z', '2017-07-31T23:59:59.999Z', '2017-08-01T00:00:00Z'];
    const sales = dates.map((occurred_at, n) => fact({ occurred_at, amount_minor: 10n ** BigInt(n) }));
    expect(julyOf(revenueMetric, { sales })).toEqual({ num: 110n, den: 1n }); // 10 + 100
    expect(julyOf(revenueMetric, { sales: [...sales, fact({ occurred_at: '2017-07-05', amount_minor: -30n })] })).toEqual({ num: 80n, den: 1n });
  });

  it('SRC-08 MET-03 a sale in a currency without a rate stops the number, in its window alone', () => {
    const sale = fact({ occurred_at: '2017-07-05', amount_minor: 100n });
    const unrated = fact({ occurred_at: '2017-07-31T23:59:59.999Z', amount_minor: 0n, unrated: true });
    expect(julyOf(revenueMetric, { sales: [sale, unrated] })).toEqual({ none: 'no_rate' });
    expect(julyOf(revenueMetric, { sales: [sale, { ...unrated, occurred_at: new Date('2017-08-01T00:00:00Z') }] })).toEqual({ num: 100n, den: 1n });
  });

  it('MET-02 (revenue) without sales is 0: nothing sold is known, not unknown', () => {
    expect(julyOf(revenueMetric, {})).toEqual({ num: 0n, den: 1n });
  });
});
