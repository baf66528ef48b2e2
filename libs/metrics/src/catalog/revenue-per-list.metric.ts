import { whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { listsSent, salesAmount, salesUnrated } from './measures.js';
import { revenueMarks, revenuePer } from './revenue-per.js';

/** Revenue over partner lists that went out (Q82, Q91). */
export const revenuePerListMetric = defineMetric({
  key: 'revenue_per_list',
  label: 'Revenue per list',
  description: 'Amounts of the sales dated in the window over the partner lists sent for the first time in it; lists, not contacts.',
  formula: '{revenue} / {lists}',
  unit: 'money',
  direction: 'up',
  additive: false,
  tense: 'during',
  level: 'lead',
  measures: { revenue: salesAmount, unrated: salesUnrated, lists: listsSent },
  combine: ({ revenue, unrated, lists }, facts) => revenuePer(revenue, unrated, lists, facts),
  beside: ({ revenue, lists }) => [
    { key: 'revenue', label: 'Revenue', unit: 'money', value: whole(revenue) },
    { key: 'lists', label: 'Lists out', unit: 'count', value: whole(lists) },
  ],
  marks: (_, facts) => revenueMarks(facts),
});
