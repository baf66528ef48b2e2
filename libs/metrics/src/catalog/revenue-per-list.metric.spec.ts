import { describe, expect, it } from '@jest/globals';
import { fact, readJuly } from '../testing/read-metric.js';
import { revenuePerListMetric } from './revenue-per-list.metric.js';

const sale = (dollars: number) => fact({ occurred_at: '2017-07-10', amount_minor: BigInt(dollars * 100) });
const list = (sent_at: string | null, partners = 20n) => fact({ sent_at, partners, opened_at: '2017-06-01', late_at: null, has_due: true });

describe('revenue per list', () => {
  it('MET-02 (revenue per list) is revenue over lists that went out, not over the contacts on them: $1,000 over 3 lists', () => {
    const facts = { sales: [sale(600), sale(400)], partner_list_versions: [list('2017-07-01'), list('2017-07-02'), list('2017-07-03'), list(null)] };
    // (600 + 400) / 3 = 333.33; the 60 contacts do not matter
    expect(readJuly(revenuePerListMetric, facts)).toMatchObject({ value: { num: 100_000n, den: 3n }, beside: { revenue: 100_000n, lists: 3n } });
  });

  it('MET-03 without lists is no_base, without any recorded sale no_feed', () => {
    expect(readJuly(revenuePerListMetric, { sales: [sale(10)] }).value).toEqual({ none: 'no_base' });
    expect(readJuly(revenuePerListMetric, { partner_list_versions: [list('2017-07-01')] }, { sales: 'none' }).value).toEqual({ none: 'no_feed' });
  });
});
