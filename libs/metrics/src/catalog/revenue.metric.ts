import { whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { salesAmount } from './measures.js';

/** Sales by their date. */
export const revenueMetric = defineMetric({
  key: 'revenue',
  label: 'Revenue',
  description: 'Amounts of the sales dated in the window.',
  unit: 'money',
  direction: 'up',
  additive: true,
  tense: 'during',
  measures: { sales: salesAmount },
  combine: ({ sales }) => whole(sales),
});
