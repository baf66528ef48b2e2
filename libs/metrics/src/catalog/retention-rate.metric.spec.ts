import { describe, expect, it } from '@jest/globals';
import { displayValue } from '@waymark/kernel';
import { fact, julyOf, readJuly } from '../testing/read-metric.js';
import { retentionRateMetric } from './retention-rate.metric.js';

const due = (outcome: string, due_at = '2017-07-10') => fact({ due_at, outcome });

describe('logo renewal rate', () => {
  it('MET-02 (retention_rate) is renewed of decided renewals: 5 renewed and 2 lost of 9 due are 71.43 %, and 2 are open', () => {
    const renewals = [...Array<string>(5).fill('renewed'), 'lost', 'lost', 'open', 'open'].map((outcome) => due(outcome));
    const value = julyOf(retentionRateMetric, { renewals });
    expect(value).toEqual({ num: 5_000_000n, den: 7n }); // 5 / (5 + 2) = 71.428571... %
    expect(displayValue(value, retentionRateMetric.unit, 'USD')).toBe('71.43 %');
    const beside = retentionRateMetric.beside?.({ due: 9n, renewed: 5n, lost: 2n }, { hasFeed: true }).map(({ key, value: shown }) => [key, shown]);
    expect(beside).toEqual([
      ['due', { num: 9n, den: 1n }],
      ['decided', { num: 7n, den: 1n }],
      ['open', { num: 2n, den: 1n }],
    ]);
  });

  it('MET-02 (retention_rate) counts in the period of the due date, both ends of July and no day more', () => {
    const renewals = ['2017-06-30T23:59:59.999Z', '2017-08-01T00:00:00Z'].map((day) => due('lost', day));
    expect(julyOf(retentionRateMetric, { renewals: [...renewals, due('renewed', '2017-07-01T00:00:00Z')] })).toEqual({ num: 1_000_000n, den: 1n });
  });

  it('MET-02 (retention_rate) by the setting is renewed of all that are due: 5 of 9 are 55.56 %, and 0 of 1 that is open is 0 %', () => {
    const renewals = [...Array<string>(5).fill('renewed'), 'lost', 'lost', 'open', 'open'].map((outcome) => due(outcome));
    const { value, beside } = readJuly(retentionRateMetric, { renewals }, { renewalBase: 'due' });
    expect(displayValue(value, retentionRateMetric.unit, 'USD')).toBe('55.56 %'); // 5 / 9 = 55.5555... %
    expect(beside).toEqual({ due: 9n, decided: 7n, open: 2n });
    expect(readJuly(retentionRateMetric, { renewals: [due('open')] }, { renewalBase: 'due' }).value).toEqual({ num: 0n, den: 1n });
    expect(readJuly(retentionRateMetric, { renewals: [] }, { renewalBase: 'due' }).value).toEqual({ none: 'no_data' });
    expect(readJuly(retentionRateMetric, { renewals }, { renewalBase: 'decided' }).value).toEqual({ num: 5_000_000n, den: 7n });
  });

  it('MET-03 case 30 zero renewals are no_data, renewals without any decision not_yet, never 0 %', () => {
    expect(julyOf(retentionRateMetric, { renewals: [] })).toEqual({ none: 'no_data' });
    expect(julyOf(retentionRateMetric, { renewals: [due('open')] })).toEqual({ none: 'not_yet' });
    expect(julyOf(retentionRateMetric, { renewals: [due('lost')] })).toEqual({ num: 0n, den: 1n });
  });
});
