import { whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { leadsCreated } from './measures.js';

/** First entries into a lead stage (Q104). */
export const leadsCreatedMetric = defineMetric({
  key: 'leads_created',
  label: 'Leads created',
  description: 'Leads that began in the window, each once; contacts of partner lists are no leads.',
  formula: '{created}',
  unit: 'count',
  direction: 'up',
  additive: true,
  tense: 'during',
  level: 'lead',
  measures: { created: leadsCreated },
  combine: ({ created }) => whole(created),
});
