import { none, whole } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { openQualifiedUnrated, openQualifiedValue } from './measures.js';

/** The value of open, qualified deals at the end of the window (Q64). An amount without a rate stops the number (SRC-08). */
export const openQualifiedPipelineValueMetric = defineMetric({
  key: 'open_qualified_pipeline_value',
  label: 'Open qualified pipeline',
  description: 'Value of the deals that are open and qualified at the end of the window.',
  formula: '{open}',
  unit: 'money',
  direction: 'up',
  additive: true,
  tense: 'standing',
  level: 'both',
  measures: { open: openQualifiedValue, unrated: openQualifiedUnrated },
  combine: ({ open, unrated }) => (unrated > 0n ? none('no_rate') : whole(open)),
});
