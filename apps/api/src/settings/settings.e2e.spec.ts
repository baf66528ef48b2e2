import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Goal, GoalPeriod, Holidays, Problem, Settings } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { createTenant, type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';

describe('settings', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let admin: string;
  let rep: string;
  let repId: string;
  let period: GoalPeriod;
  let goal: Goal;

  beforeAll(async () => {
    database = await testDatabase();
    const people = [
      { name: 'Ada', roles: ['admin'] },
      { name: 'Rob', roles: ['member'] },
    ];
    const made = await createTenant(database, { slug: 'north', now: new Date('2026-08-17T09:00:00Z'), people });
    tenantId = made.tenantId;
    repId = made.userIds['Rob'] as string;
    api = await startApi(database);
    worker = await startWorker(database);
    admin = await signInAs(api, 'north', made.userIds['Ada'] as string);
    rep = await signInAs(api, 'north', repId);
    period = await send<GoalPeriod>('POST', '/api/goal-periods', { name: 'Aug', kind: 'monthly', startsOn: '2026-08-01', endsOn: '2026-08-31' });
    period = await send<GoalPeriod>('PATCH', `/api/goal-periods/${period.id}`, { state: 'active' });
    goal = await send<Goal>('POST', '/api/goals', {
      name: 'Leads',
      metric: 'leads_created',
      periodId: period.id,
      userId: repId,
      target: '10',
    });
  }, 120_000);

  afterAll(async () => {
    await worker?.close();
    await api?.close();
    await database?.drop();
  });

  const send = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await api.call<T>(method, path, { token: admin, ...(body ? { body } : {}) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const settings = () => send<Settings>('GET', '/api/settings');
  const refusal = async (body: object) => {
    const answer = await api.call<Problem>('PATCH', '/api/settings', { token: admin, body });
    return [answer.status, ...(answer.body.errors ?? []).map(({ field }) => field)];
  };
  const work = () => worker.app.get(JobRunner).runAll();

  it('PLAT-02 a new organisation has the defaults', async () => {
    expect(await settings()).toEqual({
      slug: 'north',
      name: 'north',
      timeZone: 'UTC',
      currency: 'USD',
      currencyFixed: false,
      weekStart: 1,
      fiscalYearStartMonth: 1,
      workingDays: [1, 2, 3, 4, 5],
      onTrackPercent: 90,
      renewalBase: 'decided',
      atRiskPercent: 75,
      earlyPercent: 10,
      exceededPercent: 110,
      leaderboardSize: 10,
      leaderboardAudience: 'everyone',
      version: 1,
    });
  });

  it('PLAT-02 each mistake names its field; only who may manage settings changes them, and only the version that was read', async () => {
    expect(await refusal({ timeZone: 'Mars/Base' })).toEqual([400, 'timeZone']);
    expect(await refusal({ currency: 'ABX' })).toEqual([400, 'currency']);
    expect(await refusal({ atRiskPercent: 95 })).toEqual([400, 'atRiskPercent']);
    expect(await refusal({ workingDays: [] })).toEqual([400, 'workingDays']);
    expect(await refusal({ weekStart: 8, fiscalYearStartMonth: 0 })).toEqual(
      [400, 'weekStart', 'weekStart', 'fiscalYearStartMonth'].filter((field, n, all) => all.indexOf(field) === n),
    );
    expect(await refusal({ workingDays: null })).toEqual(expect.arrayContaining([400, 'workingDays']));
    const forbidden = await api.call<Problem>('PATCH', '/api/settings', { token: rep, body: { weekStart: 7 } });
    expect(forbidden.status).toBe(403);
    const stale = await api.call<Problem>('PATCH', '/api/settings', { token: admin, body: { weekStart: 7 }, headers: { 'if-match': '"v9"' } });
    expect(stale.status).toBe(412);
    expect((await settings()).version).toBe(1);
  });

  it('PLAT-02 a change raises the version and stands in the audit trail with before and after', async () => {
    const changed = await send<Settings>('PATCH', '/api/settings', { weekStart: 7, fiscalYearStartMonth: 4, leaderboardSize: 5, currency: 'EUR' });
    expect(changed).toMatchObject({ weekStart: 7, fiscalYearStartMonth: 4, leaderboardSize: 5, currency: 'EUR', version: 2 });
    const { rows } = await database.admin.query<{ before: object; after: object }>(
      `select before, after from audit_events where tenant_id = $1 and action = 'settings.changed' order by id desc limit 1`,
      [tenantId],
    );
    expect(rows[0]).toEqual({
      before: { weekStart: 1, fiscalYearStartMonth: 1, leaderboardSize: 10, currency: 'USD' },
      after: { weekStart: 7, fiscalYearStartMonth: 4, leaderboardSize: 5, currency: 'EUR' },
    });
  });

  it('PLAT-02 holidays and working days move the pace of goals; a day is a holiday once', async () => {
    const before = (await send<GoalPeriod>('GET', `/api/goal-periods/${period.id}`)).workingDays;
    expect(before).toBe(21); // August 2026 begins on a Saturday: Mondays 3, 10, 17, 24, 31 and four of each other day: 5 + 4 * 4
    await send('POST', '/api/holidays', { day: '2026-08-10', name: 'Fair' });
    const again = await api.call<Problem>('POST', '/api/holidays', { token: admin, body: { day: '2026-08-10', name: 'Fair' } });
    expect(again.status).toBe(409);
    expect((await send<Holidays>('GET', '/api/holidays')).items).toEqual([{ day: '2026-08-10', name: 'Fair' }]);
    expect((await send<GoalPeriod>('GET', `/api/goal-periods/${period.id}`)).workingDays).toBe(20);
    await work();
    const stored = () =>
      database.admin.query<{ expected_bp: string }>('select expected_bp::text from goals where tenant_id = $1 and id = $2', [tenantId, goal.id]);
    expect((await stored()).rows[0]?.expected_bp).toBe('4500'); // on the 17th: 10 working days before it less the holiday = 9 of 20
    expect((await api.call('DELETE', '/api/holidays/2026-02-30', { token: admin })).status).toBe(400);
    expect((await api.call('DELETE', '/api/holidays/2026-08-11', { token: admin })).status).toBe(404);
    expect((await api.call('DELETE', '/api/holidays/2026-08-10', { token: admin })).status).toBe(204);
    await work();
    expect((await stored()).rows[0]?.expected_bp).toBe('4762'); // 10 of 21 = 0.47619
  });

  it('PLAT-02 thresholds decide the stored status', async () => {
    const status = async () =>
      (await database.admin.query<{ status: string }>('select status from goals where tenant_id = $1 and id = $2', [tenantId, goal.id])).rows[0]
        ?.status;
    expect(await status()).toBe('behind'); // nothing of 10 leads with 10 of 21 days gone
    await send('PATCH', '/api/settings', { earlyPercent: 60 });
    await work();
    expect(await status()).toBe('on_track'); // 47.6 % of the period is early now
    await send('PATCH', '/api/settings', { earlyPercent: 10 });
    await work();
    expect(await status()).toBe('behind');
  });

  it('PLAT-02 (settings) keeps one spelling of a zone, and takes no abbreviation (case 61)', async () => {
    expect((await send<Settings>('PATCH', '/api/settings', { timeZone: 'US/Eastern' })).timeZone).toBe('America/New_York');
    for (const timeZone of ['IST', 'EST5EDT', 'FOO+99', '+01:00']) expect(await refusal({ timeZone })).toEqual([400, 'timeZone']);
    expect((await send<Settings>('PATCH', '/api/settings', { timeZone: 'UTC' })).timeZone).toBe('UTC');
  });

  it('PLAT-02 a new zone binds the next period: the running one keeps its own', async () => {
    await send('PATCH', '/api/settings', { timeZone: 'Asia/Tokyo' });
    await work();
    expect((await send<GoalPeriod>('GET', `/api/goal-periods/${period.id}`)).timeZone).toBe('UTC');
    const next = await send<GoalPeriod>('POST', '/api/goal-periods', { name: 'Sep', kind: 'monthly', startsOn: '2026-09-01', endsOn: '2026-09-30' });
    expect(next.timeZone).toBe('Asia/Tokyo');
  });

  it('PLAT-02 the currency stays once facts are recorded', async () => {
    await database.admin.query(
      `insert into pipeline_stages (tenant_id, key, label, position, family, kind, qualified) values ($1, 'lead', 'Lead', 1, 'LEAD', 'lead', false)`,
      [tenantId],
    );
    await send('POST', '/api/pipeline-items', { name: 'First', stage: 'lead', ownerId: repId });
    expect(await refusal({ currency: 'USD' })).toEqual([409, 'currency']);
    expect(await refusal({ currency: 'EUR' })).toEqual([200]);
    expect(await settings()).toMatchObject({ currency: 'EUR', currencyFixed: true });
  });
});
