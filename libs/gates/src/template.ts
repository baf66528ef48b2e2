import type { PolicyDefinition } from './definition.js';

/** The shipped template "3 gates 25/50/100" (GATE-02 to GATE-05): activity warns, pipeline blocks new deals, revenue proposes a commission hold. */
export const threeGates: PolicyDefinition = {
  goalMetric: 'revenue',
  mode: 'working',
  minDaysInRole: 30,
  acceptedPercent: 20,
  steps: [
    {
      name: 'Activity gate',
      at: { sharePercent: 25 },
      settle: { hours: 4 },
      join: 'any',
      conditions: [
        { type: 'activity_target', params: { metric: 'calls_completed', target: '60', percent: '80' } },
        { type: 'activity_target', params: { metric: 'leads_created', target: '20', percent: '80' } },
      ],
      consequences: ['warning'],
      graceDays: 0,
    },
    {
      name: 'Pipeline gate',
      at: { sharePercent: 50 },
      settle: { hours: 4 },
      join: 'all',
      conditions: [{ type: 'pipeline_coverage', params: { factor: '3', of: 'target', expectedClose: 'in_period_or_unknown', staleDays: null } }],
      consequences: ['action_block'],
      graceDays: 0,
    },
    {
      name: 'Revenue gate',
      at: { sharePercent: 100 },
      settle: { workingDays: 3 },
      join: 'all',
      conditions: [{ type: 'target_reached', params: { percent: '100' } }],
      consequences: ['commission_hold'],
      graceDays: 0,
    },
  ],
};

/** The policy of the demo organisation: the template in calendar days with 20 deals created as gate 1, accepting that everybody may be restricted (Q102). */
export const demoPolicy: PolicyDefinition = {
  ...threeGates,
  mode: 'calendar',
  acceptedPercent: 100,
  steps: threeGates.steps.map((step, n) =>
    n === 0
      ? { ...step, join: 'all', conditions: [{ type: 'activity_target', params: { metric: 'deals_created', target: '20', percent: '80' } }] }
      : step,
  ),
};
