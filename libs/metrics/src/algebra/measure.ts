import { type ColumnType, sources, type SourceName } from '../sources.js';

/**
 * What a row must look like to count: equality on words and flags, one of several words, another word (`null` stands for a word that is missing),
 * limits of amounts (without the limit itself), and limits of instants (`since` with it, `before` without).
 */
export type Condition =
  | { column: string; is: string | boolean | null }
  | { column: string; isNot: string | null }
  | { column: string; oneOf: readonly string[] }
  | { column: string; above: bigint }
  | { column: string; below: bigint }
  | { column: string; since: Date }
  | { column: string; before: Date };

/**
 * The additive part of a metric, as data. `during` counts facts whose instant lies in the window; `standing` counts rows that began before
 * an instant and have not ended before it. Both are kept per owner and day: a standing one as dated changes.
 */
export interface Measure {
  key: string;
  source: SourceName;
  tense: 'during' | 'standing';
  /** The instant of a during measure; where a row of a standing one begins. */
  at: string;
  /** Where a row of a standing measure ends; null there means it still stands. */
  until?: string;
  where: readonly Condition[];
  /** The amount to add; without it rows are counted. */
  sum?: string;
}

/** Checks that a measure mentions only what its source has; an unknown column is a defect of the definition, told at once. */
export function defineMeasure(measure: Measure): Measure {
  const columns: Readonly<Record<string, string>> = sources[measure.source].columns;
  const need = (column: string | undefined, type: string) => {
    if (column !== undefined && columns[column] !== type)
      throw new Error(`measure ${measure.key}: ${measure.source} has no ${type} column "${column}"`);
  };
  need(measure.at, 'instant');
  need(measure.until, 'instant');
  need(measure.sum, 'amount');
  for (const condition of measure.where) need(condition.column, typeOf(condition));
  if ((measure.tense === 'standing') !== (measure.until !== undefined)) throw new Error(`measure ${measure.key}: only a standing measure has an end`);
  return Object.freeze(measure);
}

/** The type of column that a condition asks for. */
function typeOf(condition: Condition): ColumnType {
  if ('above' in condition || 'below' in condition) return 'amount';
  if ('since' in condition || 'before' in condition) return 'instant';
  return 'is' in condition && typeof condition.is === 'boolean' ? 'flag' : 'word';
}
