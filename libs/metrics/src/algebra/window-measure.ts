import type { Window } from '@waymark/kernel';
import { windowSources, type WindowSourceName } from '../sources.js';
import type { Statement } from './compile.js';
import type { DueQuarters } from './due-quarters.js';
import type { Fact } from './interpret.js';

/** Whose facts belong to a scope (a person, a team, everybody): an owner, from one instant up to another; null is without end. */
export interface Member {
  scope: string;
  ownerId: string;
  from: Date | null;
  to: Date | null;
}

/**
 * What does not add up over days (Q105): the last answer of each contact, a cohort of customers. Said twice, as SQL and over arrays, and the two
 * are held against each other. A fact belongs to the scope whose member owned it at the instant that the measure names (Q26).
 */
export interface WindowMeasure<K extends string = string> {
  /** Permanent. */
  key: string;
  source: WindowSourceName;
  /** A second source that it looks at, with the words that its rows must have: the table `other`. */
  other?: { source: WindowSourceName; where: Readonly<Record<string, string>> };
  /** It has a due list by fiscal quarters: the tables `on_days` and `quarter`, of those that are due in the window. */
  byQuarter?: boolean;
  /** It follows what began in the window up to now (Q83): facts after its end are there too. */
  byNow?: boolean;
  parts: readonly K[];
  /** Tables after `member (scope, owner_id, from_at, to_at)`, `fact` and what is named above; the last is `counted`, each thing once per scope. */
  sql: string;
  /** What each part is, over `c`, the rows of `counted` of one scope (all columns null when there is none). */
  columns: Readonly<Record<K, string>>;
  /** The same for one scope over facts that happened before the end of the window, or with `byNow` over all. */
  interpret(facts: readonly Fact[], members: readonly Member[], window: Window, beside: WindowBeside): Record<K, bigint>;
  /** What it looked at, and why something does not count. */
  receipt?: WindowReceipt<K>;
}

/** A thing that a window measure looked at in one scope: a contact's answer, a customer. The columns are those that its parts mention. */
export interface WindowCandidate {
  ownerId: string;
  at: Date;
  reason: string | null;
  columns: Readonly<Record<string, bigint | string>>;
}

/** What of a candidate makes a part: an amount (else 1), of those that have this word (else of all that count). */
export interface WindowPart {
  sum?: string;
  is?: { column: string; word: string };
}

/** How a window measure says what it looked at and why something does not count (MET-08): twice, and the two are held against each other. */
export interface WindowReceipt<K extends string = string> {
  /**
   * Tables after those of the measure; the last is `candidate`: thing, version, link, owner_id, at, company_id, word and reason, and the columns that the
   * parts mention. `member` has the members of one scope; each thing comes once.
   */
  sql: string;
  /** The things are pipeline items: `link` is theirs. */
  ofItems?: boolean;
  /** A part that has no rows of its own is not here. */
  parts: Readonly<Partial<Record<K, WindowPart>>>;
  interpret(facts: readonly Fact[], members: readonly Member[], window: Window, beside: WindowBeside): WindowCandidate[];
}

/** What a measure reads besides its own facts. */
export interface WindowBeside {
  other: readonly Fact[];
  due: DueQuarters;
}

const nothingBeside: WindowBeside = { other: [], due: { days: [], quarters: [] } };

/** Declares a window measure; types only. */
export function defineWindowMeasure<K extends string>(measure: WindowMeasure<K>): WindowMeasure<K> {
  return Object.freeze(measure);
}

/**
 * The parts of a window measure for many scopes: one statement. Parameters: $1 tenant, then the members by column, $2 scopes text[], $3 owners uuid[],
 * $4 from and $5 to timestamptz[]; $6 and $7 the half-open window, with `as_known` $8: the instant up to which the facts were known; then for one by
 * quarters `quarterParameters`, and the constants. Columns: scope, then one bigint per part.
 */
export function compileWindowMeasure<K extends string>(measure: WindowMeasure<K>, reading: 'present' | 'as_known'): Statement {
  const { text, constants } = windowTables(measure, reading === 'present' ? null : '$8', reading === 'present' ? 7 : 8);
  const parts = measure.parts.map((part) => `(${measure.columns[part]})::bigint as ${part}`);
  return {
    text: `${text}
    select s.scope, ${parts.join(', ')}
    from (select distinct scope from member) s left join counted c on c.scope = s.scope group by s.scope`,
    constants,
  };
}

/** The tables of a measure up to `counted`, as the facts stand or as known at the instant of a parameter; `given`: parameters before its own. */
export function windowTables<K extends string>(measure: WindowMeasure<K>, knownAt: string | null, given: number): Statement {
  const source = windowSources[measure.source];
  const known = knownAt === null ? 'known_to is null' : `known_at <= ${knownAt} and (known_to is null or known_to > ${knownAt})`;
  const quarters = measure.byQuarter ? quarterTable(given + 1) : '';
  const other = measure.other ? otherTable(measure, measure.other, known, given + (measure.byQuarter ? quarterColumns : 0)) : '';
  return {
    text: `with member as (select * from unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as m (scope, owner_id, from_at, to_at)),
    fact as (select ${source.columns.join(', ')} from ${measure.source} where tenant_id = $1 and ${known} and ${bound(measure, measure.source)} and $6::timestamptz is not null),${quarters}${other}
    ${measure.sql}`,
    constants: Object.values(measure.other?.where ?? {}),
  };
}

const quarterColumns = 6;

/** `quarter` has the numbers of its first day and of the one after its last; `on_days` the starts of all days, whose number is their place. */
function quarterTable(n: number): string {
  const [days, first, end, from, due, to] = [0, 1, 2, 3, 4, 5].map((column) => `$${n + column}`);
  return `
    on_days as (select ${days}::timestamptz[] as starts),
    quarter as (select * from unnest(${first}::int[], ${end}::int[], ${from}::timestamptz[], ${due}::timestamptz[], ${to}::timestamptz[])
      as q (first_no, end_no, from_at, due_at, to_at)),`;
}

/** The values of the parameters of a measure by quarters, in their order. */
export function quarterParameters({ days, quarters }: DueQuarters): unknown[] {
  const texts = (instants: readonly Date[]) => instants.map((instant) => instant.toISOString());
  const { first, end, from, due, to } = {
    first: quarters.map((quarter) => quarter.first),
    end: quarters.map((quarter) => quarter.end),
    from: quarters.map((quarter) => quarter.from),
    due: quarters.map((quarter) => quarter.due),
    to: quarters.map((quarter) => quarter.to),
  };
  return [texts(days), first, end, texts(from), texts(due), texts(to)];
}

/** Which facts of a source are there: those before the end of the window, unless it is followed up to now, that can matter. */
function bound({ byNow }: Pick<WindowMeasure, 'byNow'>, source: WindowSourceName): string {
  const { occurred, narrow } = windowSources[source];
  return `${byNow ? `${occurred} is not null and $7::timestamptz is not null` : `${occurred} < $7`}${narrow ? ` and ${narrow}` : ''}`;
}

function otherTable(
  measure: Pick<WindowMeasure, 'byNow'>,
  { source, where }: NonNullable<WindowMeasure['other']>,
  known: string,
  given: number,
): string {
  const { columns } = windowSources[source];
  const words = Object.keys(where).map((column, n) => ` and ${column} = $${given + n + 1}`);
  return `
    other as (select ${columns.join(', ')} from ${source} where tenant_id = $1 and ${known} and ${bound(measure, source)}${words.join('')}),`;
}

/** The parts for one scope by the plain reading. */
export function interpretWindow<K extends string>(
  measure: WindowMeasure<K>,
  facts: readonly Fact[],
  members: readonly Member[],
  window: Window,
  beside: WindowBeside = nothingBeside,
): Record<K, bigint> {
  const before = (source: WindowSourceName, rows: readonly Fact[]) => {
    const { occurred } = windowSources[source];
    return rows.filter((row) => row[occurred] !== null && (measure.byNow === true || (row[occurred] as Date) < window.to));
  };
  const { other } = measure;
  const seen = other
    ? before(other.source, beside.other).filter((row) => Object.entries(other.where).every(([name, word]) => row[name] === word))
    : [];
  return measure.interpret(before(measure.source, facts), members, window, { ...beside, other: seen });
}

/** Whether the owner belonged to the scope at that instant. */
export function isMember(members: readonly Member[], ownerId: string, at: Date): boolean {
  return members.some(
    (member) => member.ownerId === ownerId && (member.from === null || member.from <= at) && (member.to === null || member.to > at),
  );
}
