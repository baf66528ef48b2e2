import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiKeyPage, CreateApiKey, CreatedApiKey } from '@waymark/contracts';
import { call } from '../../../shared/api/client.js';

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => call<ApiKeyPage>('GET', '/api/api-keys?limit=200', undefined, { signal }),
});

/** Makes a key. The answer is the only place where the key itself is told. */
export function useCreateApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: CreateApiKey) => call<CreatedApiKey>('POST', '/api/api-keys', key),
    onSettled: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
    gcTime: 0,
  });
}

export function useRevokeApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call('DELETE', `/api/api-keys/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  });
}
