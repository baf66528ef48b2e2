import { none, ratio, whole, type Value } from '@waymark/kernel';
import { type Condition, defineMeasure, type Measure } from '../algebra/measure.js';
import type { Metric, MetricLevel } from '../algebra/metric.js';
import { sources } from '../sources.js';
import { conditionsOf } from './conditions.js';
import type { OwnMeasure, OwnMetricDefinition } from './definition.js';
import { ownNature } from './parse-definition.js';
import { type OwnDate, ownSourceOf, type OwnSource } from './schema.js';

/** A definition over the time in which it applies: from an instant, up to and without another; null is without end. */
export interface OwnSegment {
  /** Number of the version. */
  readonly number: number;
  readonly definition: OwnMetricDefinition;
  readonly from: Date | null;
  readonly to: Date | null;
}

/** What a published version asks to be computed: one definition for all days, or older days by the versions before ("from now on"). */
export interface OwnPlan {
  readonly key: string;
  /** Number of the version that made the plan; the last segment is its own. */
  readonly number: number;
  readonly segments: readonly OwnSegment[];
}

/** Below every amount that a table takes. */
const lowest = -9_000_000_000_000_000_000n;

const parts = ['of', 'per', 'unrated', 'unrated_per'] as const;
type Part = (typeof parts)[number];

/**
 * The metric as the catalogue would have it: the same measures and a pure combination, so that whatever works with a metric works with it
 * (MET-01, MET-04). Until its days are computed it answers `not_yet`.
 */
export function buildOwnMetric(plan: OwnPlan, ready: boolean): Metric {
  const last = plan.segments.at(-1);
  if (!last) throw new Error(`the metric ${plan.key} has no version`);
  const { label, description, unit, direction } = last.definition;
  const { additive, tense } = ownNature(last.definition);
  const level = levelOf(last.definition);
  const common = { key: plan.key, version: plan.number, ...(level && { level }), label, description, unit, direction, additive, tense };
  if (!ready) return Object.freeze({ ...common, measures: {}, combine: () => none('not_yet') });
  const named = measuresOfPlan(plan);
  const metric: Metric = {
    ...common,
    formula: formulaOf(last.definition, named),
    measures: Object.fromEntries(named.map(({ name, measure }) => [name, measure])),
    combine: (values, { hasFeed }) => {
      const sum = (part: Part) => named.reduce((total, one) => (one.part === part ? total + (values[one.name] ?? 0n) : total), 0n);
      const missing =
        sum('unrated') + sum('unrated_per') > 0n
          ? 'no_rate'
          : !hasFeed && named.some((one) => one.measure.source === 'activities')
            ? 'no_data'
            : null;
      return missing ? none(missing) : combined(last.definition, sum('of'), sum('per'));
    },
  };
  return Object.freeze(metric);
}

/** The measures of a plan, each with its permanent key: no two plans share one, so that a new version never reads sums of an old one. */
export function ownMeasures(plan: OwnPlan): Measure[] {
  return measuresOfPlan(plan).map(({ measure }) => measure);
}

/** How many rows there are by the same date, whatever the conditions: counted plus left out. */
export function ownCandidates(own: OwnMeasure, key: string): Measure {
  return during(sourceOfOwn(own), own, key, []);
}

function combined({ kind, unit }: OwnMetricDefinition, of: bigint, per: bigint): Value {
  if (kind === 'measure') return whole(of);
  return ratio(kind === 'ratio' && unit === 'percent' ? of * 1_000_000n : of, per);
}

/** "{of_1} / {per_1} × 100"; where older days keep older versions the parts of all of them add up. */
function formulaOf({ kind, unit }: OwnMetricDefinition, named: readonly { name: string; part: Part }[]): string {
  const sum = (part: Part) => {
    const names = named.flatMap((one) => (one.part === part ? [`{${one.name}}`] : []));
    return names.length > 1 && kind !== 'measure' ? `(${names.join(' + ')})` : names.join(' + ');
  };
  if (kind === 'measure') return sum('of');
  return `${sum('of')} / ${sum('per')}${kind === 'ratio' && unit === 'percent' ? ' × 100' : ''}`;
}

/** What pipeline events count: leads, contacts of partner lists, or both, as the conditions say (Q82). */
function levelOf({ of, per }: OwnMetricDefinition): MetricLevel | undefined {
  const counted = [of, ...(per ? [per] : [])].filter((own) => 'partner' in sourceColumns(own));
  const levels = counted.map(({ where }): MetricLevel => {
    const asked = where.find((condition) => condition.column === 'partner');
    return asked?.op === 'yes' ? 'partner' : asked?.op === 'no' ? 'lead' : 'both';
  });
  const [first, ...others] = levels;
  return first && others.every((level) => level === first) ? first : first && 'both';
}

function measuresOfPlan(plan: OwnPlan): { name: string; part: Part; measure: Measure }[] {
  return plan.segments.flatMap((segment) =>
    parts.flatMap((part) => {
      const key = `${plan.key}@${plan.number}.${segment.number}.${part}`;
      const measure = partOf(segment, part, key);
      return measure ? [{ name: `${part}_${segment.number}`, part, measure }] : [];
    }),
  );
}

function partOf({ definition, from, to }: OwnSegment, part: Part, key: string): Measure | null {
  const { kind, of, per } = definition;
  if (part === 'unrated') return unratedOf(of, key, from, to);
  if (part === 'unrated_per') return per && unratedOf(per, key, from, to);
  if (part === 'of') return measureOf(of, key, from, to);
  if (kind === 'average') return withAmount(measureOf({ ...of, aggregate: 'count', column: null }, key, from, to), of.column as string);
  return per ? measureOf(per, key, from, to) : null;
}

function measureOf(own: OwnMeasure, key: string, from: Date | null, to: Date | null): Measure {
  const source = sourceOfOwn(own);
  const where = own.where.flatMap((condition) => conditionsOf(condition, source));
  return during(source, own, key, [...where, ...limitsOf(dateOf(own, source).at, from, to)]);
}

/** Of rows whose amount is known: what an average is divided by. */
function withAmount(measure: Measure, column: string): Measure {
  return defineMeasure({ ...measure, where: [...measure.where, { column, above: lowest }] });
}

/** Rows whose amount nobody knows for want of a rate, where amounts matter: they stop the number (SRC-08), whatever limits of amounts are asked for. */
function unratedOf(own: OwnMeasure, key: string, from: Date | null, to: Date | null): Measure | null {
  if (!('unrated' in sourceColumns(own)) || (own.column === null && !hasAmount(own))) return null;
  const source = sourceOfOwn(own);
  const isAmount = (column: string) => source.columns.some((one) => one.key === column && one.type === 'amount');
  const where = own.where.filter((one) => !isAmount(one.column)).flatMap((condition) => conditionsOf(condition, source));
  const unrated: Condition = { column: 'unrated', is: true };
  return during(source, { ...own, column: null }, key, [...where, unrated, ...limitsOf(dateOf(own, source).at, from, to)]);
}

function hasAmount(own: OwnMeasure): boolean {
  return own.where.some((condition) => ['above', 'below', 'between'].includes(condition.op));
}

/** The measure of the algebra. Rows whose date nobody knows are in no window: they count where something stands, and nowhere else. */
function during(source: OwnSource, own: OwnMeasure, key: string, where: readonly Condition[]): Measure {
  const { at, until } = dateOf(own, source);
  const dated: Condition[] = until === null && 'undated' in sourceColumns(own) ? [{ column: 'undated', is: false }] : [];
  return defineMeasure({
    key,
    source: source.key,
    tense: until === null ? 'during' : 'standing',
    at,
    ...(until === null ? {} : { until }),
    where: [...where, ...dated],
    ...(own.column === null ? {} : { sum: own.column }),
  });
}

function limitsOf(at: string, from: Date | null, to: Date | null): Condition[] {
  return [...(from ? [{ column: at, since: from }] : []), ...(to ? [{ column: at, before: to }] : [])];
}

function sourceColumns(own: OwnMeasure): Readonly<Record<string, string>> {
  return sources[sourceOfOwn(own).key].columns;
}

function sourceOfOwn(own: OwnMeasure): OwnSource {
  const source = ownSourceOf(own.source);
  if (!source) throw new Error(`a stored metric names the source "${own.source}", which does not exist`);
  return source;
}

function dateOf(own: OwnMeasure, source: OwnSource): OwnDate {
  const date = source.dates.find((one) => one.key === own.date);
  if (!date) throw new Error(`a stored metric names the date "${own.date}", which ${source.key} has not`);
  return date;
}
