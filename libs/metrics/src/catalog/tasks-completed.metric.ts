import { whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { tasksCompleted } from './measures.js';

/** Tasks by the instant at which they were done; one that was opened again counts no more. */
export const tasksCompletedMetric = defineMetric({
  key: 'tasks_completed',
  label: 'Tasks completed',
  description: 'Tasks that were done in the window and are still held to be done; dropped ones do not count.',
  formula: '{done}',
  unit: 'count',
  direction: 'up',
  additive: true,
  tense: 'during',
  measures: { done: tasksCompleted },
  combine: ({ done }) => whole(done),
});
