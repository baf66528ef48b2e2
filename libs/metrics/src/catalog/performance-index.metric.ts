import { whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { shippedWeights } from '../index-weights.js';
import { agreementsMade, callsCompleted, listsSent, salesCount } from './measures.js';

/** Ten-thousandths of a point, in which points are stored. */
const point = 10_000n;

/**
 * Calls, agreements, lists and sales in one number (Q85), each times its weight: 1, 3, 2 and 5 unless the organisation set others. Weighted sums of parts
 * add up to the weighted sum of the whole.
 */
export const performanceIndexMetric = defineMetric({
  key: 'performance_index',
  label: 'Performance index',
  description: 'Completed calls, agreements, lists out and sales of the window, each times its weight in the settings, added up.',
  formula: '{weight_calls} × {calls} + {weight_agreements} × {agreements} + {weight_lists} × {lists} + {weight_sales} × {sales}',
  unit: 'points',
  direction: 'up',
  additive: true,
  tense: 'during',
  level: 'both',
  measures: { calls: callsCompleted, agreements: agreementsMade, lists: listsSent, sales: salesCount },
  combine: (parts, { weights }) => whole(indexOf(parts, weights) * point),
  beside: (parts, { weights, workingDays }) => [
    { key: 'calls', label: 'Calls completed', unit: 'count', value: whole(parts.calls) },
    { key: 'agreements', label: 'Agreements', unit: 'count', value: whole(parts.agreements) },
    { key: 'lists', label: 'Lists out', unit: 'count', value: whole(parts.lists) },
    { key: 'sales', label: 'Sales', unit: 'count', value: whole(parts.sales) },
    ...perDay(indexOf(parts, weights), workingDays ?? 0),
  ],
});

interface Parts {
  calls: bigint;
  agreements: bigint;
  lists: bigint;
  sales: bigint;
}

function indexOf(parts: Parts, weights = shippedWeights): bigint {
  return parts.calls * weights.calls + parts.agreements * weights.agreements + parts.lists * weights.lists + parts.sales * weights.sales;
}

function perDay(index: bigint, workingDays: number) {
  if (workingDays <= 0) return [];
  return [{ key: 'per_working_day', label: 'Per working day', unit: 'count' as const, value: { num: index, den: BigInt(workingDays) } }];
}
