import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  Company,
  CompanyPage,
  GatePage,
  GatePolicy,
  GateType,
  GateView,
  Goal,
  GoalHistoryEntry,
  GoalPeriod,
  Me,
  MetricInfo,
  MetricReading,
  PipelineStage,
  Product,
  Restriction,
  RestrictionListItem,
  Team,
  User,
} from '@waymark/contracts';
import { call, query } from './client.js';

/** Reads of the API, one per question. The first word of a key is the topic that live events name. */
type Filter = Record<string, string | number | undefined>;

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Rows of a list with a note whether there were more than are kept. */
export interface Rows<T> {
  items: T[];
  more: boolean;
}

const pageSize = 200;
const mostPages = 5;

/** Up to 1,000 rows of a list: pages that show whole small lists (people, goals of a period) read them all. */
export async function allRows<T>(path: string, filter: Filter, signal?: AbortSignal): Promise<Rows<T>> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const answer: Page<T> = await call<Page<T>>('GET', `${path}${query({ ...filter, limit: pageSize, cursor })}`, undefined, { signal });
    items.push(...answer.items);
    cursor = answer.nextCursor ?? null;
    if (cursor === null) break;
  }
  return { items, more: cursor !== null };
}

const list = <T>(topic: string, path: string, filter: Filter = {}) =>
  queryOptions({
    queryKey: [topic, path, filter],
    queryFn: ({ signal }) => allRows<T>(path, filter, signal),
    placeholderData: keepPreviousData,
  });

const one = <T>(topic: string, path: string) =>
  queryOptions({ queryKey: [topic, path], queryFn: ({ signal }) => call<T>('GET', path, undefined, { signal }) });

export const queries = {
  me: () => one<Me>('me', '/api/me'),
  users: (filter: Filter = {}) => list<User>('people', '/api/users', filter),
  teams: () => list<Team>('people', '/api/teams'),
  companies: () => list<Company>('companies', '/api/companies'),
  firstCompanies: () => one<CompanyPage>('records', '/api/companies?limit=10'),
  products: () => list<Product>('products', '/api/products'),
  stages: () => list<PipelineStage>('stages', '/api/pipeline-stages'),
  metrics: () => list<MetricInfo>('catalog', '/api/metrics'),
  reading: (metric: string, filter: Filter) => one<MetricReading>('metrics', `/api/metrics/${metric}/value${query(filter)}`),
  periods: () => list<GoalPeriod>('periods', '/api/goal-periods'),
  goals: (filter: Filter) => list<Goal>('goals', '/api/goals', filter),
  goal: (id: string) => one<Goal>('goals', `/api/goals/${id}`),
  goalHistory: (id: string) => list<GoalHistoryEntry>('goals', `/api/goals/${id}/history`),
  gates: (filter: Filter) =>
    queryOptions({
      queryKey: ['gates', 'list', filter],
      queryFn: ({ signal }) => gatePages(filter, signal),
      placeholderData: keepPreviousData,
    }),
  gate: (id: string) => one<GateView>('gates', `/api/gates/${id}`),
  restrictions: (filter: Filter) => list<RestrictionListItem>('restrictions', '/api/restrictions', filter),
  restriction: (id: string) => one<Restriction>('restrictions', `/api/restrictions/${id}`),
  policies: () => list<GatePolicy>('policies', '/api/gate-policies'),
  policy: (id: string) => one<GatePolicy>('policies', `/api/gate-policies/${id}`),
  gateTypes: () => one<{ items: GateType[] }>('catalog', '/api/gate-policy-types'),
};

async function gatePages(filter: Filter, signal: AbortSignal): Promise<GatePage & { more: boolean }> {
  const first = await call<GatePage>('GET', `/api/gates${query({ ...filter, limit: pageSize })}`, undefined, { signal });
  let { nextCursor } = first;
  const items = [...first.items];
  for (let page = 1; page < mostPages && nextCursor !== null; page++) {
    const next: GatePage = await call<GatePage>('GET', `/api/gates${query({ ...filter, limit: pageSize, cursor: nextCursor })}`, undefined, {
      signal,
    });
    items.push(...next.items);
    nextCursor = next.nextCursor;
  }
  return { items, nextCursor, counts: first.counts, more: nextCursor !== null };
}
