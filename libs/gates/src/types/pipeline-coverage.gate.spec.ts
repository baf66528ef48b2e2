import { describe, expect, it } from '@jest/globals';
import { whole } from '@waymark/kernel';
import { pipelineCoverageGate } from './pipeline-coverage.gate.js';

const params = { factor: '3', of: 'target', expectedClose: 'in_period_or_unknown', staleDays: null };
// A target of $100,000 in cents; 3 x is $300,000.
const goal = { metric: 'revenue', target: 10_000_000n, currency: 'USD' };
const found = (open: bigint | null, won: bigint | null, change: object = {}, target: bigint | null = goal.target) => {
  const readings = new Map([
    ...(open === null ? [] : [['open_value:in_period_or_unknown:-', whole(open)] as const]),
    ...(won === null ? [] : [['metric:revenue', whole(won)] as const]),
  ]);
  return pipelineCoverageGate.evaluate({ ...params, ...change }, { ...goal, target }, readings);
};

describe('gate type pipeline_coverage', () => {
  it('GATE-04 case 28 needs 3 x the target: a cent below does not do, the limit and a cent above do, an empty pipeline does not', () => {
    expect([29_999_999n, 30_000_000n, 30_000_001n, 0n].map((open) => found(open, 0n).holds)).toEqual([false, true, true, false]);
  });

  it('GATE-04 passes whoever has won the target already, whatever is open (Q66)', () => {
    expect([9_999_999n, 10_000_000n, 10_000_001n].map((won) => found(0n, won).holds)).toEqual([false, true, true]);
    expect(found(0n, 10_000_000n).note).toBe('target_won');
    expect(found(30_000_000n, 10_000_000n).note).toBeNull();
    expect(found(null, 10_000_000n).holds).toBe(true);
  });

  it('GATE-02 compares with what remains to win when the policy says so (Q63)', () => {
    // $40,000 won, $60,000 remain, 3 x is $180,000
    expect([17_999_999n, 18_000_000n].map((open) => found(open, 4_000_000n, { of: 'remaining' }).holds)).toEqual([false, true]);
    expect(found(17_999_999n, null, { of: 'remaining' }).holds).toBeNull();
  });

  it('GATE-02 takes a factor with two places exactly: 1.58 x $100,000 is $158,000', () => {
    expect([15_799_999n, 15_800_000n].map((open) => found(open, 0n, { factor: '1.58' }).holds)).toEqual([false, true]);
  });

  it('GATE-06 case 28 is not evaluable without a target or without a number, and a target of 0 passes without a division (Q78)', () => {
    expect(found(30_000_000n, 0n, {}, null)).toMatchObject({ holds: null, note: 'no_target' });
    expect(found(null, 0n)).toMatchObject({ holds: null, note: 'no_data' });
    expect(found(0n, 0n, {}, 0n).holds).toBe(true);
    expect(found(0n, 0n, { of: 'remaining' }, 0n).holds).toBe(true);
  });

  it('GATE-04 says what it decides by', () => {
    expect(found(0n, 0n).sentence).toBe('Open qualified pipeline: at least $300,000 (3 x the $100,000 target)');
    expect(found(0n, 0n, { of: 'remaining', factor: '2.50' }).sentence).toBe(
      'Open qualified pipeline: at least $250,000 (2.5 x what remains of the $100,000 target)',
    );
    expect(pipelineCoverageGate.describe({ ...params, factor: '30' }, 'revenue', 'USD')).toBe(
      'open qualified pipeline at least 30 x the target, or target already won',
    );
  });
});
