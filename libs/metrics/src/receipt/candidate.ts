import type { Window } from '@waymark/kernel';
import type { Fact } from '../algebra/interpret.js';
import { holds } from '../algebra/interpret.js';
import type { Condition, Measure } from '../algebra/measure.js';
import type { Member } from '../algebra/window-measure.js';
import { isMember } from '../algebra/window-measure.js';
import { sourceOf, type SourceName } from '../sources.js';

/**
 * A row that a measure looked at (MET-08). It counts when `reason` is null; otherwise the reason is the first condition that it fails, a stable key.
 *
 * Candidates of a measure `during` a window: the rows of its source that a member of the scope owns and whose instant lies in the window. The instant
 * is that of the measure or, where the row has none, the first other instant that the row has; membership is asked at that instant.
 * Candidates of a `standing` measure: the rows that began before the end of the window and have not ended before its beginning, of those who are members
 * on its last day.
 */
export interface Candidate {
  ownerId: string;
  at: Date;
  /** What the row adds, or would add: the amount, or 1 where rows are counted. */
  amount: bigint;
  reason: string | null;
}

/** The instants by which a row becomes a candidate, in the order in which they are asked. */
export function instantsToTouch(measure: Measure): string[] {
  const source = sourceOf(measure.source);
  if (measure.tense === 'standing' || source.derived) return [measure.at];
  const others = Object.entries(source.columns).flatMap(([column, type]) => (type === 'instant' && column !== measure.at ? [column] : []));
  return [measure.at, ...others];
}

/** Why a row that fails this condition does not count: the word it has instead, or the name of the flag. `value` is read for words only. */
export function reasonOf(source: SourceName, condition: Condition, value: unknown): string {
  const { column } = condition;
  const type = sourceOf(source).columns[column];
  if (type === 'word') return `${column}_${value === null || value === undefined ? 'none' : String(value)}`;
  if (type === 'flag') return 'is' in condition && condition.is === false ? column : `not_${column}`;
  if ('below' in condition) return `high_${column}`;
  if ('since' in condition) return `early_${column}`;
  if ('before' in condition) return `late_${column}`;
  return `low_${column}`;
}

/** The candidates of a measure by the plain reading: what the SQL of `compileCandidates` is held against. */
export function candidatesOf(measure: Measure, facts: readonly Fact[], members: readonly Member[], window: Window): Candidate[] {
  return facts.flatMap((fact) => {
    const at = touching(measure, fact, members, window);
    if (at === null) return [];
    const amount = measure.sum === undefined ? 1n : ((fact[measure.sum] as bigint | null) ?? 0n);
    return [{ ownerId: fact.owner_id, at, amount, reason: whyNot(measure, fact, window) }];
  });
}

function touching(measure: Measure, fact: Fact, members: readonly Member[], window: Window): Date | null {
  const at = instantsToTouch(measure)
    .map((column) => fact[column])
    .find((value): value is Date => value instanceof Date);
  if (at === undefined) return null;
  if (measure.tense === 'during') return at >= window.from && at < window.to && isMember(members, fact.owner_id, at) ? at : null;
  const until = fact[measure.until as string];
  const first = window.from < window.to ? window.from : window.to;
  if (at >= window.to || (until instanceof Date && until < first)) return null;
  return members.some((member) => member.ownerId === fact.owner_id && isMemberAtEnd(member, window.to)) ? at : null;
}

function isMemberAtEnd(member: Member, end: Date): boolean {
  return (member.from === null || member.from < end) && (member.to === null || member.to >= end);
}

function whyNot(measure: Measure, fact: Fact, window: Window): string | null {
  const until = measure.until === undefined ? null : fact[measure.until];
  if (until instanceof Date && until < window.to) return 'ended';
  const failed = measure.where.find((condition) => !holds(condition, fact));
  if (failed) return reasonOf(measure.source, failed, fact[failed.column]);
  return fact[measure.at] instanceof Date ? null : `no_${measure.at}`;
}
