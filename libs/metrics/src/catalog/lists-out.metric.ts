import { whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { listsSent, partnersListed } from './measures.js';

/** Partner lists that went out (Q82): a list counts once, at its first send, however often it is sent again. */
export const listsOutMetric = defineMetric({
  key: 'lists_out',
  label: 'Lists out',
  description: 'Partner lists sent for the first time in the window: lists, one per lead that gave one, not the contacts on them.',
  formula: '{sent}',
  unit: 'count',
  direction: 'up',
  additive: true,
  tense: 'during',
  level: 'lead',
  measures: { sent: listsSent, partners: partnersListed },
  combine: ({ sent }) => whole(sent),
  beside: ({ partners }) => [{ key: 'partners', label: 'Partner contacts on them', unit: 'count', value: whole(partners) }],
});
