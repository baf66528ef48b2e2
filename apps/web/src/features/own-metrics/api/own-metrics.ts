import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { OwnMetricDetail, OwnMetricList, OwnMetricPreview, OwnMetricSourceList } from '@waymark/contracts';
import { call } from '../../../shared/api/client.js';

const path = '/api/own-metrics';

export const ownMetricsQuery = () =>
  queryOptions({ queryKey: ['own-metrics'], queryFn: ({ signal }) => call<OwnMetricList>('GET', path, undefined, { signal }) });

/** One metric; asked again while its days are computed. */
export const ownMetricQuery = (id: string) =>
  queryOptions({
    queryKey: ['own-metrics', id],
    queryFn: ({ signal }) => call<OwnMetricDetail>('GET', `${path}/${id}`, undefined, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'computing' ? 1000 : false),
  });

export const sourcesQuery = () =>
  queryOptions({
    queryKey: ['catalog', 'own-metric-sources'],
    queryFn: ({ signal }) => call<OwnMetricSourceList>('GET', `${path}/sources`, undefined, { signal }),
    staleTime: Infinity,
  });

function useWrite<In, Out>(write: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: () => ['own-metrics', 'catalog', 'metrics'].forEach((topic) => void client.invalidateQueries({ queryKey: [topic] })),
  });
}

export const useCreate = () => useWrite((definition: object) => call<OwnMetricDetail>('POST', path, { definition }));
export const useChange = ({ id, version }: OwnMetricDetail) =>
  useWrite((definition: object) => call<OwnMetricDetail>('PATCH', `${path}/${id}`, { definition }, { version }));
export const usePublish = (id: string) => useWrite((mode: string) => call<OwnMetricDetail>('POST', `${path}/${id}/publish`, { mode }));
export const useArchive = (id: string) => useWrite(() => call<OwnMetricDetail>('POST', `${path}/${id}/archive`, {}));
export const useRemove = ({ id, version }: OwnMetricDetail) => useWrite(() => call('DELETE', `${path}/${id}`, undefined, { version }));
export const usePreview = () =>
  useMutation({ mutationFn: (body: { definition: object; teamId?: string }) => call<OwnMetricPreview>('POST', `${path}/preview`, body) });
