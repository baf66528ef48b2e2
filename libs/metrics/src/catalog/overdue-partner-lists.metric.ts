import { whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { listsOverdue, listsWithoutDue } from './measures.js';

/** Lists whose due day has passed, neither sent nor closed (Q84). Due today is not overdue; a list without due day is told beside it, never counted. */
export const overduePartnerListsMetric = defineMetric({
  key: 'overdue_partner_lists',
  label: 'Overdue partner lists',
  description:
    'Partner lists due before the last day of the window (before today while it runs) and neither sent nor closed by then; lists, not contacts.',
  formula: '{overdue}',
  unit: 'count',
  direction: 'down',
  additive: true,
  tense: 'standing',
  level: 'lead',
  measures: { overdue: listsOverdue, undated: listsWithoutDue },
  combine: ({ overdue }) => whole(overdue),
  beside: ({ undated }) => [{ key: 'no_due_date', label: 'Open without due date', unit: 'count', value: whole(undated) }],
});
