import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { DecideRestriction, Restriction } from '@waymark/contracts';
import { call } from '../../../shared/api/client.js';

/** Confirms, dismisses or lifts a restriction. Never optimistic: the answer is what the server made of it. */
export function useDecide(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (decision: DecideRestriction) => call<Restriction>('POST', `/api/restrictions/${id}/decisions`, decision),
    onSettled: () => ['restrictions', 'gates', 'me'].forEach((topic) => void client.invalidateQueries({ queryKey: [topic] })),
  });
}
