import { describe, expect, it } from '@jest/globals';
import { fact, julyOf } from '../testing/read-metric.js';
import { callsScheduledMetric } from './calls-scheduled.metric.js';

const call = (more: Record<string, string | null> = {}) =>
  fact({ type: 'call', outcome: null, scheduled_at: '2017-07-10', completed_at: null, ...more });

describe('calls scheduled', () => {
  it('MET-02 (calls scheduled) counts appointments in the window that have no outcome yet', () => {
    const activities = [
      call({ scheduled_at: '2017-07-01T00:00:00Z' }),
      call({ scheduled_at: '2017-07-31T23:59:59.999Z' }),
      call({ scheduled_at: '2017-08-01T00:00:00Z' }),
      call({ type: 'email' }),
      ...['completed', 'no_show', 'cancelled', 'rescheduled'].map((outcome) => call({ outcome })),
    ];
    expect(julyOf(callsScheduledMetric, { activities })).toEqual({ num: 2n, den: 1n });
  });

  it('MET-03 is no_data, not 0, where no activity was ever recorded', () => {
    expect(julyOf(callsScheduledMetric, {}, false)).toEqual({ none: 'no_data' });
    expect(julyOf(callsScheduledMetric, {}, true)).toEqual({ num: 0n, den: 1n });
  });
});
