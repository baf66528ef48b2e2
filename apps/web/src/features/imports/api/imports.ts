import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { FindingSeverity, Import, ImportFindingPage, ImportInspection, ImportMapping, ImportPage, ImportPresetPage } from '@waymark/contracts';
import { call, query } from '../../../shared/api/client.js';

const runningMs = 1000;
const underWay = (found: Import | undefined) => found !== undefined && ['receiving', 'queued', 'running'].includes(found.state);

export const importsQuery = queryOptions({
  queryKey: ['imports', 'list'],
  queryFn: ({ signal }) => call<ImportPage>('GET', '/api/imports?limit=50', undefined, { signal }),
});

export const presetsQuery = queryOptions({
  queryKey: ['import-mappings'],
  queryFn: () => call<ImportPresetPage>('GET', '/api/import-mappings'),
  staleTime: Infinity,
});

/** One import; asked each second while it runs. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', id],
    queryFn: ({ signal }) => call<Import>('GET', `/api/imports/${id}`, undefined, { signal }),
    refetchInterval: ({ state }) => (underWay(state.data) ? runningMs : false),
  });

export const findingsQuery = (id: string, severity: FindingSeverity | undefined) =>
  infiniteQueryOptions({
    queryKey: ['imports', id, 'findings', severity],
    queryFn: ({ signal, pageParam }) =>
      call<ImportFindingPage>('GET', `/api/imports/${id}/findings${query({ severity, limit: 100, cursor: pageParam })}`, undefined, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

/** A first look at a file: of a text only its beginning is sent, of a workbook all, since it says at its end what it holds. */
export function useInspection() {
  return useMutation({
    mutationFn: ({ file, sheet }: { file: File; sheet?: string }) => {
      const form = new FormData();
      if (sheet !== undefined) form.append('sheet', sheet);
      form.append('file', isWorkbook(file) ? file : new File([file.slice(0, 256 * 1024)], file.name, { type: 'text/csv' }));
      return call<ImportInspection>('POST', '/api/imports/inspect', form);
    },
  });
}

const isWorkbook = (file: File) => /\.xls[xm]$/i.test(file.name);

export interface StartImport {
  file: File;
  mapping: ImportMapping | string;
  dryRun: boolean;
  allOrNothing: boolean;
  signal: AbortSignal;
}

export function useStartImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ file, mapping, dryRun, allOrNothing, signal }: StartImport) => {
      const form = new FormData(); // the file comes last: the server reads the fields before it
      form.append('mapping', typeof mapping === 'string' ? mapping : JSON.stringify(mapping));
      form.append('dryRun', String(dryRun));
      form.append('allOrNothing', String(allOrNothing));
      form.append('file', file);
      return call<Import>('POST', '/api/imports', form, { signal });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['imports'] }),
  });
}

export function useCancelImport(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call<Import>('POST', `/api/imports/${id}/cancel`),
    onSettled: () => client.invalidateQueries({ queryKey: ['imports'] }),
  });
}
