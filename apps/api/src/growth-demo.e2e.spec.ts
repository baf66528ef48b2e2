import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { generateDataset } from './demo-data/generate.js';
import type { Truth } from './demo-data/truth.js';
import { truthsOf } from './demo-data/truths.js';
import { growthToday, loadDataset, loadGrowthDemo } from './growth-demo.js';
import { createOrganisation } from './organisation.js';
import { type RunningApi, signInAs, startApi, startWorker } from './testing/start-api.js';

const password = 'long enough word';

interface Reading {
  value: { value: string | null; reason: string | null };
}

describe('the second demo', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let api: RunningApi;
  let token: string;
  const data = generateDataset({ today: growthToday });
  const load = (reset = false) => loadGrowthDemo(worker.app, { ownerUrl: database.adminUrl, password, reset });
  const one = async (sql: string) => (await database.admin.query<{ n: string }>(sql)).rows[0]?.n;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    expect(await load()).toBe(true);
    api = await startApi(database);
    const body = { organisation: 'growth', email: 'admin@waymark.example', password };
    token = (await api.call<{ accessToken: string }>('POST', '/api/auth/sign-in', { body })).body.accessToken;
  });

  afterAll(async () => {
    await api?.close();
    await worker?.close();
    await database?.drop();
  });

  /** What the API says where it differs from the truth. */
  const differences = async (truths: readonly Truth[]) => {
    const [users, teams] = [await idsOf('users'), await idsOf('teams')];
    const found: unknown[] = [];
    for (const { metric, scope, from, to, value, reason, because } of truths) {
      const of = scope.kind === 'organisation' ? '' : scope.kind === 'team' ? `&teamId=${teams.get(scope.name)}` : `&ownerId=${users.get(scope.id)}`;
      const { status, body } = await api.call<Reading>('GET', `/api/metrics/${metric}/value?from=${from}&to=${to}${of}`, { token });
      const told = { status, value: body.value?.value, reason: body.value?.reason ?? null };
      if (status !== 200 || told.value !== value || told.reason !== reason)
        found.push({ metric, scope, from, to, because, expected: { value, reason }, told });
    }
    return found;
  };
  const idsOf = async (table: 'users' | 'teams') => {
    const key = table === 'users' ? 'external_id' : 'name';
    const { rows } = await database.admin.query<{ key: string; id: string }>(`select ${key} as key, id from ${table}`);
    return new Map(rows.map((row) => [row.key, row.id]));
  };

  it('SRC-12 (all but tracks) and MET-02: every planted truth comes out exactly: NRR 77.5, GRR 70, renewals 75, NPS 40, QBR 50, conversions 75 and 66.666667, index 36', async () => {
    const planted = truthsOf(data).filter(({ how }) => how === 'planted');
    expect(planted).toHaveLength(21);
    expect(await differences(planted)).toEqual([]);
  });

  it('SRC-12 (all but tracks) and MET-02: what plain counting of the rows gives is what the API says, for each metric, everybody, a team and a person', async () => {
    const counted = truthsOf(data).filter(({ how }) => how === 'counted');
    const { body } = await api.call<{ items: { key: string }[] }>('GET', '/api/metrics', { token });
    const offered = body.items.map(({ key }) => key).sort();
    expect([...new Set(counted.map(({ metric }) => metric))].sort()).toEqual(offered);
    expect(counted.filter(({ value }) => value !== null && value !== '0').length).toBeGreaterThan(100);
    expect(await differences(counted)).toEqual([]);
  }, 120_000);

  it('SRC-12 (all but tracks) loads as history: known since it happened, marked, and nothing later than the clock', async () => {
    expect(
      await one(
        `select to_char(now() - clock_offset_ms * interval '1 ms', 'YYYY-MM-DD HH24') || ' ' || time_zone as n from tenants where slug = 'growth'`,
      ),
    ).toBe('2025-05-14 09 Europe/Lisbon');
    for (const table of [
      'pipeline_events',
      'sales',
      'arr_movements',
      'survey_responses',
      'partner_list_versions',
      'tasks',
      'interactions',
      'company_updates',
    ])
      expect([table, await one(`select string_agg(distinct backfilled::text, '') as n from ${table}`)]).toEqual([table, 'true']);
    expect(await one(`select count(*) as n from pipeline_events where known_at <> occurred_at and known_to is null`)).toBe('0');
    expect(await one(`select count(*) as n from activities where completed_at > '2025-05-14T09:00:00Z'`)).toBe('0');
    expect(await one(`select count(*) as n from pipeline_items`)).toBe(String(data.leads.length + data.contacts.length));
    expect(await one(`select count(*) as n from activities`)).toBe('3000');
    expect(await one(`select count(*) as n from pipeline_items where list_id is not null and first_sale_date is null`)).toBe(
      String(data.contacts.length),
    );
    expect(await one(`select string_agg(name || ' ' || state, ', ' order by starts_on) as n from goal_periods`)).toBe(
      '2025-Q1 completed, 2025-Q2 active',
    );
  });

  it('SRC-12 (all but tracks) SRC-01 (all but track) has a director, coaches and founders, each with the companies that are theirs today', async () => {
    const seen: Record<string, number> = {};
    for (const name of ['Dora Dias', 'Irma Coelho', 'Otto Lima', 'Fabio Reis', 'Flora Neves']) {
      const id = (await one(`select id as n from users where name = '${name}'`)) as string;
      const page = await api.call<{ items: object[]; nextCursor: string | null }>('GET', '/api/companies?limit=200', {
        token: await signInAs(api, 'growth', id),
      });
      seen[name] = page.body.items.length;
    }
    const all = Math.min(200, data.companies.length);
    // Irma coaches 6; Otto 8, of which 2 are over.
    expect(seen).toEqual({ 'Dora Dias': all, 'Irma Coelho': 6, 'Otto Lima': 6, 'Fabio Reis': 1, 'Flora Neves': 1 });
  });

  it('SRC-12 (all but tracks) changes nothing when it is loaded again, leaves a whole demo alone, and never touches an organisation that is none', async () => {
    expect(await load()).toBe(false);
    const tables = [
      'pipeline_events',
      'sales',
      'activities',
      'partner_list_versions',
      'arr_movements',
      'renewals',
      'survey_responses',
      'tasks',
      'enrolments',
      'users',
    ];
    const counts = async () => Promise.all(tables.map((table) => one(`select count(*) as n from ${table}`)));
    const [before, who] = [
      await counts(),
      {
        tenantId: (await one('select id as n from tenants')) as string,
        requestedBy: (await one(`select id as n from users where email is not null`)) as string,
      },
    ];
    await loadDataset(worker.app, who, data);
    expect(await counts()).toEqual(before);
    await database.admin.query(`update tenants set slug = 'kept' where slug = 'growth'`);
    const admin = { name: 'Ada', email: 'a@b.example', password };
    await createOrganisation(database.adminUrl, { slug: 'growth', name: 'A real shop', zone: 'UTC', admin });
    await expect(load(true)).rejects.toThrow('The organisation "growth" is no demo; it stays as it is.');
  });
});
