import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import type { Invitation, InvitationAcceptance, ResetConfirmation, ResetRequest, Session } from '@waymark/contracts';
import { call } from '../../../shared/api/client.js';
import { takeSession } from '../../../shared/api/session.js';

/** The token behind # of a mailed link; null when the link is not whole. */
export function useLinkToken(): string | null {
  const hash = useLocation({ select: (location) => location.hash });
  return /^[A-Za-z0-9_-]{64}$/.test(hash) ? hash : null;
}

/** Whom the invitation is for. A link that has ended stays ended. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: () => call<Invitation>('POST', '/api/auth/invitation/check', { token }),
    staleTime: Infinity,
  });

/** Accepts an invitation: signed in, on Home. */
export function useAccept(): (request: InvitationAcceptance) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (request) => {
    const session = await call<Session>('POST', '/api/auth/invitation/accept', request);
    const { organisation } = takeSession(client, session);
    await navigate({ to: `/${organisation.slug}/home`, ignoreBlocker: true });
  };
}

export const askForReset = (request: ResetRequest) => call<void>('POST', '/api/auth/password-reset', request);
export const confirmReset = (request: ResetConfirmation) => call<void>('POST', '/api/auth/password-reset/confirm', request);
