import { describe, expect, it } from '@jest/globals';
import { reconcile } from './reconcile.js';

const byLetter = (thing: string) => thing[0] ?? '';

describe('reconcile', () => {
  it('says what to add, keep and end', () => {
    expect(reconcile(['a', 'b'], ['b0', 'c0'], byLetter)).toEqual({ add: ['a'], keep: [{ wanted: 'b', existing: 'b0' }], end: ['c0'] });
    expect(reconcile([], [], byLetter)).toEqual({ add: [], keep: [], end: [] });
  });

  it('REL-01 (a repeated job) has nothing left to do on its own outcome', () => {
    const { add, end } = reconcile(['a', 'b'], ['a', 'b'], byLetter);
    expect([add, end]).toEqual([[], []]);
  });

  it('wants each key once and keeps one of what exists twice', () => {
    expect(reconcile(['a1', 'a2'], ['b1', 'b2'], byLetter)).toEqual({ add: ['a1'], keep: [], end: ['b2', 'b1'] });
    expect(reconcile(['b'], ['b1', 'b2'], byLetter)).toEqual({ add: [], keep: [{ wanted: 'b', existing: 'b1' }], end: ['b2'] });
  });
});
