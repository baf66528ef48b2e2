import { describe, expect, it } from '@jest/globals';
import { none, whole, type Value } from '@waymark/kernel';
import { activityTargetGate } from './activity-target.gate.js';

const goal = { metric: 'revenue', target: 10_000_000n, currency: 'USD' };
const params = { metric: 'deals_created', target: '20', percent: '80' };
const found = (value: Value | null, change = {}) =>
  activityTargetGate.evaluate({ ...params, ...change }, goal, new Map(value === null ? [] : [['metric:deals_created', value]]));

describe('gate type activity_target', () => {
  it('GATE-03 passes from 80 % of 20: 15 do not, 16 and 17 do, none do not', () => {
    expect([15n, 16n, 17n, 0n].map((count) => found(whole(count)).holds)).toEqual([false, true, true, false]);
  });

  it('GATE-03 compares exactly where 80 % is no whole number: of 21 it is 16.8', () => {
    expect([16n, 17n].map((count) => found(whole(count), { target: '21' }).holds)).toEqual([false, true]);
    expect(found(whole(16n), { target: '20.5' }).needed).toEqual({ num: 164_000n, den: 10_000n }); // 16.4
  });

  it('GATE-03 is not evaluable without a number, and a target of 0 passes (Q78)', () => {
    expect(found(null)).toMatchObject({ holds: null, note: 'no_data' });
    expect(found(none('no_data'))).toMatchObject({ holds: null, note: 'no_data' });
    expect(found(whole(0n), { target: '0' }).holds).toBe(true);
  });

  it('GATE-03 says what it decides by', () => {
    expect(found(whole(15n)).sentence).toBe('Deals created: at least 16 (80 % of 20)');
    expect(activityTargetGate.describe(params, 'revenue', 'USD')).toBe('deals created at least 80 % of 20');
  });
});
