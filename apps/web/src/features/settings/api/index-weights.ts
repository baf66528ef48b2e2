import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ChangeIndexWeights, IndexWeights } from '@waymark/contracts';
import { call } from '../../../shared/api/client.js';

const path = '/api/index-weights';

export const indexWeightsQuery = queryOptions({
  queryKey: ['index-weights'],
  queryFn: ({ signal }) => call<IndexWeights>('GET', path, undefined, { signal }),
});

export function useChangeIndexWeights(version: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: ChangeIndexWeights) => call<IndexWeights>('PATCH', path, change, { version }),
    onSuccess: () => ['index-weights', 'metrics', 'goals'].forEach((topic) => void client.invalidateQueries({ queryKey: [topic] })),
  });
}
