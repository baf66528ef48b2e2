import { describe, expect, it } from '@jest/globals';
import { fact, julyOf } from '../testing/read-metric.js';
import { leadsCreatedMetric } from './leads-created.metric.js';

const entry = (at: string, entered: string | null, more = {}) => fact({ occurred_at: at, kind: 'lead', entered, ...more });

describe('leads created', () => {
  it('MET-02 (leads created) counts first entries into lead from the first instant of the window up to its end', () => {
    const pipeline_events = ['2017-06-30T23:59:59.999Z', '2017-07-01T00:00:00Z', '2017-07-31T23:59:59.999Z', '2017-08-01T00:00:00Z'].map((at) =>
      entry(at, 'lead'),
    );
    expect(julyOf(leadsCreatedMetric, { pipeline_events })).toEqual({ num: 2n, den: 1n });
  });

  it('MET-02 (leads created) leaves out changes that are no entry, entries into deal, undated ones and those of others', () => {
    const others = [
      entry('2017-07-03', null),
      entry('2017-07-03', 'deal'),
      entry('2017-07-03', 'lead', { undated: true }),
      entry('2017-07-03', 'lead', { owner_id: 'bob' }),
    ];
    expect(julyOf(leadsCreatedMetric, { pipeline_events: others })).toEqual({ num: 0n, den: 1n });
  });
});
