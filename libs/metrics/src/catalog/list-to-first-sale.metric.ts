import { defineWindowMetric } from '../algebra/metric.js';
import { besideCohort, conversion } from './conversion.js';
import { listCohort } from './cohorts.js';

/** Partner lists that went out and sold (Q83): by cohort, with the ratio of the period beside it; without a feed of sales there is no number (Q91). */
export const listToFirstSaleMetric = defineWindowMetric({
  key: 'list_to_first_sale',
  label: 'List to first sale',
  description: 'Of the partner lists sent for the first time in the window, the share that brought a sale by now; lists, not contacts.',
  formula: '{converted} / {began} × 100',
  unit: 'percent',
  direction: 'up',
  level: 'lead',
  window: listCohort,
  combine: (parts, facts) => conversion(parts, facts.sales === 'none' ? 'no_feed' : null),
  beside: (parts) => besideCohort(parts, { began: 'Lists out in the window', arrived: 'Lists with their first sale in the window' }),
  marks: (_, facts) => (facts.sales === 'partial' ? ['partial_feed'] : []),
});
