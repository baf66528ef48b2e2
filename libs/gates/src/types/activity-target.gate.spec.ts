import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { none, whole, type Value } from '@waymark/kernel';
import { activityTargetGate } from './activity-target.gate.js';

fc.configureGlobal({ seed: 20_261_121 }); // the same cases in every run

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

  it('GATE-03 case 27 fails only below 80 %: a step of 79.9999999999 % fails, 80 % and a step more pass, whatever the size', () => {
    // 80 % of 100,000,000,000.00 in cents is 8,000,000,000,000: one cent less is 79.99999999999 %.
    const money = (cents: bigint) =>
      activityTargetGate.evaluate({ metric: 'revenue', target: '100000000000', percent: '80' }, goal, new Map([['metric:revenue', whole(cents)]]))
        .holds;
    expect([7_999_999_999_999n, 8_000_000_000_000n, 8_000_000_000_001n].map(money)).toEqual([false, true, true]);
    const cents = (value: bigint) => `${value / 100n}.${String(value % 100n).padStart(2, '0')}`;
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 11n), fc.bigInt(1n, 1000n), fc.bigInt(-2n, 2n), (target, percent, beside) => {
        const limit = (target * percent) / 10_000n; // deals, as a whole number: target in hundredths, per cent of it
        const count = limit + beside < 0n ? 0n : limit + beside;
        expect(found(whole(count), { target: cents(target), percent: percent.toString() }).holds).toBe(count * 10_000n >= target * percent);
      }),
      { numRuns: 500 },
    );
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
