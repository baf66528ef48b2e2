import { isNone, type Value, windowOf } from '@waymark/kernel';
import type { Fact } from '../algebra/interpret.js';
import { interpret } from '../algebra/interpret.js';
import type { Metric, MetricFacts } from '../algebra/metric.js';
import { interpretWindow, type WindowMeasure } from '../algebra/window-measure.js';
import type { SourceName } from '../sources.js';

const nothing = {
  owner_id: 'ann',
  undated: false,
  qualified: false,
  entered: null,
  ended_at: null,
  unrated: false,
  position: 1n,
  from_list: false,
  step: null,
  agreement: null,
  partner: false,
};

/** A fact of a spec: what matters is written, the rest is plain. Days stand for noon UTC. */
export function fact(columns: Record<string, string | bigint | boolean | null>): Fact {
  const read = Object.entries(columns).map(([name, value]) => [name, name.endsWith('_at') && typeof value === 'string' ? instantOf(value) : value]);
  return { ...nothing, ...(Object.fromEntries(read) as object) };
}

/** The metric of Ann over July 2017, zone UTC, by the plain reading. */
export function julyOf<K extends string>(metric: Metric<K>, facts: Partial<Record<SourceName, Fact[]>>, hasFeed = true): Value {
  const july = windowOf('2017-07-01', '2017-07-31', 'UTC');
  const parts = Object.entries<Metric['measures'][string]>(metric.measures).map(([name, measure]) => [
    name,
    interpret(measure, facts[measure.source] ?? [], 'ann', july),
  ]);
  return metric.combine(Object.fromEntries(parts) as Record<K, bigint>, { hasFeed });
}

/** The metric of Ann over July 2017 with what stands beside it (numerators by key, or the reason) and its marks. */
export function readJuly<K extends string>(metric: Metric<K>, facts: Partial<Record<SourceName, Fact[]>>, about: Partial<MetricFacts> = {}) {
  const july = windowOf('2017-07-01', '2017-07-31', 'UTC');
  const read = Object.entries<Metric['measures'][string]>(metric.measures).map(([name, measure]) => [
    name,
    interpret(measure, facts[measure.source] ?? [], 'ann', july),
  ]);
  const parts = Object.fromEntries(read) as Record<K, bigint>;
  const known = { hasFeed: true, ...about };
  const beside = Object.fromEntries((metric.beside?.(parts, known) ?? []).map(({ key, value }) => [key, isNone(value) ? value.none : value.num]));
  return { value: metric.combine(parts, known), beside, marks: metric.marks?.(parts, known) ?? [] };
}

/** The metric of Ann over July 2017, or of the owners who are named, by the plain reading of its window measure; and what stands beside it. */
export function julyWindowOf<K extends string>(
  metric: Metric<K>,
  facts: Fact[],
  owners: string[] = ['ann'],
  { other = [], ...about }: Partial<MetricFacts> & { other?: Fact[] } = {},
) {
  const window = metric.window as WindowMeasure<K>;
  const members = owners.map((ownerId) => ({ scope: 'all', ownerId, from: null, to: null }));
  const parts = interpretWindow(window, facts, members, windowOf('2017-07-01', '2017-07-31', 'UTC'), { other, due: { days: [], quarters: [] } });
  const known = { hasFeed: true, ...about };
  const beside = Object.fromEntries((metric.beside?.(parts, known) ?? []).map(({ key, value }) => [key, isNone(value) ? value.none : value.num]));
  return { value: metric.combine(parts, known), beside, marks: metric.marks?.(parts, known) ?? [] };
}

function instantOf(text: string): Date {
  return new Date(text.length === 10 ? `${text}T12:00:00Z` : text);
}
