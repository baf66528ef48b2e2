import { none, whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { callAppointments, callsRescheduled } from './measures.js';

/** Calls that were booked for the window, held or not: shown apart from those held (Q80). A call that was moved counts where it was moved to. */
export const callsBookedMetric = defineMetric({
  key: 'calls_booked',
  label: 'Calls booked',
  description: 'Calls with an appointment in the window, whatever came of it; one that was rescheduled counts at its new time alone.',
  formula: '{appointments} − {moved}',
  unit: 'count',
  direction: 'up',
  additive: true,
  tense: 'during',
  measures: { appointments: callAppointments, moved: callsRescheduled },
  combine: ({ appointments, moved }, { hasFeed }) => (hasFeed ? whole(appointments - moved) : none('no_data')),
});
