import { describe, expect, it } from '@jest/globals';
import { fact, readJuly } from '../testing/read-metric.js';
import { canWeigh, shippedWeights } from '../index-weights.js';
import { performanceIndexMetric } from './performance-index.metric.js';

const at = '2017-07-10';
const story = {
  activities: [1, 2, 3, 4, 5, 6].map(() => fact({ type: 'call', outcome: 'completed', completed_at: at, scheduled_at: null })),
  pipeline_events: [1, 2].map(() => fact({ occurred_at: at, kind: 'deal', agreement: 'made' })),
  partner_list_versions: [1, 2, 3].map(() => fact({ sent_at: at, partners: 5n, opened_at: at, late_at: null, has_due: true })),
  sales: [fact({ occurred_at: at, amount_minor: 1n }), fact({ occurred_at: at, amount_minor: 1n, position: 2n })],
};

describe('performance index', () => {
  it('MET-02 (performance index) is calls x1 + agreements x3 + lists x2 + sales x5: 6 + 6 + 6 + 5 are 23', () => {
    // 6 * 1 + 2 * 3 + 3 * 2 + 1 * 5 = 23 points, kept in ten-thousandths
    const { value, beside } = readJuly(performanceIndexMetric, story);
    expect(value).toEqual({ num: 230_000n, den: 1n });
    expect(beside).toEqual({ calls: 6n, agreements: 2n, lists: 3n, sales: 1n });
  });

  it('MET-02 (performance index) takes the weights of the organisation, and is shown per working day too (Q85)', () => {
    const weights = { calls: 0n, agreements: 10n, lists: 0n, sales: 1n };
    const { value, beside } = readJuly(performanceIndexMetric, story, { weights, workingDays: 21 });
    expect(value).toEqual({ num: 210_000n, den: 1n }); // 2 * 10 + 1 * 1 = 21
    expect(beside).toMatchObject({ per_working_day: 21n }); // numerator of 21 / 21
  });

  it('MET-02 (performance index) refuses weights that are all zero or below zero: an index of nothing says nothing', () => {
    const zero = { calls: 0n, agreements: 0n, lists: 0n, sales: 0n };
    expect([canWeigh(zero), canWeigh({ ...zero, sales: 1n }), canWeigh({ ...shippedWeights, calls: -1n }), canWeigh(shippedWeights)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it('MET-02 (performance index) adds up over people: it is a weighted sum, no ratio', () => {
    expect(performanceIndexMetric.additive).toBe(true);
    const half = { ...story, activities: story.activities.slice(0, 3), pipeline_events: [], partner_list_versions: [], sales: [] };
    const rest = { ...story, activities: story.activities.slice(3) };
    const of = (facts: typeof story) => readJuly(performanceIndexMetric, facts).value;
    expect([of(half as unknown as typeof story), of(rest)]).toEqual([
      { num: 30_000n, den: 1n },
      { num: 200_000n, den: 1n },
    ]); // 3 + 20 = 23
  });
});
