import { defineWindowMetric } from '../algebra/metric.js';
import { besideCohort, conversion } from './conversion.js';
import { callCohort } from './cohorts.js';

/** Leads that were called and came to a proposal (Q83): by cohort, with the ratio of the period beside it. */
export const callToProposalMetric = defineWindowMetric({
  key: 'call_to_proposal',
  label: 'Call to proposal',
  description:
    'Of the leads whose first call was completed in the window, the share that came to a proposal or further by now; those who still may stand beside it.',
  formula: '{converted} / {began} × 100',
  unit: 'percent',
  direction: 'up',
  level: 'lead',
  window: callCohort,
  combine: (parts, facts) => conversion(parts, facts.hasFeed ? null : 'no_data'),
  beside: (parts) => besideCohort(parts, { began: 'Leads first called in the window', arrived: 'Leads that came to a proposal in the window' }),
});
