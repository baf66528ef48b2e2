import type { Measure } from '../algebra/measure.js';
import type { Metric } from '../algebra/metric.js';
import { measures, metrics } from '../registry.js';

/** Finds a metric by key; a map of metrics does. */
export interface MetricLookup {
  get(key: string): Metric | undefined;
  values(): Iterable<Metric>;
}

/** The metrics of one organisation: the catalogue and its own, and every measure that has to be kept for them. */
export interface MetricRegistry {
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly measures: readonly Measure[];
}

/** `pending` are measures of versions that are being computed and that nobody reads yet. A key of the catalogue cannot be taken over. */
export function registryWith(own: readonly Metric[], pending: readonly Measure[] = []): MetricRegistry {
  if (own.length === 0 && pending.length === 0) return { metrics, measures };
  const used = own.flatMap((metric) => Object.values<Measure>(metric.measures)).concat(pending);
  const ownOnes = own.filter((metric) => !metrics.has(metric.key)).map((metric): [string, Metric] => [metric.key, metric]);
  return {
    metrics: new Map([...metrics, ...ownOnes]),
    measures: [...measures, ...new Map(used.map((measure) => [measure.key, measure])).values()],
  };
}
