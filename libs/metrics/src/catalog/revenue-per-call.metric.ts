import { whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { callsCompleted, salesAmount, salesUnrated } from './measures.js';
import { revenuePer, revenueMarks } from './revenue-per.js';

/** Revenue over completed calls (Q80, Q91). */
export const revenuePerCallMetric = defineMetric({
  key: 'revenue_per_call',
  label: 'Revenue per call',
  description: 'Amounts of the sales dated in the window over the calls completed in it.',
  formula: '{revenue} / {calls}',
  unit: 'money',
  direction: 'up',
  additive: false,
  tense: 'during',
  level: 'both',
  measures: { revenue: salesAmount, unrated: salesUnrated, calls: callsCompleted },
  combine: ({ revenue, unrated, calls }, facts) => revenuePer(revenue, unrated, calls, facts),
  beside: ({ revenue, calls }) => [
    { key: 'revenue', label: 'Revenue', unit: 'money', value: whole(revenue) },
    { key: 'calls', label: 'Calls completed', unit: 'count', value: whole(calls) },
  ],
  marks: (_, facts) => revenueMarks(facts),
});
