import type { Day } from '@waymark/kernel';
import type { Metric } from '@waymark/metrics';
import type { ChangedMeasure } from '../metrics/measures.service.js';

/** A period as far as a change has to know it. */
export interface PeriodDays {
  id: string;
  starts_on: Day;
  ends_on: Day;
  locked: boolean;
}

/** Goals of a metric in a period: of one person and the teams above, or of everybody. */
export interface Reached {
  metric: string;
  periodId: string;
  /** Null: a movement of one owner can change the cohort of another. */
  ownerId: string | null;
}

/** Days on which a metric's value of a person (null: of everybody) changed; `from`: it changed on every day since. */
interface Touched {
  metric: string;
  ownerId: string | null;
  days: Set<Day>;
  from: Day | null;
}

/** What is followed up to now changes periods that are over too: the change counts as one of a day before all of them. */
const beforeAll = '0001-01-01';

type Reader = { metric: string; carries: boolean; everybody: boolean; byNow: boolean };

/**
 * Which goals changed measures may reach, by metric, period and person, each once. Periods that are over before a change are not, so that the cost of a change
 * does not grow with the years (MET-06).
 */
export function reachedBy(changed: readonly ChangedMeasure[], metrics: Iterable<Metric>, periods: readonly PeriodDays[]): Reached[] {
  const known = new Map<Day, PeriodDays[]>();
  const around = (day: Day) => {
    const found = known.get(day) ?? periods.filter(({ starts_on, ends_on }) => starts_on <= day && day <= ends_on);
    known.set(day, found);
    return found;
  };
  return touchedBy(changed, readersOf(metrics)).flatMap(({ metric, ownerId, days, from }) => {
    const reached = new Set(from === null ? [] : periods.filter(({ ends_on }) => ends_on >= from));
    for (const day of days) for (const period of around(day)) reached.add(period);
    return [...reached].map(({ id }) => ({ metric, periodId: id, ownerId }));
  });
}

function touchedBy(changed: readonly ChangedMeasure[], readers: ReadonlyMap<string, Reader[]>): Touched[] {
  const touched = new Map<string, Touched>();
  for (const { measure, owner_id, on_day } of changed)
    for (const { metric, carries, everybody, byNow } of readers.get(measure) ?? []) {
      const ownerId = everybody ? null : owner_id;
      const key = `${metric} ${ownerId}`;
      const one = touched.get(key) ?? { metric, ownerId, days: new Set(), from: null };
      touched.set(key, one);
      const day = byNow ? beforeAll : on_day;
      if (!carries) one.days.add(day);
      else if (one.from === null || day < one.from) one.from = day;
    }
  return [...touched.values()];
}

/** Which metrics read a measure, and how far its changes reach: standing measures and windows carry on to later days. */
function readersOf(metrics: Iterable<Metric>): Map<string, Reader[]> {
  const readers = new Map<string, Reader[]>();
  const add = (measure: string, reader: Reader) => {
    const known = readers.get(measure);
    if (known) known.push(reader);
    else readers.set(measure, [reader]);
  };
  for (const { key: metric, window, measures } of metrics)
    if (window) add(window.key, { metric, carries: true, everybody: true, byNow: window.byNow === true });
    else for (const { key, tense } of Object.values(measures)) add(key, { metric, carries: tense === 'standing', everybody: false, byNow: false });
  return readers;
}
