import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { DemoPeople, DemoPerson, NotificationPage, Session } from '@waymark/contracts';
import { useNavigate } from '@tanstack/react-router';
import { call } from '../../../shared/api/client.js';
import { takeSession } from '../../../shared/api/session.js';

export interface Credentials {
  organisation: string;
  email: string;
  password: string;
}

export const demoQuery = queryOptions({ queryKey: ['demo'], queryFn: () => call<DemoPeople>('GET', '/api/auth/demo'), retry: false });

/** The inbox, page after page below each other. */
export const inboxQuery = infiniteQueryOptions({
  queryKey: ['notifications'],
  initialPageParam: '',
  queryFn: ({ pageParam, signal }) =>
    call<NotificationPage>('GET', `/api/notifications?limit=50${pageParam ? `&cursor=${pageParam}` : ''}`, undefined, { signal }),
  getNextPageParam: (last) => last.nextCursor,
});

/** Signs in, then goes where the person wanted to go, else Home. */
export function useSignIn(back: string | undefined) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (who: Credentials | DemoPerson) =>
      'userId' in who
        ? call<Session>('POST', '/api/auth/sign-in-as', { organisation: who.organisation, userId: who.userId })
        : call<Session>('POST', '/api/auth/sign-in', who),
    onSuccess: async (session) => {
      const { organisation, restrictions } = takeSession(client, session);
      const own = `/${organisation.slug}/`;
      const lock = restrictions.find(({ kind, state }) => kind === 'account_lock' && state === 'in_force');
      const wanted = back?.startsWith(own) ? back : `${own}home`;
      await navigate({ href: lock ? `${own}restrictions/${lock.id}` : wanted });
    },
  });
}

export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) => Promise.all(ids.map((id) => call('POST', `/api/notifications/${id}/read`))),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: ['notifications'] }), client.invalidateQueries({ queryKey: ['me'] })]),
  });
}
