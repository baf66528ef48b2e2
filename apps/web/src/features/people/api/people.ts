import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  ChangeMembership,
  ChangeTeam,
  ChangeUser,
  CreateMembership,
  CreateTeam,
  CreateUser,
  Membership,
  PermissionTable,
  TeamDetail,
  UserDetail,
} from '@waymark/contracts';
import { call } from '../../../shared/api/client.js';
import { allRows } from '../../../shared/api/queries.js';

const one = <T>(path: string) => queryOptions({ queryKey: ['people', path], queryFn: ({ signal }) => call<T>('GET', path, undefined, { signal }) });

export const personQuery = (id: string) => one<UserDetail>(`/api/users/${id}`);
export const teamQuery = (id: string) => one<TeamDetail>(`/api/teams/${id}`);
export const permissionsQuery = () => one<PermissionTable>('/api/permissions');
export const membershipsQuery = (teamId: string) => {
  const path = `/api/teams/${teamId}/memberships`;
  return queryOptions({ queryKey: ['people', path], queryFn: ({ signal }) => allRows<Membership>(path, {}, signal) });
};

/** Writes about people and teams; rights may have changed with them. */
function useWrite<In, Out>(write: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: () => ['people', 'me'].forEach((topic) => void client.invalidateQueries({ queryKey: [topic] })),
  });
}

type Versioned = { id: string; version: number };

export const useCreatePerson = () => useWrite((person: CreateUser) => call<UserDetail>('POST', '/api/users', person));
export const useChangePerson = ({ id, version }: Versioned) =>
  useWrite((change: ChangeUser) => call<UserDetail>('PATCH', `/api/users/${id}`, change, { version }));
export const useSetRoles = ({ id, version }: Versioned) =>
  useWrite((roles: UserDetail['roles']) => call<UserDetail>('PUT', `/api/users/${id}/roles`, { roles }, { version }));
export const useCreateTeam = () => useWrite((team: CreateTeam) => call<TeamDetail>('POST', '/api/teams', team));
export const useChangeTeam = (id: string) =>
  useWrite(({ version, ...change }: ChangeTeam & { version: number }) => call<TeamDetail>('PATCH', `/api/teams/${id}`, change, { version }));
export const useJoin = (teamId: string) =>
  useWrite((membership: CreateMembership) => call<Membership>('POST', `/api/teams/${teamId}/memberships`, membership));
export const useChangeMembership = (teamId: string) =>
  useWrite(({ id, version, ...change }: ChangeMembership & Versioned) =>
    call<Membership>('PATCH', `/api/teams/${teamId}/memberships/${id}`, change, { version }),
  );
