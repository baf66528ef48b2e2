import { none, whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { callsCompleted } from './measures.js';

/** Completed calls (Q80). Without any recorded activity there is no number: nobody knows, and 0 would be a claim. */
export const callsCompletedMetric = defineMetric({
  key: 'calls_completed',
  label: 'Calls completed',
  description: 'Calls with a completion date in the window; no-shows, cancelled and rescheduled ones do not count.',
  formula: '{calls}',
  unit: 'count',
  direction: 'up',
  additive: true,
  tense: 'during',
  measures: { calls: callsCompleted },
  combine: ({ calls }, { hasFeed }) => (hasFeed ? whole(calls) : none('no_data')),
});
