import { defineWindowMetric } from '../algebra/metric.js';
import { besideCohort, conversion } from './conversion.js';
import { proposalCohort } from './cohorts.js';

/** Leads with a soft yes and their hard one (Q83): by cohort, with the ratio of the period beside it. */
export const proposalToAgreementMetric = defineWindowMetric({
  key: 'proposal_to_agreement',
  label: 'Proposal to agreement',
  description: 'Of the leads whose first proposal lies in the window, the share that agreed by now; those who still may stand beside it.',
  formula: '{converted} / {began} × 100',
  unit: 'percent',
  direction: 'up',
  level: 'lead',
  window: proposalCohort,
  combine: (parts) => conversion(parts, null),
  beside: (parts) => besideCohort(parts, { began: 'Leads with their first proposal in the window', arrived: 'Leads that agreed in the window' }),
});
