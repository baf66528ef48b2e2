import { describe, expect, it } from '@jest/globals';
import { none, whole } from '@waymark/kernel';
import { paceText, percentText, progressInBasisPoints, progressOf, scaleProblems, shownProgress } from './progress.js';

const scale = { baseline: 200n, target: 1000n, stretch: null };

describe('progress of an increase goal', () => {
  it('GOAL-04 (increase) is the exact share of the way from baseline to target, below 0 and above 1 too', () => {
    expect(progressOf(whole(600n), scale)).toEqual({ num: 400n, den: 800n }); // (600 - 200) / (1000 - 200)
    expect(progressOf(whole(100n), scale)).toEqual({ num: -100n, den: 800n });
    expect(progressOf({ num: 4001n, den: 3n }, scale)).toEqual({ num: 3401n, den: 2400n }); // (4001/3 - 200) / 800 = 3401 / 2400
    expect(progressOf(none('no_data'), scale)).toEqual({ none: 'no_data' });
  });

  it('GOAL-04 (increase) is stored in basis points and never rounds up to 100 % before the target is reached', () => {
    expect(progressInBasisPoints({ num: 1n, den: 3n })).toBe(3333n);
    expect(progressInBasisPoints({ num: -1n, den: 200n })).toBe(-50n);
    expect(progressInBasisPoints({ num: 9_999_999n, den: 10_000_000n })).toBe(9999n); // rounds to 10000, but is not there
    expect(progressInBasisPoints({ num: 10_000_001n, den: 10_000_000n })).toBe(10_000n);
  });

  it('GOAL-04 (increase) shows 0 to 100 in bars and the raw percentage in words', () => {
    expect([null, -5n, 0n, 6250n, 10_000n, 15_000n].map(shownProgress)).toEqual([0, 0, 0, 62.5, 100, 100]);
    expect([6250n, -50n, 10_000n, 12_345n, 5n].map(percentText)).toEqual(['62.5', '-0.5', '100', '123.45', '0.05']);
  });

  it('GOAL-05 (linear) pace is progress over expected progress, and nothing before anything is expected', () => {
    expect(paceText(4500n, 5000n)).toBe('0.90');
    expect(paceText(4495n, 5000n)).toBe('0.90'); // 0.899 is shown rounded; the status is decided exactly
    expect(paceText(-100n, 5000n)).toBe('-0.02');
    expect(paceText(1000n, 0n)).toBeNull();
    expect(paceText(null, 5000n)).toBeNull();
  });

  it('GOAL-04 (increase) refuses a target at or below the baseline and a stretch at or below the target', () => {
    const codes = (baseline: bigint, target: bigint, stretch: bigint | null) =>
      scaleProblems({ baseline, target, stretch }).map((p) => `${p.field} ${p.code}`);
    expect(codes(0n, 1n, null)).toEqual([]);
    expect(codes(0n, 0n, null)).toEqual(['target above_baseline']);
    expect(codes(0n, -1n, null)).toEqual(['target positive']);
    expect(codes(5n, 5n, null)).toEqual(['target above_baseline']);
    expect(codes(0n, 10n, 10n)).toEqual(['stretch above_target']);
    expect(codes(0n, 10n, 11n)).toEqual([]);
  });
});
