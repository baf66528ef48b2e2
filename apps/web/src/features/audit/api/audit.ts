import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AuditChain, AuditPage, MetricAuditPage } from '@waymark/contracts';
import { call, query } from '../../../shared/api/client.js';

export type AuditFilter = Record<string, string | undefined>;

/** Lines page by page, newest first. */
export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'lines', filter],
    queryFn: ({ signal, pageParam }) => call<AuditPage>('GET', `/api/audit${query({ ...filter, cursor: pageParam })}`, undefined, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

/** The chain is recomputed on each call, so it is not asked for again by itself. */
export const chainQuery = queryOptions({
  queryKey: ['audit', 'chain'],
  queryFn: ({ signal }) => call<AuditChain>('GET', '/api/audit/chain', undefined, { signal }),
  staleTime: Infinity,
});

/** The last nightly comparison of the stored sums with the facts. */
export const metricAuditsQuery = queryOptions({
  queryKey: ['audit', 'metrics'],
  queryFn: ({ signal }) => call<MetricAuditPage>('GET', '/api/metric-audits?limit=1', undefined, { signal }),
});
