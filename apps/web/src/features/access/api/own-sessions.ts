import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ChangePasswordRequest, OwnSessions } from '@waymark/contracts';
import { call } from '../../../shared/api/client.js';
import { leaveEverywhere } from '../../../shared/api/session.js';

export const ownSessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => call<OwnSessions>('GET', '/api/auth/sessions', undefined, { signal }),
});

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call('DELETE', `/api/auth/sessions/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
}

/** Ends every session of the person, then shows where to sign in. */
export function useSignOutEverywhere() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => call('POST', '/api/auth/sign-out-everywhere'),
    onSuccess: async () => {
      await navigate({ to: '/signin' });
      leaveEverywhere(client);
    },
  });
}

export function changePassword(request: ChangePasswordRequest): Promise<void> {
  return call('POST', '/api/auth/password', request);
}
