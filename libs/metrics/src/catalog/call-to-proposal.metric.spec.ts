import { describe, expect, it } from '@jest/globals';
import { fact, julyWindowOf } from '../testing/read-metric.js';
import { callToProposalMetric } from './call-to-proposal.metric.js';

let next = 0n;
const event = (item_id: string, occurred_at: string, step: string | null, more: Record<string, string | boolean> = {}) =>
  fact({ item_id, occurred_at, step, kind: step === null ? 'lead' : 'deal', sequence: (next += 1n), ...more });
const call = (item_id: string | null, completed_at: string, more: Record<string, string> = {}) =>
  fact({ id: `id-${String((next += 1n)).padStart(4, '0')}`, item_id, completed_at, type: 'call', outcome: 'completed', ...more });

describe('call to proposal', () => {
  it('MET-02 (call to proposal) follows the leads whose first call was held in the window: 2 of 4 came to a proposal by now, 1 still may (Q83)', () => {
    const events = [
      ...[event('a', '2017-06-01', null), event('a', '2017-07-10', 'proposal')],
      ...[event('b', '2017-06-01', null), event('b', '2017-09-10', 'agreement')], // straight to an agreement, in September
      event('c', '2017-06-01', null),
      ...[event('d', '2017-06-01', null), event('d', '2017-07-12', null, { kind: 'lost' })],
      ...[event('e', '2017-06-01', null), event('e', '2017-07-13', 'proposal')], // called in June first
      event('f', '2017-06-01', null, { partner: true }),
      event('g', '2017-06-01', null),
    ];
    const calls = [
      ...[call('a', '2017-07-02'), call('a', '2017-07-05')], // each lead once, however often it was called
      call('b', '2017-07-03'),
      call('c', '2017-07-31T23:59:59.999Z'),
      call('d', '2017-07-04'),
      ...[call('e', '2017-06-20'), call('e', '2017-07-05')],
      call('f', '2017-07-05'), // a contact of a list
      call('g', '2017-07-05', { outcome: 'no_show' }), // not held (Q80)
      call('g', '2017-07-06', { type: 'meeting' }),
      call(null, '2017-07-05'), // of no lead
    ];
    // cohort a, b, c, d; there a, b: 2 / 4 = 50 %; c still may; proposals of July: a, e: 2 / 4
    expect(julyWindowOf(callToProposalMetric, calls, ['ann'], { other: events })).toEqual({
      value: { num: 2_000_000n, den: 4n },
      beside: { cohort: 4n, converted: 2n, maturing: 1n, arrived: 2n, period_ratio: 2_000_000n },
      marks: [],
    });
  });

  it('MET-03 without a call in the window is no_base, without any recorded activity no_data', () => {
    expect(julyWindowOf(callToProposalMetric, []).value).toEqual({ none: 'no_base' });
    expect(julyWindowOf(callToProposalMetric, [], ['ann'], { hasFeed: false }).value).toEqual({ none: 'no_data' });
  });
});
