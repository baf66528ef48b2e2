import { none, whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { salesAmount, salesUnrated } from './measures.js';

/** Sales by their date; of a sale that is shared, what the person is credited with. An amount without a rate stops the number (SRC-08). */
export const revenueMetric = defineMetric({
  key: 'revenue',
  label: 'Revenue',
  description: "Amounts of the sales dated in the window, in the organisation's currency; a shared sale counts for each person with the share.",
  formula: '{sales}',
  unit: 'money',
  direction: 'up',
  additive: true,
  tense: 'during',
  level: 'both',
  measures: { sales: salesAmount, unrated: salesUnrated },
  combine: ({ sales, unrated }) => (unrated > 0n ? none('no_rate') : whole(sales)),
});
