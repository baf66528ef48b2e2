import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ChangeGoal, ChangeGoalPeriod, CreateGoal, CreateGoalPeriod, Goal, GoalPeriod, GoalProgress } from '@waymark/contracts';
import { call } from '../../../shared/api/client.js';

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
