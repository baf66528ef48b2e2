import { describe, expect, it } from '@jest/globals';
import { none, whole, type Ratio } from '@waymark/kernel';
import { defaultThresholds, expectedShare, statusOf, statusText, type StatusFacts } from './status.js';

const calendar = { workingDays: [1, 2, 3, 4, 5], holidays: new Set<string>() };
const half: Ratio = { num: 1n, den: 2n };

const at = (value: bigint, change: Partial<StatusFacts> = {}) =>
  statusOf({
    value: whole(value),
    scale: { baseline: 0n, target: 1000n, stretch: null },
    expected: half,
    phase: 'during',
    cancelled: false,
    thresholds: defaultThresholds,
    ...change,
  });

describe('status of a goal', () => {
  it('GOAL-05 (linear) expects the working days that have passed over those of the period', () => {
    const november = { startsOn: '2026-11-01', endsOn: '2026-11-30' }; // 21 working days: Monday 2 to Monday 30
    expect(expectedShare(november, calendar, '2026-11-02')).toEqual({ num: 0n, den: 21n });
    expect(expectedShare(november, calendar, '2026-11-03')).toEqual({ num: 1n, den: 21n });
    expect(expectedShare(november, calendar, '2026-11-16')).toEqual({ num: 10n, den: 21n });
    expect(expectedShare(november, calendar, '2026-12-25')).toEqual({ num: 21n, den: 21n });
    expect(expectedShare(november, calendar, '2026-10-01')).toEqual({ num: 0n, den: 21n });
    const closed = { workingDays: [1, 2, 3, 4, 5], holidays: new Set(['2026-11-02']) };
    expect(expectedShare(november, closed, '2026-11-16')).toEqual({ num: 9n, den: 20n });
    expect(expectedShare(november, { workingDays: [], holidays: new Set() }, '2026-11-16')).toEqual({ num: 15n, den: 30n }); // nobody works: calendar days
  });

  it('GOAL-05 (linear) is on track from 0.90 of the expected, at risk from 0.75, behind below', () => {
    // expected 500: 0.90 of it is 450, 0.75 is 375
    expect([451n, 450n, 449n, 376n, 375n, 374n, 0n].map((value) => at(value).status)).toEqual([
      'on_track',
      'on_track',
      'at_risk',
      'at_risk',
      'at_risk',
      'behind',
      'behind',
    ]);
  });

  it('GOAL-05 (linear) decides exactly, not on a rounded quotient', () => {
    // expected 1/3 of 1000; 0.90 of it is 300 sharp
    expect(at(300n, { expected: { num: 1n, den: 3n } }).status).toBe('on_track');
    expect(at(0n, { value: { num: 299_999_999n, den: 1_000_000n }, expected: { num: 1n, den: 3n } }).status).toBe('at_risk');
  });

  it('GOAL-05 (linear) says "too early" below a tenth of the period', () => {
    expect(at(0n, { expected: { num: 99n, den: 1000n } })).toEqual({ status: 'on_track', reason: 'too_early' });
    expect(at(0n, { expected: { num: 100n, den: 1000n } })).toEqual({ status: 'behind', reason: 'pace' });
  });

  it('GOAL-05 (linear) is achieved at the target, exceeded at the stretch or, without one, at 110 %', () => {
    expect([999n, 1000n, 1099n, 1100n].map((value) => at(value).status)).toEqual(['on_track', 'achieved', 'achieved', 'exceeded']);
    const scale = { baseline: 0n, target: 1000n, stretch: 1500n };
    expect([1100n, 1499n, 1500n].map((value) => at(value, { scale }).status)).toEqual(['achieved', 'achieved', 'exceeded']);
    expect(at(1000n, { expected: { num: 0n, den: 1n } }).status).toBe('achieved'); // reached on the first day is reached
  });

  it('GOAL-05 (linear) a missed goal is served as behind, and unknown, cancelled or unborn ones have no status', () => {
    expect(at(999n, { phase: 'after' })).toEqual({ status: 'behind', reason: 'missed' });
    expect(at(0n, { value: none('no_data') })).toEqual({ status: null, reason: 'no_data' });
    expect(at(5000n, { cancelled: true })).toEqual({ status: null, reason: 'cancelled' });
    expect(at(0n, { phase: 'before' })).toEqual({ status: null, reason: 'not_started' });
  });

  it('GOAL-05 (linear) is said in words', () => {
    expect(statusText('at_risk', 'pace')).toBe('At risk');
    expect(statusText(null, 'no_data')).toBe('No number: nothing has been recorded for this metric');
    expect(statusText(null, null)).toBeNull();
  });
});
