import { none, ratio, whole } from '@waymark/kernel';
import { defineWindowMetric } from '../algebra/metric.js';
import { revenueCohort } from './window-measures.js';

/** Gross revenue retention (Q27): of each opening customer the smaller of what it had and has. */
export const grrMetric = defineWindowMetric({
  key: 'grr',
  label: 'Gross revenue retention',
  description: 'Recurring revenue kept of what the opening customers of the window had; growth does not count, so it is never above 100 %.',
  formula: '{kept} / {opening} × 100',
  unit: 'percent',
  direction: 'up',
  window: revenueCohort,
  combine: ({ opening, kept, known }) => (known === 0n ? none('no_data') : ratio(kept * 1_000_000n, opening)),
  beside: ({ customers, opening, kept, lost, regained }) => [
    { key: 'customers', label: 'Customers at the beginning', unit: 'count', value: whole(customers) },
    { key: 'opening', label: 'Their revenue at the beginning', unit: 'money', value: whole(opening) },
    { key: 'kept', label: 'Kept of it at the end', unit: 'money', value: whole(kept) },
    { key: 'lost', label: 'Lost', unit: 'count', value: whole(lost) },
    { key: 'regained', label: 'Lost and regained in the window', unit: 'count', value: whole(regained) },
  ],
});
