import { ratio, whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { listsSent, listsSized, partnersListed } from './measures.js';

/** Contacts per list that went out; lists of unknown size are left out and told. */
export const averageListSizeMetric = defineMetric({
  key: 'average_list_size',
  label: 'Average list size',
  description: 'Partner contacts per list sent for the first time in the window, of the lists whose size is known.',
  formula: '{partners} / {sized}',
  unit: 'count',
  direction: 'up',
  additive: false,
  tense: 'during',
  level: 'partner',
  measures: { sent: listsSent, sized: listsSized, partners: partnersListed },
  combine: ({ sized, partners }) => ratio(partners, sized),
  beside: ({ sent, sized, partners }) => [
    { key: 'partners', label: 'Partner contacts', unit: 'count', value: whole(partners) },
    { key: 'lists', label: 'Lists of known size', unit: 'count', value: whole(sized) },
    { key: 'unknown', label: 'Lists of unknown size', unit: 'count', value: whole(sent - sized) },
  ],
});
