import type { Unit, Value } from '@waymark/kernel';
import type { Measure } from './measure.js';
import type { WindowMeasure } from './window-measure.js';

/** A figure that belongs beside a value, such as how many renewals are still open. */
export interface BesideFigure {
  key: string;
  label: string;
  unit: Unit;
  value: Value;
}

/** What the reader must know about a value: it rests on few answers. */
export type MetricMark = 'low_sample';

/** A published number: measures as data plus a pure combination (MET-01). The key is permanent. */
export interface Metric<K extends string = string> {
  key: string;
  label: string;
  /** What it counts, in one sentence. */
  description: string;
  /** How the value comes from the parts, in words and signs, with the names of parts in braces: "{won} / ({won} + {lost}) × 100". */
  formula?: string;
  /** Of the definition, 1 unless told: a receipt names it. */
  version?: number;
  unit: Unit;
  direction: 'up' | 'down';
  /** Whether values of parts add up to the value of the whole; ratios never do. */
  additive: boolean;
  tense: 'during' | 'standing';
  measures: Readonly<Record<K, Measure>>;
  /** The value in steps of the unit, or why there is none (MET-03). `hasFeed` is false when the source never had a row. */
  combine(parts: Readonly<Record<K, bigint>>, facts: { hasFeed: boolean }): Value;
  /** Where the parts do not add up over days (Q105): they are read from facts for the whole window, and `measures` is empty. */
  window?: WindowMeasure<K>;
  /** Figures shown with the value. */
  beside?(parts: Readonly<Record<K, bigint>>): BesideFigure[];
  marks?(parts: Readonly<Record<K, bigint>>): MetricMark[];
}

/** Declares a metric; types only, so that a file of the catalogue reads as data. */
export function defineMetric<K extends string>(metric: Metric<K>): Metric<K> {
  return Object.freeze(metric);
}

/** Declares a metric whose parts come from a window measure. Such a number is never additive. */
export function defineWindowMetric<K extends string>(
  metric: Omit<Metric<K>, 'measures' | 'additive' | 'tense' | 'window'> & { window: WindowMeasure<K> },
): Metric<K> {
  return Object.freeze({ ...metric, additive: false, tense: 'during', measures: {} as Record<K, Measure> });
}
