import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Activity, ActivityPage, CorrectActivity, CreateActivity } from '@waymark/contracts';
import { call, query } from '../../../shared/api/client.js';

/** Activities page by page, the latest first. */
export const activitiesQuery = (filter: Record<string, string | undefined>) =>
  infiniteQueryOptions({
    queryKey: ['activities', 'list', filter],
    queryFn: ({ signal, pageParam }) => call<ActivityPage>('GET', `/api/activities${query({ ...filter, cursor: pageParam })}`, undefined, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const activityQuery = (id: string) =>
  queryOptions({ queryKey: ['activities', id], queryFn: ({ signal }) => call<Activity>('GET', `/api/activities/${id}`, undefined, { signal }) });

function useWrite<In>(write: (input: In) => Promise<Activity>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: write, onSuccess: () => void client.invalidateQueries({ queryKey: ['activities'] }) });
}

export const useCreateActivity = () => useWrite((activity: CreateActivity) => call<Activity>('POST', '/api/activities', activity));
export const useCorrectActivity = ({ id, version }: Activity) =>
  useWrite((change: CorrectActivity) => call<Activity>('PATCH', `/api/activities/${id}`, change, { version }));
