import { describe, expect, it } from '@jest/globals';
import { addDays, type Day } from '@waymark/kernel';
import { type DayRange, DayRanges, type PieceSum, type Reading, sumOf, united } from './day-ranges.js';

const first = '2026-01-01';
const days = 40;
/** Each person and measure has its own number on each day; some days have none. */
const valueOn = (measure: string, ownerId: string, n: number) => (n % 7 === 3 ? 0n : BigInt(n * n + measure.length * 100 + ownerId.length));

/** What the database answers: pieces between limits, those without rows left out. */
function read(readings: readonly Reading[]): PieceSum[] {
  return readings.flatMap(({ measure, ownerId, from, limits }, reading) => {
    const pieces = new Map<number, bigint>();
    for (let n = 0; n < days; n += 1) {
      const day = addDays(first, n);
      if ((from !== null && day < from) || day >= (limits.at(-1) as Day) || n % 7 === 3) continue;
      const piece = limits.filter((limit) => limit <= day).length;
      pieces.set(piece, (pieces.get(piece) ?? 0n) + valueOn(measure, ownerId, n));
    }
    return [...pieces].map(([piece, sum]) => ({ reading, piece, sum }));
  });
}

function plainly({ measure, ownerId, from, to }: DayRange): bigint {
  let total = 0n;
  for (let n = 0; n < days; n += 1) if ((from === null || addDays(first, n) >= from) && addDays(first, n) < to) total += valueOn(measure, ownerId, n);
  return total;
}

describe('sums over ranges of days', () => {
  it('MET-06 are the plain sums for 2,000 ranges that overlap, touch and begin nowhere, from one reading of each person and measure', () => {
    let seed = 20261121;
    const pick = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
    const asked = Array.from({ length: 2000 }, (): DayRange => {
      const [a, b] = [pick(days), pick(days)];
      const [from, to] = a < b ? [a, b] : [b, a + 1];
      return {
        measure: ['calls', 'revenue'][pick(2)] as string,
        ownerId: 'a'.repeat(1 + pick(5)),
        from: pick(4) === 0 ? null : addDays(first, from),
        to: addDays(first, to),
      };
    });
    const ranges = new DayRanges();
    const added = asked.map((range) => ranges.add(range));
    const readings = ranges.readings();
    expect(readings).toHaveLength(10); // 2 measures of 5 people
    ranges.take(readings, read(readings));
    expect(added.map(sumOf)).toEqual(asked.map(plainly));
  });

  it('GOAL-02 spans that overlap or touch are one', () => {
    const span = (from: string, to: string | null) => ({ from, to });
    expect(united([])).toEqual([]);
    expect(united([span('2026-03-01', '2026-04-01'), span('2026-01-01', '2026-02-01')])).toEqual([
      span('2026-01-01', '2026-02-01'),
      span('2026-03-01', '2026-04-01'),
    ]);
    expect(united([span('2026-01-01', '2026-03-01'), span('2026-02-01', '2026-02-10'), span('2026-03-01', '2026-04-01')])).toEqual([
      span('2026-01-01', '2026-04-01'),
    ]);
    expect(united([span('2026-01-01', null), span('2026-02-01', '2026-02-10')])).toEqual([span('2026-01-01', null)]);
  });
});
