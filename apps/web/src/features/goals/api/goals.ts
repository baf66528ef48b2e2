import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  ChangeGoal,
  ChangeGoalPeriod,
  CreateGoal,
  CreateGoalPeriod,
  Goal,
  GoalPeriod,
  GoalProgress,
  MetricComparison,
} from '@waymark/contracts';
import { call, query } from '../../../shared/api/client.js';

/** Writes of goals and periods; afterwards everything that shows them is old. */
function useWrite<In, Out>(write: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: () => ['goals', 'gates', 'periods'].forEach((topic) => void client.invalidateQueries({ queryKey: [topic] })),
  });
}

export const useCreateGoal = () => useWrite((goal: CreateGoal) => call<Goal>('POST', '/api/goals', goal));
export const useChangeGoal = ({ id, version }: Goal) =>
  useWrite((change: ChangeGoal) => call<Goal>('PATCH', `/api/goals/${id}`, change, { version }));
export const useRefreshGoal = (id: string) => useWrite(() => call<GoalProgress>('POST', `/api/goals/${id}/refresh`));
export const useCreatePeriod = () => useWrite((period: CreateGoalPeriod) => call<GoalPeriod>('POST', '/api/goal-periods', period));
export const useChangePeriod = ({ id, version }: GoalPeriod) =>
  useWrite((change: ChangeGoalPeriod) => call<GoalPeriod>('PATCH', `/api/goal-periods/${id}`, change, { version }));

/** The number of a goal beside that of the days before, or of last year. */
export const comparisonQuery = ({ metric, owner, period }: Goal, comparison: 'previous' | 'last_year') => {
  const scope = owner.kind === 'user' ? { ownerId: owner.id } : { teamId: owner.id };
  const asked = query({ from: period.startsOn, to: period.endsOn, with: comparison, ...scope });
  return queryOptions({
    queryKey: ['metrics', 'comparison', metric, asked],
    queryFn: ({ signal }) => call<MetricComparison>('GET', `/api/metrics/${metric}/comparison${asked}`, undefined, { signal }),
  });
};
