import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { GatePolicy, GatePolicyDefinition, GateRun } from '@waymark/contracts';
import { call } from '../../../shared/api/client.js';

function usePolicyWrite<In, Out>(write: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: () => ['policies', 'gates'].forEach((topic) => void client.invalidateQueries({ queryKey: [topic] })),
  });
}

const versions = (id: string) => `/api/gate-policies/${id}/versions`;

export const useCreatePolicy = () => usePolicyWrite((name: string) => call<GatePolicy>('POST', '/api/gate-policies', { name }));
export const useNewDraft = (id: string) => usePolicyWrite((definition: GatePolicyDefinition) => call('POST', versions(id), { definition }));
export const useSaveDraft = ({ id, version }: GatePolicy, versionId: string) =>
  usePolicyWrite((definition: GatePolicyDefinition) => call('PATCH', `${versions(id)}/${versionId}`, { definition }, { version }));
export const usePublish = (id: string, versionId: string) => usePolicyWrite(() => call('POST', `${versions(id)}/${versionId}/publish`, {}));
export const usePreview = () =>
  usePolicyWrite((run: { periodId: string; policyVersionId: string }) => call<GateRun>('POST', '/api/gate-runs', { ...run, mode: 'preview' }));

/** A gate run; asked again until the worker has judged. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['gate-runs', id],
    queryFn: ({ signal }) => call<GateRun>('GET', `/api/gate-runs/${id}`, undefined, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'queued' || state.data === undefined ? 700 : false),
  });
