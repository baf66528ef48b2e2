import { none, ratio, type Value } from '@waymark/kernel';
import type { MetricFacts, MetricMark } from '../algebra/metric.js';

/** Revenue over something counted: no number without a feed of sales (Q91), with an amount that has no rate (SRC-08), or with nothing to divide by. */
export function revenuePer(revenue: bigint, unrated: bigint, units: bigint, facts: MetricFacts): Value {
  if (facts.sales === 'none') return none('no_feed');
  return unrated > 0n ? none('no_rate') : ratio(revenue, units);
}

/** Sales are recorded for a part of the window alone. */
export function revenueMarks(facts: MetricFacts): MetricMark[] {
  return facts.sales === 'partial' ? ['partial_feed'] : [];
}
