import { describe, expect, it } from '@jest/globals';
import { fact, julyOf } from '../testing/read-metric.js';
import { callsCompletedMetric } from './calls-completed.metric.js';

const call = (more: Record<string, string | null> = {}) => fact({ type: 'call', outcome: 'completed', completed_at: '2017-07-10', ...more });

describe('calls completed', () => {
  it('MET-02 (calls completed) counts completed calls by their completion, nothing else (Q80)', () => {
    const no = ['no_show', 'cancelled', 'rescheduled', null].map((outcome) => call({ outcome }));
    const activities = [call(), ...no, call({ type: 'meeting' }), call({ completed_at: null }), call({ completed_at: '2017-08-01T00:00:00Z' })];
    expect(julyOf(callsCompletedMetric, { activities })).toEqual({ num: 1n, den: 1n });
  });

  it('MET-03 is no_data, not 0, where no activity was ever recorded', () => {
    expect(julyOf(callsCompletedMetric, {}, false)).toEqual({ none: 'no_data' });
    expect(julyOf(callsCompletedMetric, {}, true)).toEqual({ num: 0n, den: 1n });
  });
});
