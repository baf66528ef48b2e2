import { none, ratio, whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { renewalsDue, renewalsLost, renewalsRenewed } from './measures.js';

/**
 * Logo renewal rate (Q27, Q28): customers that renewed of those whose renewal was due and is decided; by a setting, of all whose renewal was due. No
 * revenue is in it; that is GRR.
 */
export const retentionRateMetric = defineMetric({
  key: 'retention_rate',
  label: 'Logo renewal rate',
  description:
    'Share of the renewals due in the window and decided, or by a setting of all that are due, that were renewed; open ones stand beside it.',
  formula: ({ renewalBase }) => (renewalBase === 'due' ? '{renewed} / {due} × 100' : '{renewed} / ({renewed} + {lost}) × 100'),
  unit: 'percent',
  direction: 'up',
  additive: false,
  tense: 'during',
  measures: { due: renewalsDue, renewed: renewalsRenewed, lost: renewalsLost },
  combine: ({ due, renewed, lost }, { renewalBase }) => {
    if (due === 0n) return none('no_data');
    if (renewalBase === 'due') return ratio(renewed * 1_000_000n, due);
    return renewed + lost === 0n ? none('not_yet') : ratio(renewed * 1_000_000n, renewed + lost);
  },
  beside: ({ due, renewed, lost }) => [
    { key: 'due', label: 'Due', unit: 'count', value: whole(due) },
    { key: 'decided', label: 'Decided', unit: 'count', value: whole(renewed + lost) },
    { key: 'open', label: 'Open', unit: 'count', value: whole(due - renewed - lost) },
  ],
});
