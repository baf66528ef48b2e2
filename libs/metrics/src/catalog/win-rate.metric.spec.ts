import { describe, expect, it } from '@jest/globals';
import { displayValue } from '@waymark/kernel';
import { fact, julyOf } from '../testing/read-metric.js';
import { winRateMetric } from './win-rate.metric.js';

const decided = (entered: string, more = {}) => fact({ occurred_at: '2017-07-10', kind: entered, entered, ...more });

describe('win rate', () => {
  it('MET-02 (win rate) is won of won and lost, exact', () => {
    const pipeline_events = [decided('won'), decided('won'), decided('lost')];
    const value = julyOf(winRateMetric, { pipeline_events });
    expect(value).toEqual({ num: 2_000_000n, den: 3n }); // 66.6666... % in ten-thousandths
    expect(displayValue(value, winRateMetric.unit, 'USD')).toBe('66.67 %');
  });

  it('MET-02 (win rate) looks at what was decided in the window only', () => {
    const pipeline_events = [decided('won', { occurred_at: '2017-06-30' }), decided('lost')];
    expect(julyOf(winRateMetric, { pipeline_events })).toEqual({ num: 0n, den: 1n });
  });

  it('MET-03 case 30 has no number but the reason no_base when nothing was decided', () => {
    expect(julyOf(winRateMetric, { pipeline_events: [fact({ occurred_at: '2017-07-10', kind: 'deal', entered: 'deal' })] })).toEqual({
      none: 'no_base',
    });
  });
});
