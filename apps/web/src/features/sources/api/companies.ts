import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  AssignCompanyPerson,
  ChangeCompanyPerson,
  Company,
  CompanyPage,
  CompanyPerson,
  CreateCompanyRequest,
  PatchCompanyRequest,
} from '@waymark/contracts';
import { call, query } from '../../../shared/api/client.js';
import { allRows } from '../../../shared/api/queries.js';

type Filter = Record<string, string | undefined>;

/** Companies page by page: there may be many thousands. Keys begin with the topic that live events name. */
export const companiesQuery = (filter: Filter) =>
  infiniteQueryOptions({
    queryKey: ['records', 'companies', 'list', filter],
    queryFn: ({ signal, pageParam }) => call<CompanyPage>('GET', `/api/companies${query({ ...filter, cursor: pageParam })}`, undefined, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const companyQuery = (id: string) =>
  queryOptions({
    queryKey: ['records', 'companies', id],
    queryFn: ({ signal }) => call<Company>('GET', `/api/companies/${id}`, undefined, { signal }),
  });

export const companyPeopleQuery = (id: string, filter: Filter) =>
  queryOptions({
    queryKey: ['records', 'companies', id, 'people', filter],
    queryFn: ({ signal }) => allRows<CompanyPerson>(`/api/companies/${id}/people`, filter, signal),
  });

/** The latest few records of a kind about a company. */
export const latestQuery = <T>(kind: 'enrolments' | 'company-updates' | 'interactions', companyId: string, limit: number) =>
  queryOptions({
    queryKey: ['records', kind, 'latest', companyId, limit],
    queryFn: ({ signal }) =>
      call<{ items: T[]; nextCursor: string | null }>('GET', `/api/${kind}${query({ companyId, limit })}`, undefined, { signal }),
  });

function useWrite<In, Out>(write: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: () => ['records', 'companies'].forEach((topic) => void client.invalidateQueries({ queryKey: [topic] })),
  });
}

export const useCreateCompany = () => useWrite((company: CreateCompanyRequest) => call<Company>('POST', '/api/companies', company));
export const useChangeCompany = ({ id, version }: Company) =>
  useWrite((change: PatchCompanyRequest) => call<Company>('PATCH', `/api/companies/${id}`, change, { version }));
export const useAssign = (companyId: string) =>
  useWrite((assignment: AssignCompanyPerson) => call<CompanyPerson>('POST', `/api/companies/${companyId}/people`, assignment));
export const useChangeAssignment = (companyId: string) =>
  useWrite(({ id, version, ...change }: ChangeCompanyPerson & { id: string; version: number }) =>
    call<CompanyPerson>('PATCH', `/api/companies/${companyId}/people/${id}`, change, { version }),
  );
