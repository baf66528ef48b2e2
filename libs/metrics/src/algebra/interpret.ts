import type { Window } from '@waymark/kernel';
import type { Condition, Measure } from './measure.js';

/** A fact as the interpreter sees it: the columns of its source. */
export type Fact = Readonly<Record<string, Date | bigint | string | boolean | null>> & { readonly owner_id: string };

/** The measure over one window for one owner: the second reading of the same definition, which the first is held against. */
export function interpret(measure: Measure, facts: readonly Fact[], ownerId: string, window: Window): bigint {
  let total = 0n;
  for (const fact of facts)
    if (fact.owner_id === ownerId && measure.where.every((condition) => holds(condition, fact)) && inTense(measure, fact, window))
      total += amountOf(measure, fact);
  return total;
}

/**
 * What is kept of the measure for one owner and one day: the sum of a during measure, the change of a standing one (what began less what
 * ended), and likewise the number of rows.
 */
export function interpretDaily(measure: Measure, facts: readonly Fact[], ownerId: string, day: Window): { sum: bigint; count: number } {
  const kept = { sum: 0n, count: 0 };
  const add = (fact: Fact, column: string | undefined, sign: 1n | -1n) => {
    const at = column === undefined ? null : fact[column];
    if (!(at instanceof Date) || at < day.from || at >= day.to) return;
    kept.sum += sign * amountOf(measure, fact);
    kept.count += Number(sign);
  };
  for (const fact of facts)
    if (fact.owner_id === ownerId && measure.where.every((condition) => holds(condition, fact))) {
      add(fact, measure.at, 1n);
      if (fact[measure.at] instanceof Date) add(fact, measure.until, -1n);
    }
  return kept;
}

/** What a fact adds; an amount that nobody knows adds nothing. */
function amountOf(measure: Measure, fact: Fact): bigint {
  return measure.sum === undefined ? 1n : ((fact[measure.sum] as bigint | null) ?? 0n);
}

export function holds(condition: Condition, fact: Fact): boolean {
  const value = fact[condition.column];
  if ('is' in condition) return value === condition.is;
  if ('isNot' in condition) return value !== condition.isNot;
  if ('oneOf' in condition) return typeof value === 'string' && condition.oneOf.includes(value);
  if ('above' in condition) return typeof value === 'bigint' && value > condition.above;
  if ('below' in condition) return typeof value === 'bigint' && value < condition.below;
  if (!(value instanceof Date)) return false;
  return 'since' in condition ? value >= condition.since : value < condition.before;
}

function inTense(measure: Measure, fact: Fact, window: Window): boolean {
  const at = fact[measure.at];
  if (!(at instanceof Date)) return false;
  if (measure.tense === 'during') return at >= window.from && at < window.to;
  const until = fact[measure.until as string];
  return at < window.to && (!(until instanceof Date) || until >= window.to);
}
