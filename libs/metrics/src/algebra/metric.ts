import type { Unit, Value } from '@waymark/kernel';
import type { IndexWeights } from '../index-weights.js';
import type { Measure } from './measure.js';
import type { WindowMeasure } from './window-measure.js';

/** A figure that belongs beside a value, such as how many renewals are still open. */
export interface BesideFigure {
  key: string;
  label: string;
  unit: Unit;
  value: Value;
}

/** What the reader must know about a value: it rests on few answers, or sales are recorded for a part of the window alone. */
export type MetricMark = 'low_sample' | 'partial_feed';

/** What a metric counts: leads, contacts of partner lists, or both (Q82). */
export type MetricLevel = 'lead' | 'partner' | 'both';

/** What is known about a reading besides its parts. */
export interface MetricFacts {
  /** Whether the organisation ever recorded an activity. */
  hasFeed: boolean;
  /** How far recorded sales reach back: over the whole window, a part of it, or there are none (Q91). Whole unless told. */
  sales?: 'whole' | 'partial' | 'none';
  /** Weights of the performance index; the shipped ones unless told (Q85). */
  weights?: IndexWeights;
  /** What the renewal rate is a share of: renewals that are decided, which is so unless told, or all that are due (Q28). */
  renewalBase?: 'decided' | 'due';
  /** Working days of the window up to today. */
  workingDays?: number;
  /** False: the window lies ahead. */
  begun?: boolean;
}

/** A published number: measures as data plus a pure combination (MET-01). The key is permanent. */
export interface Metric<K extends string = string> {
  key: string;
  label: string;
  /** What it counts, in one sentence. */
  description: string;
  /** How the value comes from the parts, in words and signs, with the names of parts in braces: "{won} / ({won} + {lost}) × 100"; "{weight_calls}" is a weight. */
  formula?: string | ((facts: MetricFacts) => string);
  /** Of the definition, 1 unless told: a receipt names it. */
  version?: number;
  unit: Unit;
  direction: 'up' | 'down';
  /** Whether values of parts add up to the value of the whole; ratios never do. */
  additive: boolean;
  tense: 'during' | 'standing';
  /** Where the number counts pipeline items or what follows from them. */
  level?: MetricLevel;
  measures: Readonly<Record<K, Measure>>;
  /** The value in steps of the unit, or why there is none (MET-03). */
  combine(parts: Readonly<Record<K, bigint>>, facts: MetricFacts): Value;
  /** Where the parts do not add up over days (Q105): they are read from facts for the whole window, and `measures` is empty. */
  window?: WindowMeasure<K>;
  /** Figures shown with the value. */
  beside?(parts: Readonly<Record<K, bigint>>, facts: MetricFacts): BesideFigure[];
  marks?(parts: Readonly<Record<K, bigint>>, facts: MetricFacts): MetricMark[];
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
