import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Absence, CreateAbsence } from '@waymark/contracts';
import { call } from '../../../shared/api/client.js';
import { allRows } from '../../../shared/api/queries.js';

const pathOf = (userId: string) => `/api/users/${userId}/absences`;

export const absencesQuery = (userId: string) =>
  queryOptions({ queryKey: ['people', pathOf(userId)], queryFn: ({ signal }) => allRows<Absence>(pathOf(userId), {}, signal), retry: false });

function useWrite<In, Out>(write: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: write, onSuccess: () => void client.invalidateQueries({ queryKey: ['people'] }) });
}

/** Adds an absence, or changes the one that is given. */
export const useSaveAbsence = (userId: string, absence: Absence | null) =>
  useWrite((values: CreateAbsence) =>
    absence
      ? call<Absence>('PATCH', `${pathOf(userId)}/${absence.id}`, values, { version: absence.version })
      : call<Absence>('POST', pathOf(userId), values),
  );

export const useRemoveAbsence = (userId: string) =>
  useWrite(({ id, version }: Absence) => call<null>('DELETE', `${pathOf(userId)}/${id}`, undefined, { version }));
