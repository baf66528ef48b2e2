import { describe, expect, it } from '@jest/globals';
import { none, whole, type Value } from '@waymark/kernel';
import { canBeCured, gapOf, judge, readingsOf, remediesOf } from './judge.js';
import { threeGates } from './template.js';

const goal = { metric: 'revenue', target: 10_000_000n, currency: 'USD' };
const [activity, pipeline, revenue] = threeGates.steps as [(typeof threeGates.steps)[0], (typeof threeGates.steps)[0], (typeof threeGates.steps)[0]];
const both = (calls: Value, leads: Value) =>
  new Map([
    ['metric:calls_completed', calls],
    ['metric:leads_created', leads],
  ]);
const outcome = (join: 'any' | 'all', calls: Value, leads: Value) => judge({ ...activity, join }, goal, both(calls, leads)).outcome;
const nobody = none('no_data');

describe('verdicts', () => {
  // The template's gate 1: 80 % of 60 calls is 48; 80 % of 20 leads is 16.
  it('GATE-02 joined by "any" one condition is enough; the best one is shown', () => {
    expect([outcome('any', whole(48n), whole(0n)), outcome('any', whole(47n), whole(16n)), outcome('any', whole(47n), whole(15n))]).toEqual([
      'passed',
      'passed',
      'failed',
    ]);
    expect(judge(activity, goal, both(whole(12n), whole(15n))).decisive.subject).toBe('Leads created'); // 15 of 16 against 12 of 48
  });

  it('GATE-02 joined by "all" each condition is needed; the worst one is shown', () => {
    expect([outcome('all', whole(48n), whole(16n)), outcome('all', whole(47n), whole(16n))]).toEqual(['passed', 'failed']);
    expect(judge({ ...activity, join: 'all' }, goal, both(whole(12n), whole(15n))).decisive.subject).toBe('Calls completed');
  });

  it('GATE-06 what is unknown decides nothing: not evaluable only where it could tip the balance', () => {
    expect([
      outcome('any', nobody, whole(16n)),
      outcome('any', nobody, whole(15n)),
      outcome('all', nobody, whole(15n)),
      outcome('all', nobody, whole(16n)),
    ]).toEqual(['passed', 'not_evaluable', 'failed', 'not_evaluable']);
    expect(judge(revenue, goal, new Map()).outcome).toBe('not_evaluable');
  });

  it('GATE-06 is a pure function: the same facts give the same verdict', () => {
    const facts = both(whole(12n), whole(15n));
    expect(judge(activity, goal, facts)).toEqual(judge(activity, goal, new Map([...facts].reverse())));
  });

  it('GATE-08 names what helps by the conditions of the step, and nothing where the step does not end by itself', () => {
    expect(remediesOf(activity, 'revenue')).toEqual([
      'Catch up on calls completed before the period ends',
      'Catch up on leads created before the period ends',
    ]);
    expect(remediesOf(pipeline, 'revenue')).toEqual(['Qualify open deals that you already have', 'Win deals until the target is reached']);
    expect(remediesOf(revenue, 'revenue')).toEqual([]);
    expect(remediesOf({ ...activity, conditions: [...activity.conditions, ...revenue.conditions] }, 'revenue')).toEqual([]);
  });

  it('GATE-02 reads each number once', () => {
    expect(readingsOf(pipeline, 'revenue').map((reading) => reading.key)).toEqual(['open_value:in_period_or_unknown:-', 'metric:revenue']);
    expect(readingsOf({ ...revenue, conditions: [...revenue.conditions, ...revenue.conditions] }, 'revenue')).toHaveLength(1);
  });

  it('GATE-04 activity and pipeline can be cured, revenue at the end cannot (Q101)', () => {
    expect([canBeCured(activity), canBeCured(pipeline), canBeCured(revenue)]).toEqual([true, true, false]);
  });

  it('GATE-08 the gap is what is missing, and nothing once the gate holds or without a number', () => {
    const at = (won: bigint) => judge(revenue, goal, new Map([['metric:revenue', whole(won)]])).decisive;
    expect([gapOf(at(9_999_999n)), gapOf(at(10_000_000n))]).toEqual([{ num: 100n, den: 100n }, null]); // (1,000,000,000 - 999,999,900) / 100 = 1 cent
    expect(gapOf(judge(revenue, goal, new Map()).decisive)).toBeNull();
  });
});
