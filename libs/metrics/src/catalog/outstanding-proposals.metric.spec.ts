import { describe, expect, it } from '@jest/globals';
import { fact, julyOf } from '../testing/read-metric.js';
import { outstandingProposalsMetric } from './outstanding-proposals.metric.js';

const stay = (occurred_at: string, ended_at: string | null, more: Record<string, string | boolean> = {}) =>
  fact({ occurred_at, ended_at, kind: 'deal', step: 'proposal', ...more });

describe('outstanding proposals', () => {
  it('MET-02 (outstanding proposals) counts leads that stand in a proposal stage at the end of the window', () => {
    const pipeline_events = [
      stay('2017-05-01', null),
      stay('2017-07-31T23:59:59.999Z', '2017-08-01T00:00:00Z'), // stands until the end
      stay('2017-07-01', '2017-07-20'), // decided
      stay('2017-08-01T00:00:00Z', null), // later
      stay('2017-07-01', null, { partner: true }), // a contact of a list
      stay('2017-07-01', null, { step: 'agreement' }),
      stay('2017-07-01', null, { undated: true }), // when it began does not matter
    ];
    expect(julyOf(outstandingProposalsMetric, { pipeline_events })).toEqual({ num: 3n, den: 1n });
  });
});
