import { type Metric } from '@waymark/metrics';
import type { ChangedMeasure } from '../metrics/measures.service.js';
import type { Touched } from './goals.repository.js';

/** What is followed up to now changes periods that are over too: the change counts as one of a day before all of them. */
const beforeAll = '0001-01-01';

type Reader = Omit<Touched, 'ownerId' | 'onDay'> & { byNow: boolean };

/** Which of these metrics changed measures reach, on which days, and how far. */
export function touchedBy(changed: readonly ChangedMeasure[], metrics: Iterable<Metric>): Touched[] {
  const readers = new Map<string, Reader[]>();
  const add = (measure: string, reader: Reader) => readers.set(measure, [...(readers.get(measure) ?? []), reader]);
  for (const { key: metric, window, measures } of metrics)
    if (window) add(window.key, { metric, carries: true, everybody: true, byNow: window.byNow === true });
    else for (const { key, tense } of Object.values(measures)) add(key, { metric, carries: tense === 'standing', everybody: false, byNow: false });
  return changed.flatMap(({ measure, owner_id, on_day }) =>
    (readers.get(measure) ?? []).map(({ byNow, ...reader }) => ({ ...reader, ownerId: owner_id, onDay: byNow ? beforeAll : on_day })),
  );
}
