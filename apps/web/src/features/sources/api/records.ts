import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Named } from '@waymark/contracts';
import { call, query } from '../../../shared/api/client.js';

/** A fact of any kind as the API tells it; what else it has, its kind says. */
export interface FactRecord {
  id: string;
  version: number;
  knownAt?: string;
  recordedBy?: string | null;
  owner?: Named | null;
  company?: Named | null;
  [field: string]: unknown;
}

interface RecordPage {
  items: FactRecord[];
  nextCursor: string | null;
}

/** Records of a kind page by page, the latest first. */
export const recordsQuery = (kind: string, filter: Record<string, string | undefined>) =>
  infiniteQueryOptions({
    queryKey: ['records', kind, 'list', filter],
    queryFn: ({ signal, pageParam }) => call<RecordPage>('GET', `/api/${kind}${query({ ...filter, cursor: pageParam })}`, undefined, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const recordQuery = (kind: string, id: string) =>
  queryOptions({ queryKey: ['records', kind, id], queryFn: ({ signal }) => call<FactRecord>('GET', `/api/${kind}/${id}`, undefined, { signal }) });

function useWrite<In>(write: (input: In) => Promise<FactRecord>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: write, onSuccess: () => void client.invalidateQueries({ queryKey: ['records'] }) });
}

export const useCreateRecord = (kind: string) => useWrite((record: object) => call<FactRecord>('POST', `/api/${kind}`, record));
export const useCorrectRecord = (kind: string, { id, version }: FactRecord) =>
  useWrite((change: object) => call<FactRecord>('PATCH', `/api/${kind}/${id}`, change, { version }));
