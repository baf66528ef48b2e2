import { none, type Value } from '@waymark/kernel';
import type { Measure } from './algebra/measure.js';
import type { BesideFigure, Metric, MetricFacts, MetricMark } from './algebra/metric.js';
import type { WindowMeasure } from './algebra/window-measure.js';
import * as catalog from './catalog/index.js';
import { sources, type SourceName } from './sources.js';

/** Every metric, by key. */
export const metrics: ReadonlyMap<string, Metric> = new Map(Object.values(catalog).map((metric) => [metric.key, metric as unknown as Metric]));

const used = [...metrics.values()].flatMap((metric) => Object.values(metric.measures)).map((measure): [string, Measure] => [measure.key, measure]);

/** Every measure that some metric uses, each once, by key: a new metric on known measures leaves the SQL as it was. */
export const measures: readonly Measure[] = [...new Map(used).values()].sort((a, b) => (a.key < b.key ? -1 : 1));

/** The measures of one source, of the catalogue unless others are given: they are recomputed together. */
export function measuresOf(source: SourceName, among: readonly Measure[] = measures): Measure[] {
  return among.filter((measure) => measure.source === source);
}

export const sourceNames = Object.keys(sources) as SourceName[];

/** The columns of a source on whose days some measure counts. */
export function instantsOf(source: SourceName, among: readonly Measure[] = measures): string[] {
  return [...new Set(measuresOf(source, among).flatMap((measure) => [measure.at, ...(measure.until === undefined ? [] : [measure.until])]))];
}

/** Every window measure that some metric uses, each once. */
export const windowMeasures: readonly WindowMeasure[] = [
  ...new Map([...metrics.values()].flatMap(({ window }) => (window ? [[window.key, window] as const] : []))).values(),
];

/** Name under which the part of a window measure is handed around. */
export function partKey(window: WindowMeasure, part: string): string {
  return `${window.key}.${part}`;
}

/** The value of a metric from values by measure key (of window measures by `partKey`). */
export function combineParts(metric: Metric, byMeasure: ReadonlyMap<string, bigint>, facts: MetricFacts): Value {
  if (metric.window && facts.begun === false) return none('not_yet');
  return metric.combine(partsOf(metric, byMeasure), facts);
}

/** What is shown with the value: figures, and marks that the reader must see. */
export function besideParts(
  metric: Metric,
  byMeasure: ReadonlyMap<string, bigint>,
  facts: MetricFacts,
): { beside: BesideFigure[]; marks: MetricMark[] } {
  const parts = partsOf(metric, byMeasure);
  return { beside: metric.beside?.(parts, facts) ?? [], marks: metric.marks?.(parts, facts) ?? [] };
}

/** The parts of a metric, named as its combination expects them. */
export function partsOf(metric: Metric, byMeasure: ReadonlyMap<string, bigint>): Record<string, bigint> {
  const { window } = metric;
  const keys = window
    ? window.parts.map((part) => [part, partKey(window, part)] as const)
    : Object.entries(metric.measures).map(([name, measure]) => [name, measure.key] as const);
  return Object.fromEntries(keys.map(([name, key]) => [name, byMeasure.get(key) ?? 0n]));
}
