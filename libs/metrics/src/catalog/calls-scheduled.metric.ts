import { none, whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { callsScheduled } from './measures.js';

/** Appointments for calls that have no outcome yet: in a window ahead, what is to come (REP-07). */
export const callsScheduledMetric = defineMetric({
  key: 'calls_scheduled',
  label: 'Calls scheduled',
  description: 'Calls with an appointment in the window and no outcome yet. For a window ahead: the calls to come.',
  formula: '{open}',
  unit: 'count',
  direction: 'up',
  additive: true,
  tense: 'during',
  measures: { open: callsScheduled },
  combine: ({ open }, { hasFeed }) => (hasFeed ? whole(open) : none('no_data')),
});
