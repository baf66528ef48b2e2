export { activityTargetGate } from './activity-target.gate.js';
export { pipelineCoverageGate } from './pipeline-coverage.gate.js';
export { targetReachedGate } from './target-reached.gate.js';
