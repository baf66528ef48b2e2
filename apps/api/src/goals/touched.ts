import { type Metric } from '@waymark/metrics';
import type { ChangedMeasure } from '../metrics/measures.service.js';
import type { Touched } from './goals.repository.js';

/** Which of these metrics changed measures reach, on which days, and how far. */
export function touchedBy(changed: readonly ChangedMeasure[], metrics: Iterable<Metric>): Touched[] {
  const readers = new Map<string, Omit<Touched, 'ownerId' | 'onDay'>[]>();
  const add = (measure: string, reader: Omit<Touched, 'ownerId' | 'onDay'>) => readers.set(measure, [...(readers.get(measure) ?? []), reader]);
  for (const { key: metric, window, measures } of metrics)
    if (window) add(window.key, { metric, carries: true, everybody: true });
    else for (const { key, tense } of Object.values(measures)) add(key, { metric, carries: tense === 'standing', everybody: false });
  return changed.flatMap(({ measure, owner_id, on_day }) =>
    (readers.get(measure) ?? []).map((reader) => ({ ...reader, ownerId: owner_id, onDay: on_day })),
  );
}
