import { describe, expect, it } from '@jest/globals';
import { type FactVersion, knownAt } from '../algebra/known-at.js';
import { fact, julyOf } from '../testing/read-metric.js';
import { dealsCreatedMetric } from './deals-created.metric.js';

describe('deals created', () => {
  it('MET-02 (deals created) counts an item once: its first entry into a deal stage, not the second after a loss', () => {
    const known = { known_at: new Date('2017-07-02T12:00:00Z'), known_to: null, item_id: 'i1' };
    const kinds = ['lead', 'deal', 'deal', 'lost', 'deal'];
    const versions = kinds.map(
      (kind, n) => ({ ...fact({ occurred_at: `2017-07-0${n + 1}`, kind, sequence: BigInt(n) }), ...known }) as unknown as FactVersion,
    );
    const pipeline_events = knownAt('pipeline_events', versions, null);
    expect(pipeline_events.map((event) => event['entered'])).toEqual(['lead', 'deal', null, 'lost', null]);
    expect(julyOf(dealsCreatedMetric, { pipeline_events })).toEqual({ num: 1n, den: 1n });
  });

  it('MET-02 (deals created) leaves out an entry without a date', () => {
    const pipeline_events = [fact({ occurred_at: '2017-07-03', kind: 'deal', entered: 'deal', undated: true })];
    expect(julyOf(dealsCreatedMetric, { pipeline_events })).toEqual({ num: 0n, den: 1n });
  });
});
