import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CorrectPartnerList, CreatePartnerList, PartnerListDetail, PartnerListPage } from '@waymark/contracts';
import { call, query } from '../../../shared/api/client.js';

const path = '/api/partner-lists';

/** Partner lists page by page, the newest first. */
export const partnerListsQuery = (filter: Record<string, string | undefined>) =>
  infiniteQueryOptions({
    queryKey: ['partner-lists', 'list', filter],
    queryFn: ({ signal, pageParam }) => call<PartnerListPage>('GET', `${path}${query({ ...filter, cursor: pageParam })}`, undefined, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const partnerListQuery = (id: string) =>
  queryOptions({ queryKey: ['partner-lists', id], queryFn: ({ signal }) => call<PartnerListDetail>('GET', `${path}/${id}`, undefined, { signal }) });

function useWrite<In>(write: (input: In) => Promise<PartnerListDetail>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: () => ['partner-lists', 'deals', 'metrics'].forEach((topic) => void client.invalidateQueries({ queryKey: [topic] })),
  });
}

export const useCreatePartnerList = () => useWrite((list: CreatePartnerList) => call<PartnerListDetail>('POST', path, list));
export const useCorrectPartnerList = ({ id, version }: PartnerListDetail) =>
  useWrite((change: CorrectPartnerList) => call<PartnerListDetail>('PATCH', `${path}/${id}`, change, { version }));
