import type { Measure } from './algebra/measure.js';
import type { Metric } from './algebra/metric.js';
import * as catalog from './catalog/index.js';
import { sources, type SourceName } from './sources.js';

/** Every metric, by key. */
export const metrics: ReadonlyMap<string, Metric> = new Map(Object.values(catalog).map((metric) => [metric.key, metric as unknown as Metric]));

const used = [...metrics.values()].flatMap((metric) => Object.values(metric.measures)).map((measure): [string, Measure] => [measure.key, measure]);

/** Every measure that some metric uses, each once, by key: a new metric on known measures leaves the SQL as it was. */
export const measures: readonly Measure[] = [...new Map(used).values()].sort((a, b) => (a.key < b.key ? -1 : 1));

/** The measures of one source: they are recomputed together. */
export function measuresOf(source: SourceName): Measure[] {
  return measures.filter((measure) => measure.source === source);
}

export const sourceNames = Object.keys(sources) as SourceName[];

/** The columns of a source on whose days some measure counts. */
export function instantsOf(source: SourceName): string[] {
  return [...new Set(measuresOf(source).flatMap((measure) => [measure.at, ...(measure.until === undefined ? [] : [measure.until])]))];
}

/** The parts of a metric, named as its combination expects them, from values by measure key. */
export function combineParts(metric: Metric, byMeasure: ReadonlyMap<string, bigint>, facts: { hasFeed: boolean }) {
  const parts = Object.fromEntries(Object.entries(metric.measures).map(([name, measure]) => [name, byMeasure.get(measure.key) ?? 0n]));
  return metric.combine(parts, facts);
}
