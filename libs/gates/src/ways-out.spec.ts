import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shortestWayOut, type OpenDeal } from './ways-out.js';

fc.configureGlobal({ seed: 20_261_121 }); // the same cases in every run

const deals = (...amounts: bigint[]): OpenDeal[] => amounts.map((amount, n) => ({ id: `d${n}`, name: `Deal ${n}`, amount }));
const sum = (chosen: readonly OpenDeal[]) => chosen.reduce((total, deal) => total + deal.amount, 0n);

describe('the shortest way out', () => {
  it('GATE-09 (shortest set) takes as few deals as possible and stops at the limit', () => {
    const own = deals(10n, 50n, 30n);
    expect(shortestWayOut(own, 49n).map((d) => d.id)).toEqual(['d1']);
    expect(shortestWayOut(own, 50n).map((d) => d.id)).toEqual(['d1']);
    expect(shortestWayOut(own, 51n).map((d) => d.id)).toEqual(['d1', 'd2']);
    expect(shortestWayOut(own, 90n).map((d) => d.id)).toEqual(['d1', 'd2', 'd0']);
    expect(shortestWayOut(own, 91n)).toEqual([]);
  });

  it('GATE-09 (shortest set) has nothing to propose without deals, without amounts, or without a gap', () => {
    expect([shortestWayOut([], 1n), shortestWayOut(deals(0n, 0n), 1n), shortestWayOut(deals(5n), 0n)]).toEqual([[], [], []]);
  });

  it("GATE-04 Elease Gluck's two added deals: 270,592 open and 2 x 26,768 are 324,128, so one of them is not enough and both are", () => {
    // gap 300,000 - 270,592 = 29,408
    expect(shortestWayOut(deals(2_676_800n, 2_676_800n), 2_940_800n)).toHaveLength(2);
  });

  it('GATE-09 (shortest set) is sound and minimal against every subset', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 40n }), { maxLength: 8 }), fc.bigInt({ min: 1n, max: 120n }), (amounts, gap) => {
        const own = deals(...amounts);
        const sizes = Array.from({ length: 2 ** own.length }, (_, bits) => own.filter((_deal, n) => bits & (1 << n))).filter(
          (set) => sum(set) >= gap,
        );
        const fewest = Math.min(...sizes.map((set) => set.length));
        const chosen = shortestWayOut(own, gap);
        if (sizes.length === 0) return chosen.length === 0;
        return sum(chosen) >= gap && chosen.length === fewest && chosen.every((deal) => sum(chosen) - deal.amount < gap);
      }),
      { numRuns: 300 },
    );
  });
});
