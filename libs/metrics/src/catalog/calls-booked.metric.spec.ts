import { describe, expect, it } from '@jest/globals';
import { fact, julyOf } from '../testing/read-metric.js';
import { callsBookedMetric } from './calls-booked.metric.js';

const call = (more: Record<string, string | null> = {}) =>
  fact({ type: 'call', outcome: null, scheduled_at: '2017-07-10', completed_at: null, ...more });

describe('calls booked', () => {
  it('MET-02 (calls booked) counts appointments in the window whatever came of them, a moved one at its new time alone (Q80)', () => {
    const activities = [
      ...[null, 'completed', 'no_show', 'cancelled', 'rescheduled'].map((outcome) => call({ outcome })),
      call({ type: 'meeting' }),
      call({ scheduled_at: '2017-08-01T00:00:00Z' }),
      call({ scheduled_at: '2017-06-30T23:59:59.999Z' }),
      call({ scheduled_at: null, completed_at: '2017-07-10', outcome: 'completed' }), // nobody booked it
    ];
    expect(julyOf(callsBookedMetric, { activities })).toEqual({ num: 4n, den: 1n }); // 5 in July, one of them moved away
  });

  it('MET-03 is no_data, not 0, where no activity was ever recorded', () => {
    expect(julyOf(callsBookedMetric, {}, false)).toEqual({ none: 'no_data' });
    expect(julyOf(callsBookedMetric, {}, true)).toEqual({ num: 0n, den: 1n });
  });
});
