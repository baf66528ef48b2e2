import { infiniteQueryOptions } from '@tanstack/react-query';
import type { RestrictionReads } from '@waymark/contracts';
import { call, query } from '../../../shared/api/client.js';

/** Who looked at the own restrictions, newest first. */
export const ownReadsQuery = infiniteQueryOptions({
  queryKey: ['reads'],
  queryFn: ({ signal, pageParam }) => call<RestrictionReads>('GET', `/api/me/reads${query({ limit: 20, cursor: pageParam })}`, undefined, { signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});
