import { describe, expect, it } from '@jest/globals';
import { membershipWindows } from './membership-windows.js';

const day = (n: number) => new Date(Date.UTC(2026, 7, n));
const window = { from: day(1), to: day(31) };

describe('parts of a window in which people belonged', () => {
  it('MET-10 a person counts while they belonged, once where they were in two teams, and what stands counts at the end', () => {
    const members = [
      { ownerId: 'a', from: null, to: null },
      { ownerId: 'b', from: day(10), to: day(20) },
      { ownerId: 'b', from: day(15), to: day(25) }, // in two teams below for five days
      { ownerId: 'c', from: day(5), to: day(8) },
      { ownerId: 'c', from: day(20), to: null },
      { ownerId: 'd', from: null, to: day(1) }, // left as the window begins
      { ownerId: 'e', from: day(31), to: null }, // comes as it ends
      { ownerId: 'f', from: day(2), to: day(31) },
    ];
    const parts = membershipWindows(members, window);
    expect(parts.map(({ tense, owners, from, to }) => [tense, owners.join(), from.getUTCDate(), to.getUTCDate()])).toEqual([
      ['during', 'a', 1, 31],
      ['standing', 'a,f,c', 1, 31],
      ['during', 'f', 2, 31],
      ['during', 'c', 5, 8],
      ['during', 'c', 20, 31],
      ['during', 'b', 10, 25],
    ]);
  });

  it('MET-10 nobody belongs: no part', () => {
    expect(membershipWindows([], window)).toEqual([]);
  });
});
