import { none, ratio, whole } from '@waymark/kernel';
import { defineWindowMetric } from '../algebra/metric.js';
import { revenueCohort } from './window-measures.js';

/** Net revenue retention (Q26): the opening customers alone, with what they bought more, less what they cancelled. */
export const nrrMetric = defineWindowMetric({
  key: 'nrr',
  label: 'Net revenue retention',
  description:
    'Recurring revenue at the end of the window of the customers that had some at its beginning, of what they had then; new customers are not in it.',
  formula: '{closing} / {opening} × 100',
  unit: 'percent',
  direction: 'up',
  window: revenueCohort,
  combine: ({ opening, closing, known }) => (known === 0n ? none('no_data') : ratio(closing * 1_000_000n, opening)),
  beside: ({ customers, opening, closing, lost, regained }) => [
    { key: 'customers', label: 'Customers at the beginning', unit: 'count', value: whole(customers) },
    { key: 'opening', label: 'Their revenue at the beginning', unit: 'money', value: whole(opening) },
    { key: 'closing', label: 'Their revenue at the end', unit: 'money', value: whole(closing) },
    { key: 'lost', label: 'Lost', unit: 'count', value: whole(lost) },
    { key: 'regained', label: 'Lost and regained in the window', unit: 'count', value: whole(regained) },
  ],
});
