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

/** The days of one person on one measure: limits of what is asked, and by limit the sum of all that was read before it. */
interface PersonDays {
  measure: string;
  ownerId: string;
  whole: boolean;
  limits: Set<Day>;
  before: Map<Day, bigint>;
}

/** A range that was asked for. */
export interface AskedRange {
  readonly days: PersonDays;
  readonly from: Day | null;
  readonly to: Day;
}

/** Many ranges of days, added up from one reading of each person's days, however many ranges lie over one day. */
export class DayRanges {
  private readonly measures = new Map<string, Map<string, PersonDays>>();
  private readonly people: PersonDays[] = [];

  /** Asks for a range; its `sum` is there after `take`. */
  add({ measure, ownerId, from, to }: DayRange): AskedRange {
    const days = this.daysOf(measure, ownerId);
    if (from === null) days.whole = true;
    else days.limits.add(from);
    days.limits.add(to);
    return { days, from, to };
  }

  readings(): Reading[] {
    return this.people.map(({ measure, ownerId, whole, limits: found }) => {
      const limits = [...found].sort();
      return { measure, ownerId, from: whole ? null : (limits[0] as Day), limits };
    });
  }

  /** Keeps what was read; pieces without rows may be missing. */
  take(readings: readonly Reading[], pieces: readonly PieceSum[]): void {
    const sums = readings.map(() => new Map<number, bigint>());
    for (const { reading, piece, sum } of pieces) sums[reading]?.set(piece, sum);
    readings.forEach(({ limits }, n) => {
      let total = 0n;
      limits.forEach((day, piece) => this.people[n]?.before.set(day, (total += sums[n]?.get(piece) ?? 0n)));
    });
  }

  private daysOf(measure: string, ownerId: string): PersonDays {
    let people = this.measures.get(measure);
    if (!people) this.measures.set(measure, (people = new Map()));
    let days = people.get(ownerId);
    if (!days) {
      days = { measure, ownerId, whole: false, limits: new Set(), before: new Map() };
      people.set(ownerId, days);
      this.people.push(days);
    }
    return days;
  }
}

/** The sum of a range, after it was read. */
export function sumOf({ days, from, to }: AskedRange): bigint {
  return (days.before.get(to) ?? 0n) - (from === null ? 0n : (days.before.get(from) ?? 0n));
}

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
