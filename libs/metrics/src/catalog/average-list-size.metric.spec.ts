import { describe, expect, it } from '@jest/globals';
import { fact, julyOf, readJuly } from '../testing/read-metric.js';
import { averageListSizeMetric } from './average-list-size.metric.js';

const list = (sent_at: string | null, partners: bigint | null) => fact({ sent_at, partners, opened_at: '2017-06-01', late_at: null, has_due: true });

describe('average list size', () => {
  it('MET-02 (average list size) is contacts over lists of known size: 12, 3 and 8 are 23 over 3', () => {
    const lists = [list('2017-07-02', 12n), list('2017-07-03', 3n), list('2017-07-04', 8n), list('2017-07-05', null), list(null, 100n)];
    const { value, beside } = readJuly(averageListSizeMetric, { partner_list_versions: lists });
    expect(value).toEqual({ num: 23n, den: 3n }); // 12 + 3 + 8 = 23; 7.67 contacts
    expect(beside).toEqual({ partners: 23n, lists: 3n, unknown: 1n });
  });

  it('MET-03 without a list, or without one of known size, is no_base, never 0', () => {
    expect(julyOf(averageListSizeMetric, {})).toEqual({ none: 'no_base' });
    expect(julyOf(averageListSizeMetric, { partner_list_versions: [list('2017-07-05', null)] })).toEqual({ none: 'no_base' });
  });
});
