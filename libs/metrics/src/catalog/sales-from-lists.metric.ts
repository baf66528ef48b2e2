import { none, whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { salesCount, salesFromLists } from './measures.js';

/** Sales that came from a partner list, by the day of the sale (Q85); without any recorded sale there is no number (Q91). */
export const salesFromListsMetric = defineMetric({
  key: 'sales_from_lists',
  label: 'Sales from lists',
  description: 'Sales dated in the window that came from a partner list; a shared sale counts once, with the first of those who share it.',
  formula: '{listed}',
  unit: 'count',
  direction: 'up',
  additive: true,
  tense: 'during',
  level: 'partner',
  measures: { listed: salesFromLists, all: salesCount },
  combine: ({ listed }, { sales }) => (sales === 'none' ? none('no_feed') : whole(listed)),
  beside: ({ all }) => [{ key: 'sales', label: 'All sales', unit: 'count', value: whole(all) }],
  marks: (_, { sales }) => (sales === 'partial' ? ['partial_feed'] : []),
});
