import { describe, expect, it } from '@jest/globals';
import {
  addDays,
  compareRatios,
  contains,
  dayOf,
  isNone,
  none,
  type Ratio,
  ratio,
  splitAmount,
  type Value,
  weekOf,
  whole,
  windowOf,
} from '@waymark/kernel';
import { canWeigh, combineParts, type Fact, interpret, type Measure, measures, metrics, partsOf } from '@waymark/metrics';
import fc from 'fast-check';
import { progressOf, scaleProblems } from './progress.js';
import { defaultThresholds, statusOf } from './status.js';

fc.configureGlobal({ seed: 20_261_121 }); // the same cases in every run

const zones = [
  'UTC',
  'America/Havana',
  'America/St_Johns',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Europe/Lisbon',
];
const instants = fc.date({ min: new Date('1995-01-01T00:00:00Z'), max: new Date('2035-01-01T00:00:00Z'), noInvalidDate: true });
const amounts = fc.bigInt({ min: -1_000_000_000_000n, max: 1_000_000_000_000n });
const [salesAmount, openQualifiedValue] = ['sales_amount', 'open_qualified_value'].map((key) => measures.find((one) => one.key === key)) as [
  Measure,
  Measure,
];
const july = windowOf('2026-07-01', '2026-07-31', 'UTC');

/**
 * Nine mistakes of arithmetic that products of this kind have shipped. (That a value is fresh whether or not its owner signs in is proven where values
 * are stored: freshness and as-of specs change facts of people who never sign in.)
 */
describe('what other products got wrong', () => {
  it('MET-02 MET-09 an event falls in exactly one week, whatever the zone and the first day of the week', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), fc.integer({ min: 1, max: 7 }), (at, zone, startsWith) => {
        const day = dayOf(at, zone);
        const week = weekOf(day, startsWith);
        const around = [-14, -7, 0, 7, 14].map((n) => windowOf(addDays(week.from, n), addDays(week.to, n), zone));
        expect(around.map((window) => contains(window, at))).toEqual([false, false, true, false, false]);
        expect(around.slice(1).every((window, n) => window.from.getTime() === around[n]?.to.getTime())).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  it('MET-02 progress towards less is graded, and agrees with the status: reached exactly when the value is at the target or beyond it', () => {
    fc.assert(
      fc.property(amounts, amounts, amounts, (baseline, target, n) => {
        fc.pre(baseline !== target);
        const scale = { baseline, target, stretch: null };
        const value = whole(n);
        const progress = progressOf(value, scale) as Ratio;
        const reached = target < baseline ? n <= target : n >= target;
        expect(compareRatios(progress, whole(1n)) >= 0).toBe(reached);
        const { status } = statusOf({ value, scale, expected: whole(1n), phase: 'after', cancelled: false, thresholds: defaultThresholds });
        expect(status === 'achieved' || status === 'exceeded').toBe(reached);
        const towards = whole(target < baseline ? n - 1n : n + 1n);
        expect(compareRatios(progressOf(towards, scale) as Ratio, progress)).toBe(1); // each step towards the target counts
      }),
    );
  });

  it('SRC-07 MET-02 the shares of a split deal add to the deal, and the parts of people to the whole of the team', () => {
    const shares = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 }).map((weights) => {
      const all = weights.reduce((sum, weight) => sum + weight, 0);
      const parts = weights.map((weight) => BigInt(Math.floor((weight * 1_000_000) / all)));
      parts[0] = (parts[0] as bigint) + 1_000_000n - parts.reduce((sum, part) => sum + part, 0n);
      return parts;
    });
    fc.assert(
      fc.property(amounts, shares, (amount, of) => {
        const parts = splitAmount(amount, of);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
        const facts = parts.map((amount_minor, n) => sale(`p${n}`, amount_minor));
        const team = parts.map((_, n) => interpret(salesAmount, facts, `p${n}`, july)).reduce((sum, part) => sum + part, 0n);
        expect(team).toBe(amount);
      }),
    );
  });

  it('MET-02 a lost deal adds nothing to what is still to come, nor one that was won', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1_000_000n }), fc.constantFrom('won', 'lost'), fc.integer({ min: 1, max: 29 }), (value, kind, day) => {
        const closed = new Date(Date.UTC(2026, 6, day, 12));
        const deal = {
          owner_id: 'ann',
          occurred_at: new Date('2026-06-01T12:00:00Z'),
          kind: 'deal',
          qualified: true,
          undated: false,
          unrated: false,
          value_minor: value,
        };
        const open = { ...deal, ended_at: null } as unknown as Fact;
        const ended = [
          { ...deal, ended_at: closed },
          { ...deal, occurred_at: closed, kind, ended_at: null },
        ] as unknown as Fact[];
        expect(interpret(openQualifiedValue, [open], 'ann', july)).toBe(value);
        expect(interpret(openQualifiedValue, ended, 'ann', july)).toBe(0n);
      }),
    );
  });

  it('MET-02 amounts below zero and parts of a unit count as they are', () => {
    fc.assert(
      fc.property(fc.array(amounts, { maxLength: 8 }), (values) => {
        const total = values.reduce((sum, value) => sum + value, 0n);
        expect(
          interpret(
            salesAmount,
            values.map((value) => sale('ann', value)),
            'ann',
            july,
          ),
        ).toBe(total);
      }),
    );
    expect(progressOf(ratio(-5n, 2n), { baseline: -10n, target: 5n, stretch: null })).toEqual({ num: 15n, den: 30n }); // (-2.5 + 10) / 15 = 1/2
  });

  it('MET-02 a baseline that is the target is refused: there would be nothing to divide by', () => {
    fc.assert(
      fc.property(amounts, (target) => {
        const scale = { baseline: target, target, stretch: null };
        expect(scaleProblems(scale).map(({ field }) => field)).toContain('target');
        expect(progressOf(whole(target), scale)).toEqual(none('no_base'));
      }),
    );
  });

  it('MET-02 weights that are all zero are refused, and so is one below zero; any other whole weights weigh', () => {
    const weight = fc.bigInt({ min: -2n, max: 5n });
    fc.assert(
      fc.property(weight, weight, weight, weight, (calls, agreements, lists, sales) => {
        const all = [calls, agreements, lists, sales];
        const sound = all.every((one) => one >= 0n) && all.reduce((sum, one) => sum + one, 0n) > 0n;
        expect(canWeigh({ calls, agreements, lists, sales })).toBe(sound);
      }),
      { examples: [[0n, 0n, 0n, 0n]] },
    );
  });

  it('MET-02 MET-03 ratios are never summed: what two people have together is made of their parts, and no part of nothing is a number', () => {
    const ratios = [...metrics.values()].filter((metric) => metric.key === 'win_rate' || metric.key === 'retention_rate');
    expect(ratios).toHaveLength(2);
    expect([...metrics.values()].filter(({ unit, additive }) => unit === 'percent' && additive)).toEqual([]);
    const parts = fc.record({ a: fc.bigInt({ min: 0n, max: 500n }), b: fc.bigInt({ min: 0n, max: 500n }) });
    for (const metric of ratios)
      fc.assert(
        fc.property(parts, parts, (one, other) => {
          const keys = Object.keys(partsOf(metric, new Map()));
          const byMeasure = (of: bigint[]) => new Map(Object.values(metric.measures).map((measure, n) => [measure.key, of[n % of.length] as bigint]));
          const read = (of: bigint[]): Value => combineParts(metric, byMeasure(of), { hasFeed: true });
          const together = read([one.a + other.a, one.b + other.b]);
          expect(keys.length).toBeGreaterThanOrEqual(2);
          const [alone, also] = [read([one.a, one.b]), read([other.a, other.b])];
          if (isNone(together)) expect([alone, also].every(isNone)).toBe(true);
          else if (!isNone(alone) && !isNone(also)) {
            const [low, high] = compareRatios(alone, also) < 0 ? [alone, also] : [also, alone];
            expect(compareRatios(together, low) >= 0 && compareRatios(together, high) <= 0).toBe(true); // between the two, never their sum
          }
        }),
      );
  });
});

function sale(owner: string, amount_minor: bigint): Fact {
  return { owner_id: owner, occurred_at: new Date('2026-07-10T12:00:00Z'), amount_minor, unrated: false } as unknown as Fact;
}
