export { callsCompletedMetric } from './calls-completed.metric.js';
export { dealsCreatedMetric } from './deals-created.metric.js';
export { leadsCreatedMetric } from './leads-created.metric.js';
export { openQualifiedPipelineValueMetric } from './open-qualified-pipeline-value.metric.js';
export { revenueMetric } from './revenue.metric.js';
export { winRateMetric } from './win-rate.metric.js';
