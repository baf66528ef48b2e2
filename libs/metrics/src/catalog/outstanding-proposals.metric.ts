import { whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { proposalsOutstanding } from './measures.js';

/** Leads with a soft yes that have neither agreed nor gone away, at the end of the window. */
export const outstandingProposalsMetric = defineMetric({
  key: 'outstanding_proposals',
  label: 'Outstanding proposals',
  description: 'Leads that stand in a proposal stage at the end of the window, awaiting their decision.',
  formula: '{standing}',
  unit: 'count',
  direction: 'up',
  additive: true,
  tense: 'standing',
  level: 'lead',
  measures: { standing: proposalsOutstanding },
  combine: ({ standing }) => whole(standing),
});
