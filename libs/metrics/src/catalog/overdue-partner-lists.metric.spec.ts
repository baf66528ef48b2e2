import { describe, expect, it } from '@jest/globals';
import { fact, readJuly } from '../testing/read-metric.js';
import { overduePartnerListsMetric } from './overdue-partner-lists.metric.js';

/** `late_at` is the beginning of the day after the due day. */
const list = (late_at: string | null, ended_at: string | null = null, more: Record<string, string | boolean> = {}) =>
  fact({ opened_at: '2017-06-01', late_at, ended_at, sent_at: null, partners: null, has_due: true, ...more });

describe('overdue partner lists', () => {
  it('MET-02 (overdue partner lists) counts what was due before the last day and is neither sent nor closed; due on it is not overdue (Q84)', () => {
    const partner_list_versions = [
      list('2017-07-31T00:00:00Z'), // due on the 30th
      list('2017-08-01T00:00:00Z'), // due on the 31st, the last day: not overdue
      list('2017-06-15T00:00:00Z', '2017-07-31T12:00:00Z'), // sent late, on the last day
      list('2017-06-15T00:00:00Z', '2017-08-01T00:00:00Z'), // still open at the end
      list(null, '2017-07-03T00:00:00Z'), // sent in time
      list('2017-07-05T00:00:00Z', null, { owner_id: 'ben' }),
    ];
    expect(readJuly(overduePartnerListsMetric, { partner_list_versions })).toMatchObject({
      value: { num: 2n, den: 1n },
      beside: { no_due_date: 0n },
    });
  });

  it('MET-02 (overdue partner lists) an open list without due date is told beside the number and never counted', () => {
    const partner_list_versions = [
      list(null, null, { has_due: false }),
      list(null, '2017-07-30T00:00:00Z', { has_due: false }), // sent
      list(null, null, { has_due: false, opened_at: '2017-08-01T00:00:00Z' }), // later
    ];
    expect(readJuly(overduePartnerListsMetric, { partner_list_versions })).toMatchObject({
      value: { num: 0n, den: 1n },
      beside: { no_due_date: 1n },
    });
  });
});
