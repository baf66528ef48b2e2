import { describe, expect, it } from '@jest/globals';
import { fact, julyOf } from '../testing/read-metric.js';
import { tasksCompletedMetric } from './tasks-completed.metric.js';

describe('tasks completed', () => {
  it('MET-02 (tasks completed) counts what was done from the first to the last instant of July: 2 of 4', () => {
    const done = ['2017-06-30T23:59:59.999Z', '2017-07-01T00:00:00Z', '2017-07-31T23:59:59.999Z', '2017-08-01T00:00:00Z'];
    expect(julyOf(tasksCompletedMetric, { tasks: done.map((done_at) => fact({ done_at, state: 'done' })) })).toEqual({ num: 2n, den: 1n });
  });

  it('MET-02 (tasks completed) counts neither open nor dropped ones, and nothing is 0', () => {
    const tasks = [
      fact({ done_at: null, state: 'open' }),
      fact({ done_at: null, state: 'dropped' }),
      fact({ done_at: '2017-07-02', state: 'dropped' }),
    ];
    expect(julyOf(tasksCompletedMetric, { tasks })).toEqual({ num: 0n, den: 1n });
    expect(julyOf(tasksCompletedMetric, {})).toEqual({ num: 0n, den: 1n });
  });
});
