import { describe, expect, it } from '@jest/globals';
import { fact, readJuly } from '../testing/read-metric.js';
import { knownAt, type FactVersion } from '../algebra/known-at.js';
import { agreementsMetric } from './agreements.metric.js';

let next = 0n;
const event = (item_id: string, occurred_at: string, kind: string, step: string | null, more: Record<string, string | boolean> = {}) =>
  ({ ...fact({ item_id, occurred_at, kind, step, sequence: (next += 1n), ...more }), known_at: new Date(0), known_to: null }) as FactVersion;
const read = (events: FactVersion[]) => readJuly(agreementsMetric, { pipeline_events: knownAt('pipeline_events', events, null) });

describe('agreements', () => {
  it('MET-02 (agreements) counts a lead once at its first agreement; a reversal is a negative line, the net figure stands beside it (Q81)', () => {
    const story = [
      event('a', '2017-07-03', 'deal', 'proposal'),
      event('a', '2017-07-04', 'deal', 'agreement'), // + 1
      event('b', '2017-07-05', 'deal', 'agreement'), // + 1
      event('b', '2017-07-06', 'deal', 'proposal'), // taken back
      event('b', '2017-07-07', 'deal', 'agreement'), // agreed again, no second agreement
      event('c', '2017-07-08', 'list_out', 'list'), // + 1: a list presupposes it
      event('d', '2017-06-30', 'deal', 'agreement'), // June's
      event('d', '2017-07-09', 'lost', null), // taken back in July
      event('e', '2017-07-10', 'won', null), // won without any agreement
      event('f', '2017-07-11', 'deal', 'agreement', { partner: true }), // a contact of a list is no lead
      event('g', '2017-07-12', 'deal', 'agreement', { undated: true }), // nobody knows when
    ];
    // made 3 (a, b, c); taken back 2 (b, d); agreed again 1 (b); net 3 - 2 + 1 = 2
    expect(read(story)).toEqual({ value: { num: 3n, den: 1n }, beside: { reversed: -2n, restored: 1n, net: 2n }, marks: [] });
  });

  it('MET-02 (agreements) what is won or out with its list after the agreement is not taken back, what is re-opened later is', () => {
    const won = [event('h', '2017-07-03', 'deal', 'agreement'), event('h', '2017-07-04', 'won', null)];
    const sold = [
      event('i', '2017-07-03', 'deal', 'agreement'),
      event('i', '2017-07-04', 'list_out', 'list'),
      event('i', '2017-07-05', 'lost', 'list'),
    ];
    expect(read([...won, ...sold])).toMatchObject({ value: { num: 2n }, beside: { reversed: 0n, net: 2n } });
    expect(read([...won, event('h', '2017-07-06', 'deal', null)])).toMatchObject({ value: { num: 1n }, beside: { reversed: -1n, net: 0n } });
  });

  it('MET-02 (agreements) a month with nothing but reversals is 0 with a net figure below', () => {
    const events = [event('k', '2017-06-01', 'deal', 'agreement'), event('k', '2017-07-02', 'deal', 'proposal')];
    expect(read(events)).toMatchObject({ value: { num: 0n, den: 1n }, beside: { reversed: -1n, net: -1n } });
  });
});
