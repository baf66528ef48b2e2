import type { Unit, Value } from '@waymark/kernel';
import type { Measure } from './measure.js';

/** A published number: measures as data plus a pure combination (MET-01). The key is permanent. */
export interface Metric<K extends string = string> {
  key: string;
  label: string;
  /** What it counts, in one sentence. */
  description: string;
  unit: Unit;
  direction: 'up' | 'down';
  /** Whether values of parts add up to the value of the whole; ratios never do. */
  additive: boolean;
  tense: 'during' | 'standing';
  measures: Readonly<Record<K, Measure>>;
  /** The value in steps of the unit, or why there is none (MET-03). `hasFeed` is false when the source never had a row. */
  combine(parts: Readonly<Record<K, bigint>>, facts: { hasFeed: boolean }): Value;
}

/** Declares a metric; types only, so that a file of the catalogue reads as data. */
export function defineMetric<K extends string>(metric: Metric<K>): Metric<K> {
  return Object.freeze(metric);
}
