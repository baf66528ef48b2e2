import { none, ratio, whole } from '@waymark/kernel';
import { defineWindowMetric } from '../algebra/metric.js';
import { reviewsDue } from './reviews-due.js';

/** Quarterly business reviews held of those that were due (Q30): at most one per customer and quarter, so that more of them do not help. */
export const qbrCompletionMetric = defineWindowMetric({
  key: 'qbr_completion',
  label: 'QBR completion',
  description:
    'Share of the reviews due in the window that were held: one per customer and fiscal quarter in which it was active at least 60 days, due on its last day.',
  formula: '{held} / {due} × 100',
  unit: 'percent',
  direction: 'up',
  window: reviewsDue,
  combine: ({ due, held }) => (due === 0n ? none('no_data') : ratio(held * 1_000_000n, due)),
  beside: ({ due, held }) => [
    { key: 'due', label: 'Due', unit: 'count', value: whole(due) },
    { key: 'held', label: 'Held', unit: 'count', value: whole(held) },
    { key: 'missing', label: 'Missing', unit: 'count', value: whole(due - held) },
  ],
});
