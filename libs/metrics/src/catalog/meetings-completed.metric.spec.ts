import { describe, expect, it } from '@jest/globals';
import { fact, julyOf } from '../testing/read-metric.js';
import { meetingsCompletedMetric } from './meetings-completed.metric.js';

const meeting = (more: Record<string, string | null> = {}) => fact({ type: 'meeting', outcome: 'completed', completed_at: '2017-07-10', ...more });

describe('meetings', () => {
  it('MET-02 (meetings) counts completed meetings by their completion, nothing else', () => {
    const no = ['no_show', 'cancelled', 'rescheduled', null].map((outcome) => meeting({ outcome }));
    const ends = ['2017-06-30T23:59:59.999Z', '2017-07-01T00:00:00Z', '2017-07-31T23:59:59.999Z', '2017-08-01T00:00:00Z'];
    const activities = [...no, meeting({ type: 'call' }), meeting({ completed_at: null }), ...ends.map((completed_at) => meeting({ completed_at }))];
    expect(julyOf(meetingsCompletedMetric, { activities })).toEqual({ num: 2n, den: 1n });
  });

  it('MET-03 is no_data, not 0, where no activity was ever recorded', () => {
    expect(julyOf(meetingsCompletedMetric, {}, false)).toEqual({ none: 'no_data' });
    expect(julyOf(meetingsCompletedMetric, {}, true)).toEqual({ num: 0n, den: 1n });
  });
});
