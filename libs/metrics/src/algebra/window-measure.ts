import type { Window } from '@waymark/kernel';
import { windowSources, type WindowSourceName } from '../sources.js';
import type { Statement } from './compile.js';
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
  parts: readonly K[];
  /** Tables after `member (scope, owner_id, from_at, to_at)` and `fact`; the last is `counted`, each thing once per scope. */
  sql: string;
  /** What each part is, over `c`, the rows of `counted` of one scope (all columns null when there is none). */
  columns: Readonly<Record<K, string>>;
  /** The same for one scope over facts that happened before the end of the window. */
  interpret(facts: readonly Fact[], members: readonly Member[], window: Window): Record<K, bigint>;
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
  /** A part that has no rows of its own is not here. */
  parts: Readonly<Partial<Record<K, WindowPart>>>;
  interpret(facts: readonly Fact[], members: readonly Member[], window: Window): WindowCandidate[];
}

/** Declares a window measure; types only. */
export function defineWindowMeasure<K extends string>(measure: WindowMeasure<K>): WindowMeasure<K> {
  return Object.freeze(measure);
}

/**
 * The parts of a window measure for many scopes: one statement. Parameters: $1 tenant, then the members by column, $2 scopes text[], $3 owners uuid[],
 * $4 from and $5 to timestamptz[]; $6 and $7 the half-open window, and with `as_known` $8: the instant up to which the facts were known.
 * Columns: scope, then one bigint per part.
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
export function windowTables<K extends string>(measure: WindowMeasure<K>, knownAt: string | null, _given: number): Statement {
  const source = windowSources[measure.source];
  const known = knownAt === null ? 'known_to is null' : `known_at <= ${knownAt} and (known_to is null or known_to > ${knownAt})`;
  return {
    text: `with member as (select * from unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as m (scope, owner_id, from_at, to_at)),
    fact as (select ${source.columns.join(', ')} from ${measure.source} where tenant_id = $1 and ${known} and ${source.occurred} < $7 and $6::timestamptz is not null),
    ${measure.sql}`,
    constants: [],
  };
}

/** The parts for one scope by the plain reading. */
export function interpretWindow<K extends string>(
  measure: WindowMeasure<K>,
  facts: readonly Fact[],
  members: readonly Member[],
  window: Window,
): Record<K, bigint> {
  const { occurred } = windowSources[measure.source];
  return measure.interpret(
    facts.filter((fact) => (fact[occurred] as Date) < window.to),
    members,
    window,
  );
}

/** Whether the owner belonged to the scope at that instant. */
export function isMember(members: readonly Member[], ownerId: string, at: Date): boolean {
  return members.some(
    (member) => member.ownerId === ownerId && (member.from === null || member.from <= at) && (member.to === null || member.to > at),
  );
}
