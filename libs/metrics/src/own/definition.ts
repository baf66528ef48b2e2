import type { Unit } from '@waymark/kernel';

/** How a condition compares. Which ones a column takes follows from its type (`operatorsOf`). */
export const ownOperators = ['is', 'is_not', 'one_of', 'none_of', 'missing', 'present', 'above', 'below', 'between', 'yes', 'no'] as const;
export type OwnOperator = (typeof ownOperators)[number];

/** Values are exact text: words as they are, amounts as decimals in the unit of the column ("1000.00"). */
export interface OwnCondition {
  readonly column: string;
  readonly op: OwnOperator;
  readonly values: readonly string[];
}

/** Rows of a source that count, by which date, and what of them is added. */
export interface OwnMeasure {
  readonly source: string;
  /** The instant column by which rows fall into days, or `standing`: what stands at the end of the window. */
  readonly date: string;
  readonly where: readonly OwnCondition[];
  readonly aggregate: 'count' | 'sum';
  /** The amount column that a sum adds. */
  readonly column: string | null;
}

export const ownKinds = ['measure', 'average', 'ratio'] as const;
export type OwnKind = (typeof ownKinds)[number];

/** A metric as people of an organisation define it (MET-04): data alone, no code and no SQL. */
export interface OwnMetricDefinition {
  readonly label: string;
  readonly description: string;
  readonly unit: Unit;
  readonly direction: 'up' | 'down';
  /** A measure; the average amount of the rows of a measure; or one measure divided by another. */
  readonly kind: OwnKind;
  readonly of: OwnMeasure;
  /** What is divided by; of ratios alone. */
  readonly per: OwnMeasure | null;
}

/** Limits of a definition; texts in characters. */
export const ownLimits = { label: 60, description: 500, conditions: 8, values: 20, word: 120, metrics: 50 } as const;

/** What the keys of metrics of organisations begin with; no key of the catalogue does. */
export const ownKeyPrefix = 'own.';

/** The permanent key of a metric from its first label; `taken` are the keys that the organisation has already. */
export function ownKeyOf(label: string, taken: ReadonlySet<string>): string {
  const plain = label
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '_');
  const slug =
    plain
      .replaceAll(/^_+|_+$/g, '')
      .slice(0, 40)
      .replace(/_+$/, '') || 'metric';
  let key = `${ownKeyPrefix}${slug}`;
  for (let n = 2; taken.has(key); n += 1) key = `${ownKeyPrefix}${slug}_${n}`;
  return key;
}
