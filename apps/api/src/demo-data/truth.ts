import { type Day, toDecimal } from '@waymark/kernel';
import type { Dataset } from './dataset.js';

/** Whom a truth is about: everybody, a team by its name, a person by the id of the data. */
export type TruthScope = { kind: 'organisation' } | { kind: 'team'; name: string } | { kind: 'person'; id: string };

/** What a metric of the product must say of the data (SRC-12): a number as the API writes it, or the reason why there is none. */
export interface Truth {
  metric: string;
  scope: TruthScope;
  /** Days, both included. */
  from: Day;
  to: Day;
  value: string | null;
  reason: 'no_base' | 'no_data' | 'not_yet' | null;
  /** Planted: laid into the data, the same for every seed. Counted: found by plain counting of the rows. */
  how: 'planted' | 'counted';
  /** The arithmetic in words. */
  because: string;
}

/** The rows that a truth looks at: those of some people, on some days. */
export interface View {
  data: Dataset;
  from: Day;
  to: Day;
  has(owner: string): boolean;
}

export const inside = ({ from, to }: View, day: Day): boolean => day >= from && day <= to;

/** A number and how it came about. */
export interface Found {
  value: string | null;
  reason: Truth['reason'];
  because: string;
}

const decimals = { count: 0, money: 2, percent: 0, points: 0 } as const;

/** `num` over `den` in the unit; money in cents, percent as the plain share times 100. Without a base there is no number. */
export function share(unit: keyof typeof decimals, num: number, den: number, missing: Truth['reason'] = 'no_base'): Found {
  const because = `${num} / ${den}`;
  if (den === 0) return { value: null, reason: missing, because };
  const times = unit === 'percent' || unit === 'points' ? 100n : 1n;
  return { value: toDecimal({ num: BigInt(num) * times, den: BigInt(den) }, decimals[unit]), reason: null, because };
}

export function amount(cents: number): Found {
  return { value: toDecimal({ num: BigInt(cents), den: 1n }, 2), reason: null, because: `${cents} cents added up` };
}

export function number(n: number, because = 'counted one by one'): Found {
  return { value: String(n), reason: null, because };
}
