import { whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { dealsCreated } from './measures.js';

/** First entries into a deal stage (Q104); an entry without a date counts in no window. */
export const dealsCreatedMetric = defineMetric({
  key: 'deals_created',
  label: 'Deals created',
  description: 'Pipeline items that became a deal in the window; each counts once, undated ones do not count.',
  formula: '{created}',
  unit: 'count',
  direction: 'up',
  additive: true,
  tense: 'during',
  level: 'both',
  measures: { created: dealsCreated },
  combine: ({ created }) => whole(created),
});
