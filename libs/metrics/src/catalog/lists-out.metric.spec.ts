import { describe, expect, it } from '@jest/globals';
import { fact, readJuly } from '../testing/read-metric.js';
import { listsOutMetric } from './lists-out.metric.js';

const list = (sent_at: string | null, partners: bigint | null, more: Record<string, string> = {}) =>
  fact({ sent_at, partners, opened_at: '2017-06-01', late_at: null, has_due: true, ...more });

describe('lists out', () => {
  it('MET-02 (lists out) counts lists at their first send, the contacts stand beside them (Q82)', () => {
    const lists = [
      list('2017-07-01T00:00:00Z', 12n),
      list('2017-07-31T23:59:59.999Z', 3n),
      list('2017-07-10', null), // nobody said how many
      list('2017-08-01T00:00:00Z', 20n),
      list('2017-06-30T23:59:59.999Z', 20n),
      list(null, 9n), // not sent
      list('2017-07-10', 9n, { owner_id: 'ben' }),
    ];
    // three lists with 12 + 3 contacts
    expect(readJuly(listsOutMetric, { partner_list_versions: lists })).toMatchObject({ value: { num: 3n, den: 1n }, beside: { partners: 15n } });
  });
});
