import { describe, expect, it } from '@jest/globals';
import { fact, julyWindowOf } from '../testing/read-metric.js';
import { revenuePerPersonMetric } from './revenue-per-person.metric.js';

const sale = (owner_id: string, dollars: number, more: Record<string, string | boolean> = {}) =>
  fact({ id: 'x', owner_id, occurred_at: '2017-07-10', amount_minor: BigInt(dollars * 100), ...more });
const call = (owner_id: string, completed_at = '2017-07-11', outcome = 'completed') =>
  fact({ id: 'y', owner_id, completed_at, type: 'call', outcome });
const all = ['ann', 'ben', 'cleo', 'dan'];

describe('revenue per person', () => {
  it('MET-02 (revenue per person) is revenue over those who sold or worked in the window, each once: $900 over 3 people', () => {
    const sales = [sale('ann', 500), sale('ann', 100), sale('ben', 300), sale('dan', 50, { occurred_at: '2017-06-30T23:59:59.999Z' })];
    const calls = [call('ann'), call('cleo'), call('cleo'), call('dan', '2017-08-01T00:00:00Z'), call('dan', '2017-07-02', 'no_show')];
    // (500 + 100 + 300) / 3 = 300: Ann and Ben sold, Cleo called; Dan did nothing in July
    const { value, beside } = julyWindowOf(revenuePerPersonMetric, sales, all, { other: calls });
    expect([value, beside]).toEqual([
      { num: 90_000n, den: 3n },
      { revenue: 90_000n, people: 3n },
    ]);
    expect(julyWindowOf(revenuePerPersonMetric, sales, ['ann'], { other: calls }).value).toEqual({ num: 60_000n, den: 1n });
  });

  it('MET-03 without people is no_base, without any recorded sale no_feed, with an amount that has no rate no_rate (Q91)', () => {
    expect(julyWindowOf(revenuePerPersonMetric, [], all).value).toEqual({ none: 'no_base' });
    expect(julyWindowOf(revenuePerPersonMetric, [], all, { sales: 'none' }).value).toEqual({ none: 'no_feed' });
    expect(julyWindowOf(revenuePerPersonMetric, [sale('ann', 0, { unrated: true })]).value).toEqual({ none: 'no_rate' });
  });
});
