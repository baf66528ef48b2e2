import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activity, ActivityPage, MetricReading, Problem } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { Recomputation } from '../../metrics/recomputation.service.js';
import { createTenant, type RunningApi, signInAs, startApi, startWorker } from '../../testing/start-api.js';

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

describe('activities', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let ids: Record<string, string>;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    api = await startApi(database);
    const people = [
      { name: 'Ada', roles: ['admin'] },
      { name: 'Lea', roles: ['leader'] },
      { name: 'Ben', roles: ['member'] },
      { name: 'Cleo', roles: ['member'] },
      { name: 'Fay', roles: ['founder'] },
    ];
    const tenant = await createTenant(database, { slug: 'calls', zone: 'America/New_York', people });
    tenantId = tenant.tenantId;
    ids = tenant.userIds;
    await database.admin.query('update tenants set demo = true where id = $1', [tenantId]);
    const team = await database.admin.query<{ id: string }>(`insert into teams (tenant_id, name) values ($1, 'North') returning id`, [tenantId]);
    await database.admin.query(
      `insert into team_memberships (tenant_id, team_id, user_id, role, from_on) values ($1, $2, $3, 'member', '2020-01-01'), ($1, $2, $4, 'leader', '2020-01-01')`,
      [tenantId, team.rows[0]?.id, ids['Ben'], ids['Lea']],
    );
    for (const { name } of people) tokens[name] = await signInAs(api, 'calls', ids[name] as string);
  });

  afterAll(async () => {
    await worker.close();
    await api.close();
    await database.drop();
  });

  const call = <T = Activity & Problem>(who: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    api.call<T>(method, `/api${path}`, { token: tokens[who] as string, headers, ...(body === undefined ? {} : { body }) });
  const made = async (who: string, body: object): Promise<Activity> => {
    const answer = await call(who, 'POST', '/activities', body);
    expect([answer.status, answer.body.detail]).toEqual([201, undefined]);
    return answer.body;
  };
  const refusal = (answer: { status: number; body: Problem }) => [
    answer.status,
    ...(answer.body.errors ?? []).map(({ field, code }) => `${field} ${code}`),
  ];
  const list = async (who: string, query = '') => (await call<ActivityPage>(who, 'GET', `/activities${query}`)).body;

  it('SRC-13 a completed call entered by hand carries its author, its note and what was told of it', async () => {
    const one = await made('Ben', { type: 'call', completedAt: '2026-03-02T15:00:00Z', durationSeconds: 600, note: 'On my own phone' });
    expect(one).toMatchObject({
      type: 'call',
      owner: { id: ids['Ben'], name: 'Ben' },
      completedAt: '2026-03-02T15:00:00.000Z',
      outcome: 'completed',
      durationSeconds: 600,
      note: 'On my own phone',
      recordedBy: 'Ben',
      version: 1,
    });
    expect((await call('Ben', 'GET', `/activities/${one.id}`)).body).toEqual(one);
  });

  it('SRC-13 refuses a completion ahead, an appointment ahead is welcome', async () => {
    expect(refusal(await call('Ben', 'POST', '/activities', { type: 'call', completedAt: tomorrow() }))).toEqual([400, 'completedAt future']);
    expect(await made('Ben', { type: 'call', scheduledAt: tomorrow() })).toMatchObject({ outcome: null, completedAt: null });
  });

  it('SRC-02 refuses what cannot be, naming the field', async () => {
    const post = async (body: object) => refusal(await call('Ben', 'POST', '/activities', body));
    const past = '2026-03-02T15:00:00Z';
    expect(await post({ type: 'call' })).toEqual([400, 'scheduledAt missing']);
    expect(await post({ type: 'call', scheduledAt: past, outcome: 'completed' })).toEqual([400, 'completedAt missing']);
    expect(await post({ type: 'call', completedAt: past, outcome: 'no_show' })).toEqual([400, 'outcome not_completed']);
    expect(await post({ type: 'fax', completedAt: past })).toEqual([400, 'type in']);
    expect(await post({ type: 'call', completedAt: past, durationSeconds: -1 })).toEqual([400, 'durationSeconds min']);
    expect(await post({ type: 'call', completedAt: past, ownerId: ids['Cleo'] })).toEqual([400, 'ownerId unknown']);
    expect(await post({ type: 'call', completedAt: past, companyId: ids['Cleo'] })).toEqual([400, 'companyId unknown']);
    expect(await post({ type: 'call', completedAt: past, itemId: ids['Cleo'] })).toEqual([400, 'itemId unknown']);
    await made('Ben', { type: 'email', completedAt: past, externalId: 'E-1' });
    expect(refusal(await call('Ben', 'POST', '/activities', { type: 'email', completedAt: past, externalId: 'E-1' }))).toEqual([409]);
  });

  it('SRC-02 MET-10 (as known) a correction is a new version under the same id; the one before it stays known as of its time (Q98)', async () => {
    const scheduled = await made('Cleo', { type: 'meeting', scheduledAt: '2026-05-04T15:00:00Z', externalId: 'M-1' });
    const held = await call('Cleo', 'PATCH', `/activities/${scheduled.id}`, { completedAt: '2026-05-04T15:30:00Z' });
    expect(held.body).toMatchObject({ id: scheduled.id, version: 2, outcome: 'completed', externalId: 'M-1' });
    const missed = await call('Cleo', 'PATCH', `/activities/${scheduled.id}`, { completedAt: null, outcome: 'no_show' });
    expect(missed.body).toMatchObject({ id: scheduled.id, version: 3, outcome: 'no_show', completedAt: null });
    const { rows } = await database.admin.query<{ outcome: string | null; present: boolean; gap: boolean }>(
      `select outcome, known_to is null as present, known_to is distinct from lead(known_at) over (order by version) as gap from activities
       where tenant_id = $1 and (id = $2 or entry_id = $2) order by version`,
      [tenantId, scheduled.id],
    );
    expect(rows).toEqual([
      { outcome: null, present: false, gap: false },
      { outcome: 'completed', present: false, gap: false },
      { outcome: 'no_show', present: true, gap: false },
    ]);
    const same = await call('Cleo', 'PATCH', `/activities/${scheduled.id}`, { outcome: 'no_show' });
    expect(same.body.version).toBe(3);
  });

  it('REL-04 a correction made for an older version is refused', async () => {
    const one = await made('Ben', { type: 'call', completedAt: '2026-03-03T15:00:00Z' });
    expect((await call('Ben', 'PATCH', `/activities/${one.id}`, { note: 'a' }, { 'if-match': '"v1"' })).status).toBe(200);
    expect((await call('Ben', 'PATCH', `/activities/${one.id}`, { note: 'b' }, { 'if-match': '"v1"' })).status).toBe(412);
  });

  it('SEC-01 members reach their own, leaders their team, admins all; a founder none', async () => {
    const cleos = await made('Cleo', { type: 'call', completedAt: '2026-03-04T15:00:00Z' });
    const bens = await made('Lea', { type: 'call', completedAt: '2026-03-04T15:00:00Z', ownerId: ids['Ben'] });
    expect(bens).toMatchObject({ owner: { name: 'Ben' }, recordedBy: 'Lea' });
    const reads = async (who: string, id: string) => (await call(who, 'GET', `/activities/${id}`)).status;
    expect([await reads('Ben', cleos.id), await reads('Lea', cleos.id), await reads('Ada', cleos.id)]).toEqual([404, 404, 200]);
    expect([await reads('Ben', bens.id), await reads('Lea', bens.id), await reads('Fay', bens.id)]).toEqual([200, 200, 403]);
    expect((await call('Ben', 'PATCH', `/activities/${cleos.id}`, { note: 'x' })).status).toBe(404);
    const owners = async (who: string) => [...new Set((await list(who, '?limit=200')).items.map(({ owner }) => owner.name))].sort();
    expect([await owners('Ben'), await owners('Lea'), await owners('Ada')]).toEqual([['Ben'], ['Ben'], ['Ben', 'Cleo']]);
  });

  it('SRC-02 lists by owner, type, outcome, company and day in the zone of the organisation, page by page without repeats', async () => {
    const company = await call<{ id: string }>('Ada', 'POST', '/companies', { name: 'Acme' });
    const about = { companyId: company.body.id };
    // 03:30 UTC on the 2nd of July is 23:30 on the 1st in New York.
    const late = await made('Ben', { ...about, type: 'email', completedAt: '2026-07-02T03:30:00Z' });
    const next = await made('Ben', { ...about, type: 'qbr', completedAt: '2026-07-02T04:00:00Z' });
    const open = await made('Ben', { ...about, type: 'qbr', scheduledAt: '2026-07-03T12:00:00Z' });
    const found = async (query: string) => (await list('Ada', `?companyId=${company.body.id}${query}`)).items.map(({ id }) => id);
    expect(await found('')).toEqual([open.id, next.id, late.id]);
    expect(await found('&to=2026-07-01')).toEqual([late.id]);
    expect(await found('&from=2026-07-02&to=2026-07-02')).toEqual([next.id]);
    expect(await found('&type=qbr&outcome=open')).toEqual([open.id]);
    expect(await found(`&ownerId=${ids['Cleo']}`)).toEqual([]);
    expect(refusal(await call('Ada', 'GET', '/activities?from=2026-07-02&to=2026-07-01'))).toEqual([400, 'to order']);
    const first = await list('Ada', `?companyId=${company.body.id}&limit=2`);
    const rest = await list('Ada', `?companyId=${company.body.id}&limit=2&cursor=${encodeURIComponent(first.nextCursor as string)}`);
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual([open.id, next.id, late.id]);
    expect(rest.nextCursor).toBeNull();
  });

  it('MET-02 (calls booked, calls scheduled, meetings) MET-06 the stored numbers follow what is entered and corrected', async () => {
    const number = async (metric: string) => {
      await worker.app.get(Recomputation).drain(tenantId);
      const path = `/metrics/${metric}/value?ownerId=${ids['Cleo']}&from=2026-09-01&to=2026-09-30`;
      return (await call<MetricReading>('Cleo', 'GET', path)).body.value.value;
    };
    const numbers = async () => Promise.all(['calls_booked', 'calls_scheduled', 'calls_completed', 'meetings_completed'].map(number));
    const one = await made('Cleo', { type: 'call', scheduledAt: '2026-09-10T15:00:00Z' });
    await made('Cleo', { type: 'call', scheduledAt: '2026-09-11T15:00:00Z' });
    await made('Cleo', { type: 'meeting', completedAt: '2026-09-12T15:00:00Z' });
    expect(await numbers()).toEqual(['2', '2', '0', '1']);
    await call('Cleo', 'PATCH', `/activities/${one.id}`, { completedAt: '2026-09-10T15:20:00Z' });
    expect(await numbers()).toEqual(['2', '1', '1', '1']);
    await call('Cleo', 'PATCH', `/activities/${one.id}`, { completedAt: null, outcome: 'rescheduled' });
    expect(await numbers()).toEqual(['1', '1', '0', '1']);
    expect(await worker.app.get(Recomputation).audit(tenantId)).toEqual([]);
  });
});
