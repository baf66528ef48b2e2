import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Goal, GoalHistoryPage, GoalPage, GoalPeriod, MetricReading, Problem } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { Recomputation } from '../metrics/recomputation.service.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { createTenant, type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';

describe('goals', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let people: Record<string, string>;
  let teamId: string;
  let admin: string;
  let leader: string;
  let rep: string;
  let periodId: string;

  beforeAll(async () => {
    database = await testDatabase();
    const made = await createTenant(database, {
      slug: 'goals',
      now: new Date('2026-08-17T09:00:00Z'),
      people: [
        { name: 'Ada', roles: ['admin'] },
        { name: 'Lea', roles: ['leader'] },
        { name: 'Rob', roles: ['member'] },
        { name: 'Eve', roles: ['member'] },
      ],
    });
    ({ tenantId, userIds: people } = made);
    const team = await database.admin.query<{ id: string }>(`insert into teams (tenant_id, name) values ($1, 'West') returning id`, [tenantId]);
    teamId = team.rows[0]?.id as string;
    await database.admin.query(
      `insert into team_memberships (tenant_id, team_id, user_id, role, from_on) values ($1, $2, $3, 'leader', '2026-01-01'), ($1, $2, $4, 'member', '2026-01-01')`,
      [tenantId, teamId, people['Lea'], people['Rob']],
    );
    api = await startApi(database);
    worker = await startWorker(database);
    admin = await signInAs(api, 'goals', people['Ada'] as string);
    leader = await signInAs(api, 'goals', people['Lea'] as string);
    rep = await signInAs(api, 'goals', people['Rob'] as string);
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  const sale = (owner: string, on: string, amount: number) =>
    database.admin.query(
      `insert into sales (tenant_id, owner_id, occurred_at, known_at, amount_minor, currency) values ($1, $2, $3, $3, $4, 'USD')`,
      [tenantId, people[owner], on, amount * 100],
    );
  const goal = (body: Record<string, unknown>, token = admin) =>
    api.call<Goal & Pick<Problem, 'errors'>>('POST', '/api/goals', { token, body: { periodId, metric: 'revenue', name: 'Revenue', ...body } });

  it('GOAL-01 (create, list, edit) plans, lists, renames and activates a period, whose zone is stamped and whose dates are then fixed', async () => {
    const body = { name: 'Q3', kind: 'quarterly', startsOn: '2026-07-01', endsOn: '2026-09-30' };
    const made = await api.call<GoalPeriod>('POST', '/api/goal-periods', { token: admin, body });
    expect([made.status, made.body.state, made.body.timeZone]).toEqual([201, 'planning', 'UTC']);
    // July 23 + August 21 + September 22 working days
    expect(made.body.workingDays).toBe(66);
    periodId = made.body.id;
    const active = await api.call<GoalPeriod>('PATCH', `/api/goal-periods/${periodId}`, { token: admin, body: { name: '2026-Q3', state: 'active' } });
    expect([active.status, active.body.name, active.body.state]).toEqual([200, '2026-Q3', 'active']);
    expect((await api.call('PATCH', `/api/goal-periods/${periodId}`, { token: admin, body: { endsOn: '2026-09-29' } })).status).toBe(409);
    expect((await api.call<{ items: unknown[] }>('GET', '/api/goal-periods', { token: rep })).body.items).toHaveLength(1);
  });

  it.each([
    ['an overlap of the same kind', { kind: 'quarterly', startsOn: '2026-09-30', endsOn: '2026-12-30' }, 409, 'startsOn'],
    ['swapped days', { kind: 'monthly', startsOn: '2026-10-31', endsOn: '2026-10-01' }, 400, 'endsOn'],
    ['a quarter of a week', { kind: 'quarterly', startsOn: '2026-10-01', endsOn: '2026-10-07' }, 400, 'endsOn'],
    ['a day that is none', { kind: 'monthly', startsOn: '2026-02-30', endsOn: '2026-03-30' }, 400, 'startsOn'],
    ['the year 10000', { kind: 'monthly', startsOn: '10000-01-01', endsOn: '10000-01-31' }, 400, 'startsOn'],
    ['an unknown kind', { kind: 'weekly', startsOn: '2026-10-01', endsOn: '2026-10-31' }, 400, 'kind'],
  ])('GOAL-01 (create, list, edit) refuses %s and names the field', async (_what, body, status, field) => {
    const answer = await api.call<Problem>('POST', '/api/goal-periods', { token: admin, body: { name: 'X', ...body } });
    expect(answer.status).toBe(status);
    expect(answer.body.errors?.map((error) => error.field)).toContain(field);
  });

  it('GOAL-01 (create, list, edit) periods of another kind may nest', async () => {
    const body = { name: 'August', kind: 'monthly', startsOn: '2026-08-01', endsOn: '2026-08-31' };
    expect((await api.call('POST', '/api/goal-periods', { token: admin, body })).status).toBe(201);
  });

  it.each([
    ['no owner', { target: '100' }, 'userId'],
    ['two owners', { target: '100', userId: 'Rob', teamId: 'team' }, 'userId'],
    ['no target', { userId: 'Rob' }, 'target'],
    ['a zero target', { target: '0', userId: 'Rob' }, 'target'],
    ['a negative target', { target: '-5', userId: 'Rob' }, 'target'],
    ['NaN', { target: 'NaN', userId: 'Rob' }, 'target'],
    ['a number beyond all amounts', { target: '1e400', userId: 'Rob' }, 'target'],
    ['more places than cents', { target: '1.005', userId: 'Rob' }, 'target'],
    ['a stretch below the target', { target: '100', stretch: '90', userId: 'Rob' }, 'stretch'],
    ['an unknown metric', { target: '100', userId: 'Rob', metric: 'luck' }, 'metric'],
    ['an unknown field', { target: '100', userId: 'Rob', quota: '1' }, 'quota'],
  ])(
    'GOAL-02 (own metric) case 28 refuses %s and names the field',
    async (_what, { userId, teamId: team, ...rest }: Record<string, string>, field) => {
      const answer = await goal({ ...rest, ...(userId ? { userId: people[userId] } : {}), ...(team ? { teamId } : {}) });
      expect(answer.status).toBe(400);
      expect(answer.body.errors?.map((error) => error.field)).toContain(field);
    },
  );

  it('GOAL-04 (increase) GOAL-05 (linear) GOAL-06 (metric) a sale moves the goal of its owner and of the team; the history keeps both values', async () => {
    const own = (await goal({ userId: people['Rob'], target: '66000', stretch: '80000' })).body;
    const team = (await goal({ teamId, target: '132000', name: 'Team revenue' })).body;
    // 33 of 66 working days have passed on the morning of Monday 17 August: July 23, August 10
    expect([own.value.value, own.progress, own.expectedProgress, own.status]).toEqual(['0.00', '0', '50', 'behind']);
    await sale('Rob', '2026-08-03T10:00:00Z', 24_750);
    await sale('Eve', '2026-08-03T10:00:00Z', 9000);
    await worker.app.get(Recomputation).drain(tenantId);
    const after = (await api.call<Goal>('GET', `/api/goals/${own.id}`, { token: rep })).body;
    // 24,750 / 66,000 = 37.5 %; 37.5 / 50 = 0.75, the limit of at risk
    expect([after.value.display, after.progress, after.pace, after.status]).toEqual(['$24,750', '37.5', '0.75', 'at_risk']);
    const teamAfter = (await api.call<Goal>('GET', `/api/goals/${team.id}`, { token: leader })).body;
    expect([teamAfter.value.value, teamAfter.progress]).toEqual(['24750.00', '18.75']);
    await sale('Rob', '2026-08-04T10:00:00Z', 4950);
    await worker.app.get(Recomputation).drain(tenantId);
    // 29,700 / 66,000 = 45 %; 45 / 50 = 0.90, the limit of on track
    expect((await api.call<Goal>('GET', `/api/goals/${own.id}`, { token: rep })).body.status).toBe('on_track');
    const history = (await api.call<GoalHistoryPage>('GET', `/api/goals/${own.id}/history`, { token: rep })).body.items;
    expect(history.map((entry) => entry.value.value)).toEqual(['29700.00', '24750.00', '0.00']);
  });

  it('GOAL-06 (metric) recomputing without a change writes nothing; the daily job of the worker recomputes too', async () => {
    const count = async () => (await database.admin.query<{ n: string }>('select count(*) as n from goal_history')).rows[0]?.n;
    const before = await count();
    const [item] = (await api.call<GoalPage>('GET', '/api/goals', { token: admin })).body.items;
    expect((await api.call('POST', `/api/goals/${item?.id}/refresh`, { token: admin })).status).toBe(200);
    await worker.app.get(JobRunner).runAll();
    expect(await count()).toBe(before);
  });

  it('MET-03 a goal on calls says that nothing was recorded instead of 0 (no data)', async () => {
    const calls = (await goal({ userId: people['Eve'], metric: 'calls_completed', target: '50', name: 'Calls' })).body;
    expect([calls.value.value, calls.value.reason, calls.value.display, calls.status]).toEqual([null, 'no_data', '–', null]);
    expect(calls.statusText).toMatch(/nothing has been recorded/i);
  });

  it('MET-09 a sale in the last minute of a day counts on that day only', async () => {
    await sale('Eve', '2026-08-10T23:59:59.999Z', 1);
    await worker.app.get(Recomputation).drain(tenantId);
    const on = async (day: string) =>
      (await api.call<MetricReading>('GET', `/api/metrics/revenue/value?ownerId=${people['Eve']}&from=${day}&to=${day}`, { token: admin })).body.value
        .value;
    expect([await on('2026-08-09'), await on('2026-08-10'), await on('2026-08-11')]).toEqual(['0.00', '1.00', '0.00']);
  });

  it('GOAL-02 (own metric) a rep sees the own goal and the team goal, not those of others; a leader sees the team', async () => {
    const names = async (token: string) =>
      (await api.call<GoalPage>('GET', '/api/goals', { token })).body.items.map((item) => item.owner.name).sort();
    expect(await names(rep)).toEqual(['Rob', 'West']);
    expect(await names(leader)).toEqual(['Rob', 'West']);
    expect(await names(admin)).toEqual(['Eve', 'Rob', 'West']);
    const eves = (await api.call<GoalPage>('GET', `/api/goals?ownerId=${people['Eve']}`, { token: admin })).body.items[0];
    expect((await api.call('GET', `/api/goals/${eves?.id}`, { token: leader })).status).toBe(404);
  });

  it('GOAL-02 (own metric) nobody sets or changes the own target, a rep sets none at all, a leader only for the team', async () => {
    expect((await goal({ userId: people['Ada'], target: '1' })).status).toBe(403);
    expect((await goal({ userId: people['Eve'], target: '1' }, rep)).status).toBe(403);
    expect((await goal({ userId: people['Eve'], target: '1' }, leader)).status).toBe(400);
    expect((await goal({ userId: people['Rob'], target: '1', name: 'Second' }, leader)).status).toBe(201);
  });

  it('GOAL-01 (create, list, edit) a goal with a history is cancelled, not deleted', async () => {
    const second = (await api.call<GoalPage>('GET', '/api/goals?q=Second', { token: leader })).body.items[0];
    expect((await api.call('DELETE', `/api/goals/${second?.id}`, { token: leader })).status).toBe(409);
    const cancelled = await api.call<Goal>('PATCH', `/api/goals/${second?.id}`, { token: leader, body: { state: 'cancelled' } });
    expect([cancelled.status, cancelled.body.state, cancelled.body.status]).toEqual([200, 'cancelled', null]);
  });
});
