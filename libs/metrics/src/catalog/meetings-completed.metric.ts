import { none, whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { meetingsCompleted } from './measures.js';

/** Meetings that took place. Without any recorded activity there is no number: nobody knows, and 0 would be a claim. */
export const meetingsCompletedMetric = defineMetric({
  key: 'meetings_completed',
  label: 'Meetings',
  description: 'Meetings with a completion date in the window; no-shows, cancelled and rescheduled ones do not count.',
  formula: '{meetings}',
  unit: 'count',
  direction: 'up',
  additive: true,
  tense: 'during',
  measures: { meetings: meetingsCompleted },
  combine: ({ meetings }, { hasFeed }) => (hasFeed ? whole(meetings) : none('no_data')),
});
