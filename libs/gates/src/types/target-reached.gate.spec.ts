import { describe, expect, it } from '@jest/globals';
import { whole } from '@waymark/kernel';
import { targetReachedGate } from './target-reached.gate.js';

const found = (won: bigint | null, target: bigint | null = 10_000_000n, percent = '100') =>
  targetReachedGate.evaluate(
    { percent },
    { metric: 'revenue', target, currency: 'USD' },
    new Map(won === null ? [] : [['metric:revenue', whole(won)]]),
  );

describe('gate type target_reached', () => {
  it('GATE-05 (proposal) needs the target: a cent below does not do, the limit and a cent above do, nothing sold does not', () => {
    expect([9_999_999n, 10_000_000n, 10_000_001n, 0n].map((won) => found(won).holds)).toEqual([false, true, true, false]);
  });

  it('GATE-02 takes a share of the target', () => {
    expect([8_499_999n, 8_500_000n].map((won) => found(won, 10_000_000n, '85').holds)).toEqual([false, true]);
  });

  it('GATE-05 (proposal) is not evaluable without a target or a number; a target of 0 passes (Q78)', () => {
    expect([found(5n, null).note, found(null).note, found(0n, 0n).holds]).toEqual(['no_target', 'no_data', true]);
  });

  it('GATE-05 (proposal) says what it decides by', () => {
    expect(found(0n).sentence).toBe('Revenue: at least $100,000 (the target)');
    expect(found(0n, 10_000_000n, '85').sentence).toBe('Revenue: at least $85,000 (85 % of the $100,000 target)');
  });
});
