import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { IngestCallPage } from '@waymark/contracts';
import { call, query } from '../../../shared/api/client.js';

/** The latest calls that brought facts; made old by the live event of each new one. */
export const callsQuery = (keyId: string | undefined) =>
  queryOptions({
    queryKey: ['ingest-calls', keyId],
    queryFn: ({ signal }) => call<IngestCallPage>('GET', `/api/ingest/calls${query({ keyId, limit: 20 })}`, undefined, { signal }),
  });

export interface Trial {
  key: string;
  source: string;
  row: object;
}

/** Sends one row with a key, as the other system would, and writes nothing. Answers status and body as they came. */
export function useTrial() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ key, source, row }: Trial) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const answer = await fetch(`/api/ingest/${source}?dryRun=true`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ rows: [row] }),
        credentials: 'omit',
      });
      return { status: answer.status, body: JSON.stringify(await answer.json(), null, 2) };
    },
    // The list of keys says when each was last used.
    onSettled: () => Promise.all(['ingest-calls', 'api-keys'].map((topic) => client.invalidateQueries({ queryKey: [topic] }))),
    gcTime: 0,
  });
}
