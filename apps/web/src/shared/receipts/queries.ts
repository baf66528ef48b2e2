import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { GateReceipt, MetricChanges, MetricReceipt, MetricRecordPage } from '@waymark/contracts';
import { call, query } from '../api/client.js';

/** Which number: whose facts, from which day to which, as known at which instant (as they stand unless told). */
export interface NumberAsked {
  metric: string;
  from: string;
  to: string;
  ownerId?: string;
  teamId?: string;
  asOf?: string;
}

export interface RecordsAsked extends NumberAsked {
  part?: string;
  kind?: 'counted' | 'left_out';
  reason?: string;
}

export interface ChangesAsked extends NumberAsked {
  since: string;
  part?: string;
}

const pathOf = (
  { metric, ...rest }: NumberAsked & Record<string, string | undefined>,
  what: string,
  more: Record<string, string | null | undefined> = {},
) => `/api/metrics/${metric}/${what}${query({ ...rest, ...more })}`;

/** Why a number is what it is. */
export const receiptQuery = (asked: NumberAsked) =>
  queryOptions({
    queryKey: ['metrics', 'receipt', asked],
    queryFn: ({ signal }) => call<MetricReceipt>('GET', pathOf({ ...asked }, 'receipt'), undefined, { signal }),
    placeholderData: keepPreviousData,
  });

/** Why a gate measures what it measures: now, or at its verdict. */
export const gateReceiptQuery = (gateId: string, at: GateReceipt['at']) =>
  queryOptions({
    queryKey: ['gates', 'receipt', gateId, at],
    queryFn: ({ signal }) => call<GateReceipt>('GET', `/api/gates/${gateId}/receipt${query({ at })}`, undefined, { signal }),
  });

/** The rows behind a number, page by page. */
export const recordsQuery = (asked: RecordsAsked) =>
  infiniteQueryOptions({
    queryKey: ['metrics', 'records', asked],
    queryFn: ({ pageParam, signal }) => call<MetricRecordPage>('GET', pathOf({ ...asked }, 'records', { cursor: pageParam }), undefined, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });

/** What changed in a number since an instant, page by page. */
export const changesQuery = (asked: ChangesAsked) =>
  infiniteQueryOptions({
    queryKey: ['metrics', 'changes', asked],
    queryFn: ({ pageParam, signal }) =>
      call<MetricChanges>('GET', pathOf({ ...asked }, 'receipt/changes', { cursor: pageParam }), undefined, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });

/** Where all rows come as a file for spreadsheets. */
export const recordsFile = (asked: RecordsAsked) => pathOf({ ...asked }, 'records', { format: 'csv' });

/** The page of the records, below the organisation. */
export function recordsPage({ metric, ownerId, teamId, ...rest }: RecordsAsked): { to: string; search: Record<string, string | undefined> } {
  return { to: `/metrics/${metric}/records`, search: { owner: ownerId, team: teamId, ...rest } };
}
