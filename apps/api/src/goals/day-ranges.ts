import type { Day } from '@waymark/kernel';

/** Days of one person on one stored measure: from a day on, or from the beginning (null), up to but without another. */
export interface DayRange {
  measure: string;
  ownerId: string;
  from: Day | null;
  to: Day;
}

/** The days of one person on one measure that ranges look at, cut at their limits. */
export interface Reading {
  measure: string;
  ownerId: string;
  /** Null: from the beginning. */
  from: Day | null;
  /** Where some range begins or ends, in their order. */
  limits: readonly Day[];
}

/** What was read between two limits: `piece` 0 lies before the first, `piece` n from the n-th on. */
export interface PieceSum {
  /** Place of the reading, from 0. */
  reading: number;
  piece: number;
  sum: bigint;
}

/** Many ranges of days, added up from one reading of each person's days, however many ranges lie over one day. */
export class DayRanges {
  private readonly people = new Map<string, { measure: string; ownerId: string; whole: boolean; days: Set<Day> }>();
  /** By person and limit: the sum of all that was read before it. */
  private readonly before = new Map<string, Map<Day, bigint>>();

  add({ measure, ownerId, from, to }: DayRange): void {
    const key = keyOf(measure, ownerId);
    const known = this.people.get(key) ?? { measure, ownerId, whole: false, days: new Set<Day>() };
    if (from === null) known.whole = true;
    else known.days.add(from);
    known.days.add(to);
    this.people.set(key, known);
  }

  readings(): Reading[] {
    return [...this.people.values()].map(({ measure, ownerId, whole, days }) => {
      const limits = [...days].sort();
      return { measure, ownerId, from: whole ? null : (limits[0] as Day), limits };
    });
  }

  /** Keeps what was read; pieces without rows may be missing. */
  take(readings: readonly Reading[], pieces: readonly PieceSum[]): void {
    const sums = readings.map(() => new Map<number, bigint>());
    for (const { reading, piece, sum } of pieces) sums[reading]?.set(piece, sum);
    readings.forEach(({ measure, ownerId, limits }, n) => {
      let total = 0n;
      const before = new Map<Day, bigint>();
      limits.forEach((day, piece) => before.set(day, (total += sums[n]?.get(piece) ?? 0n)));
      this.before.set(keyOf(measure, ownerId), before);
    });
  }

  /** The sum of a range that was added before it was read. */
  sum({ measure, ownerId, from, to }: DayRange): bigint {
    const before = this.before.get(keyOf(measure, ownerId));
    return (before?.get(to) ?? 0n) - (from === null ? 0n : (before?.get(from) ?? 0n));
  }
}

const keyOf = (measure: string, ownerId: string) => `${measure} ${ownerId}`;

/** The same days as ranges that neither overlap nor touch: what lies in two of them is there once. Limits are days; the end may be open. */
export function united(spans: readonly { from: Day; to: Day | null }[]): { from: Day; to: Day | null }[] {
  const found: { from: Day; to: Day | null }[] = [];
  for (const span of [...spans].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = found.at(-1);
    if (last && (last.to === null || span.from <= last.to)) {
      if (last.to !== null && (span.to === null || span.to > last.to)) last.to = span.to;
    } else found.push({ ...span });
  }
  return found;
}
