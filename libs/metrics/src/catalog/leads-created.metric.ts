import { whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { leadsCreated } from './measures.js';

/** First entries into a lead stage (Q104). */
export const leadsCreatedMetric = defineMetric({
  key: 'leads_created',
  label: 'Leads created',
  description: 'Pipeline items that became a lead in the window; each counts once.',
  formula: '{created}',
  unit: 'count',
  direction: 'up',
  additive: true,
  tense: 'during',
  measures: { created: leadsCreated },
  combine: ({ created }) => whole(created),
});
