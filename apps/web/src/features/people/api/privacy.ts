import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { EraseRequest, ErasureResult, InvitationSent } from '@waymark/contracts';
import { call, download } from '../../../shared/api/client.js';

/** Mails a link with which the person chooses a password. */
export const useInvite = (id: string) => useMutation({ mutationFn: () => call<InvitationSent>('POST', `/api/users/${id}/invitation`) });

/** Everything stored about the person, as a file. */
export const useExportOf = (id: string) => useMutation({ mutationFn: () => download(`/api/users/${id}/export`, `person-${id}.zip`) });

/** Erases the person; whatever was read before may name the person, so all of it is read again. */
export function useErase(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: EraseRequest) => call<ErasureResult>('POST', `/api/users/${id}/erasure`, request),
    onSuccess: () => client.invalidateQueries(),
  });
}
