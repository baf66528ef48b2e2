import { sourceOf, type SourceName } from '../sources.js';
import type { Condition, Measure } from './measure.js';

/** A statement with its constant parameters after the caller's own. */
export interface Statement {
  text: string;
  /** Values of the definitions (words, limits); they follow the caller's parameters. */
  constants: unknown[];
}

/**
 * Recomputes measures of one source for dirty (owner, day) pairs, one scan for all of them.
 * Parameters: $1 tenant, $2 owners uuid[], $3 days date[], $4 and $5 the half-open instants of each day timestamptz[].
 * Columns: owner_id, on_day, measure, sum, count.
 */
export function compileDaily(measures: readonly Measure[]): Statement {
  const source = onlySource(measures);
  const constants = new Constants(5);
  const instants = instantsRead(measures);
  const columns = measures.map((measure, n) => {
    // What never began does not end either.
    const inDay = (column: string) => `${column === measure.until ? `s.${measure.at} is not null and ` : ''}s.arm = ${instants.indexOf(column)}`;
    const counts = (column: string) => `count(*) filter (where ${[...rowConditions(measure, constants), inDay(column)].join(' and ')})`;
    const sums = (column: string) =>
      measure.sum === undefined
        ? counts(column)
        : `coalesce(sum(s.${measure.sum}) filter (where ${[...rowConditions(measure, constants), inDay(column)].join(' and ')}), 0)`;
    const minus = (part: (column: string) => string) => (measure.until === undefined ? '' : ` - ${part(measure.until)}`);
    return {
      key: measure.key,
      sql: `(${sums(measure.at)}${minus(sums)})::bigint as sum_${n}, (${counts(measure.at)}${minus(counts)})::int as count_${n}`,
    };
  });
  const rows = instantArms(source.table, measures);
  const pairs = columns.map((column, n) => `(${constants.add(column.key, 'text')}, v.sum_${n}, v.count_${n})`).join(', ');
  return {
    text: `select d.owner_id, d.on_day, m.measure, m.sum, m.count
    from unnest($2::uuid[], $3::date[], $4::timestamptz[], $5::timestamptz[]) as d (owner_id, on_day, from_at, to_at)
    cross join lateral (select ${columns.map((column) => column.sql).join(',\n        ')}
      from (${rows}) s) v
    cross join lateral (values ${pairs}) as m (measure, sum, count)`,
    constants: constants.values,
  };
}

function instantsRead(measures: readonly Measure[]): string[] {
  return [...new Set(measures.flatMap((measure) => [measure.at, ...(measure.until === undefined ? [] : [measure.until])]))];
}

/**
 * The rows that touch a day `d`, once for each instant column that does, whose number is `arm`: each an index range of that day alone, so that the cost of a
 * change does not grow with the facts of other days (MET-06), and of no more columns than the measures ask for.
 */
function instantArms(table: string, measures: readonly Measure[]): string {
  const mentioned = measures.flatMap((measure) => [
    ...measure.where.map((condition) => condition.column),
    ...(measure.sum === undefined ? [] : [measure.sum]),
    ...(measure.until === undefined ? [] : [measure.at]),
  ]);
  const arms = instantsRead(measures).map(
    (column, n) =>
      `select ${[`${n} as arm`, ...new Set(mentioned)].join(', ')} from ${table} where tenant_id = $1 and known_to is null and owner_id = d.owner_id and ${column} >= d.from_at and ${column} < d.to_at`,
  );
  return arms.join('\n      union all\n      ');
}

/**
 * Values of measures of one source over one window for a set of owners.
 * Parameters: $1 tenant, $2 owners uuid[], $3 from, $4 to (half-open; standing measures are taken at `to`), and with `asKnown` $5: the
 * instant up to which the facts were known. Columns: owner_id, then one bigint `v0..` per measure, in their order.
 */
export function compileWindow(measures: readonly Measure[], reading: 'present' | 'as_known'): Statement {
  const source = onlySource(measures);
  const constants = new Constants(reading === 'as_known' ? 5 : 4);
  const columns = measures.map((measure, n) => {
    const conditions = [...rowConditions(measure, constants), ...windowConditions(measure)].join(' and ');
    const value =
      measure.sum === undefined ? `count(*) filter (where ${conditions})` : `coalesce(sum(s.${measure.sum}) filter (where ${conditions}), 0)`;
    return `(${value})::bigint as v${n}`;
  });
  return {
    text: `select o.owner_id, ${columns.join(', ')}
    from unnest($2::uuid[]) as o (owner_id) left join (${relation(source.table, reading)}) s on s.owner_id = o.owner_id
    where $3::timestamptz is not null group by o.owner_id`,
    constants: constants.values,
  };
}

/**
 * The source as it stands, or as it was known at $5 with the derived columns of that knowledge. Events at or after $4 are left out there: they
 * can neither count nor make an earlier one a later entry.
 */
function relation(table: string, reading: 'present' | 'as_known'): string {
  if (reading === 'present') return `select * from ${table} where tenant_id = $1 and known_to is null and owner_id = any($2)`;
  const known = `tenant_id = $1 and known_at <= $5 and (known_to is null or known_to > $5)`;
  if (table !== 'pipeline_events') return `select * from ${table} where ${known} and owner_id = any($2)`;
  return `select ${timelineColumns()}
      from pipeline_events k where ${known} and k.occurred_at < $4
      window item as (partition by k.item_id order by k.occurred_at, k.sequence)`;
}

/** What an as-known reading has of an event `k`, with what follows from its item's other versions `item` that were known then. */
export function timelineColumns(): string {
  return `k.owner_id, k.item_id, k.kind, k.qualified, k.value_minor, k.unrated, k.undated, k.occurred_at, k.expected_close_on, k.currency,
        lead(k.occurred_at) over item as ended_at,
        case when k.kind in ('won', 'lost') and lag(k.kind) over item is distinct from k.kind then k.kind
             when k.kind in ('lead', 'deal') and row_number() over (partition by k.item_id, k.kind order by k.occurred_at, k.sequence) = 1 then k.kind end as entered,
        k.step, k.partner, ${agreementOf('k', 'item')} as agreement`;
}

/**
 * What an event does to the agreement of its item (Q81): the first entry into an agreement or list stage makes it, leaving those and won takes it back,
 * coming back restores it. An expression over `item`, one item's events in their order.
 */
export function agreementOf(event: string, item: string): string {
  const agreed = `coalesce(${event}.step in ('agreement', 'list'), false)`;
  const holds = `(${agreed} or ${event}.kind = 'won')`;
  const before = `coalesce(lag(${holds}) over ${item}, false)`;
  const ever = `count(*) filter (where ${agreed}) over ${item}`;
  return `case when ${agreed} and ${ever} = 1 then 'made' when ${ever} > 0 and ${before} and not ${holds} then 'reversed'
             when ${ever} > 0 and not ${before} and ${holds} then 'restored' end`;
}

function onlySource(measures: readonly Measure[]): ReturnType<typeof sourceOf> {
  const names = new Set<SourceName>(measures.map((measure) => measure.source));
  const [name] = names;
  if (names.size !== 1 || name === undefined) throw new Error('measures of exactly one source compile together');
  return sourceOf(name);
}

function windowConditions(measure: Measure): string[] {
  if (measure.tense === 'during') return [`s.${measure.at} >= $3`, `s.${measure.at} < $4`];
  return [`s.${measure.at} < $4`, `(s.${measure.until} is null or s.${measure.until} >= $4)`];
}

/** The conditions of a measure over a row `s`, for statements that show rows; their constants follow `before` parameters of the caller. */
export function compileConditions(measure: Measure, before: number): Statement {
  const constants = new Constants(before);
  return { text: ['true', ...rowConditions(measure, constants)].join(' and '), constants: constants.values };
}

function rowConditions(measure: Measure, constants: Constants): string[] {
  return measure.where.map((condition) => conditionSql(condition, constants));
}

export function conditionSql(condition: Condition, constants: Constants): string {
  const column = `s.${condition.column}`;
  if ('above' in condition) return `${column} > ${constants.add(condition.above.toString(), 'bigint')}`;
  if ('below' in condition) return `${column} < ${constants.add(condition.below.toString(), 'bigint')}`;
  if ('since' in condition) return `${column} >= ${constants.add(condition.since.toISOString(), 'timestamptz')}`;
  if ('before' in condition) return `${column} < ${constants.add(condition.before.toISOString(), 'timestamptz')}`;
  if ('oneOf' in condition) return `${column} in (${condition.oneOf.map((word) => constants.add(word, 'text')).join(', ')})`;
  if ('isNot' in condition)
    return condition.isNot === null ? `${column} is not null` : `${column} is distinct from ${constants.add(condition.isNot, 'text')}`;
  if (condition.is === null) return `${column} is null`;
  if (typeof condition.is === 'boolean') return condition.is ? column : `not ${column}`;
  return `${column} = ${constants.add(condition.is, 'text')}`;
}

/** Numbers the constants after the caller's parameters; equal values of one type share a number. */
export class Constants {
  readonly values: unknown[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly before: number) {}

  add(value: string, type: 'text' | 'bigint' | 'timestamptz'): string {
    const known = `${type} ${value}`;
    const number = this.numbers.get(known) ?? this.before + this.values.push(value);
    this.numbers.set(known, number);
    return `$${number}::${type}`;
  }
}
