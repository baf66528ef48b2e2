import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CreatePipelineItemRequest, PatchPipelineItemRequest, PipelineEventPage, PipelineItem, PipelineItemPage } from '@waymark/contracts';
import { call, query } from '../../../shared/api/client.js';

type DealFilter = Record<string, string | undefined>;

/** Deals page by page: there may be many thousands. */
export const dealsQuery = (filter: DealFilter) =>
  infiniteQueryOptions({
    queryKey: ['deals', 'list', filter],
    queryFn: ({ signal, pageParam }) =>
      call<PipelineItemPage>('GET', `/api/pipeline-items${query({ ...filter, cursor: pageParam })}`, undefined, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const dealQuery = (id: string) =>
  queryOptions({ queryKey: ['deals', id], queryFn: ({ signal }) => call<PipelineItem>('GET', `/api/pipeline-items/${id}`, undefined, { signal }) });

export const dealEventsQuery = (id: string) =>
  queryOptions({
    queryKey: ['deals', id, 'events'],
    queryFn: ({ signal }) => call<PipelineEventPage>('GET', `/api/pipeline-items/${id}/events`, undefined, { signal }),
  });

function useDealWrite<In>(write: (input: In) => Promise<PipelineItem>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: write, onSuccess: () => void client.invalidateQueries({ queryKey: ['deals'] }) });
}

export const useCreateDeal = () => useDealWrite((deal: CreatePipelineItemRequest) => call<PipelineItem>('POST', '/api/pipeline-items', deal));
export const useChangeDeal = ({ id, version }: PipelineItem) =>
  useDealWrite((change: PatchPipelineItemRequest) => call<PipelineItem>('PATCH', `/api/pipeline-items/${id}`, change, { version }));
export const useDuplicateDeal = (id: string) => useDealWrite(() => call<PipelineItem>('POST', `/api/pipeline-items/${id}/duplicate`));
