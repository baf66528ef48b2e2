import { whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { agreementsMade, agreementsRestored, agreementsReversed } from './measures.js';

/** Hard yeses of leads (Q81): each lead counts once, on the day of its first agreement; what was taken back stands beside it and in the net figure. */
export const agreementsMetric = defineMetric({
  key: 'agreements',
  label: 'Agreements',
  description: 'Leads that agreed for the first time in the window; one that took it back still counts there, with a negative line beside it.',
  formula: '{made}',
  unit: 'count',
  direction: 'up',
  additive: true,
  tense: 'during',
  level: 'lead',
  measures: { made: agreementsMade, reversed: agreementsReversed, restored: agreementsRestored },
  combine: ({ made }) => whole(made),
  beside: ({ made, reversed, restored }) => [
    { key: 'reversed', label: 'Taken back', unit: 'count', value: whole(-reversed) },
    { key: 'restored', label: 'Agreed again', unit: 'count', value: whole(restored) },
    { key: 'net', label: 'Net', unit: 'count', value: whole(made - reversed + restored) },
  ],
});
