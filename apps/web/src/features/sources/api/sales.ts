import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CorrectSale, CreateSale, Sale, SalePage } from '@waymark/contracts';
import { call, query } from '../../../shared/api/client.js';

/** Sales page by page, the latest first. */
export const salesQuery = (filter: Record<string, string | undefined>) =>
  infiniteQueryOptions({
    queryKey: ['sales', 'list', filter],
    queryFn: ({ signal, pageParam }) => call<SalePage>('GET', `/api/sales${query({ ...filter, cursor: pageParam })}`, undefined, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const saleQuery = (id: string) =>
  queryOptions({ queryKey: ['sales', id], queryFn: ({ signal }) => call<Sale>('GET', `/api/sales/${id}`, undefined, { signal }) });

function useWrite<In>(write: (input: In) => Promise<Sale>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: write, onSuccess: () => void client.invalidateQueries({ queryKey: ['sales'] }) });
}

export const useCreateSale = () => useWrite((sale: CreateSale) => call<Sale>('POST', '/api/sales', sale));
export const useCorrectSale = ({ id, version }: Sale) =>
  useWrite((change: CorrectSale) => call<Sale>('PATCH', `/api/sales/${id}`, change, { version }));
