import { describe, expect, it } from '@jest/globals';
import { fact, readJuly } from '../testing/read-metric.js';
import { revenuePerCallMetric } from './revenue-per-call.metric.js';

const sale = (dollars: number, more: Record<string, boolean> = {}) =>
  fact({ occurred_at: '2017-07-10', amount_minor: BigInt(dollars * 100), ...more });
const call = (outcome = 'completed') => fact({ type: 'call', outcome, completed_at: '2017-07-10', scheduled_at: null });

describe('revenue per call', () => {
  it('MET-02 (revenue per call) is revenue over completed calls: $900 over 4 calls are $225', () => {
    const facts = { sales: [sale(1000), sale(-100)], activities: [call(), call(), call(), call(), call('no_show')] };
    // (1000 - 100) / 4 = 225
    expect(readJuly(revenuePerCallMetric, facts)).toEqual({ value: { num: 90_000n, den: 4n }, beside: { revenue: 90_000n, calls: 4n }, marks: [] });
  });

  it('MET-03 without calls is no_base, without any recorded sale no_feed, with an amount that has no rate no_rate; never 0 (Q91)', () => {
    expect(readJuly(revenuePerCallMetric, { sales: [sale(10)] }).value).toEqual({ none: 'no_base' });
    expect(readJuly(revenuePerCallMetric, { activities: [call()] }, { sales: 'none' }).value).toEqual({ none: 'no_feed' });
    expect(readJuly(revenuePerCallMetric, { sales: [sale(0, { unrated: true })], activities: [call()] }).value).toEqual({ none: 'no_rate' });
  });

  it('MET-02 (revenue per call) says when sales are recorded for a part of the window alone', () => {
    expect(readJuly(revenuePerCallMetric, { sales: [sale(10)], activities: [call()] }, { sales: 'partial' }).marks).toEqual(['partial_feed']);
  });
});
