import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Problem } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { PeriodsService } from '../../goals/periods.service.js';
import { CompaniesService } from '../../sources/companies/companies.service.js';
import { createTenant, type RunningApi, signInAs, startApi, startWorker } from '../../testing/start-api.js';
import { Database } from './database.js';
import { Db } from './db.js';
import { UnitOfWork } from './unit-of-work.js';

describe('units of work at their edges', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let users: Record<string, string>;
  let ada: string;
  const names = async (table: string) =>
    (await database.admin.query<{ name: string }>(`select name from ${table} order by name`)).rows.map((row) => row.name);

  beforeAll(async () => {
    database = await testDatabase();
    const people = [
      { name: 'Ada', roles: ['admin'] },
      { name: 'Rob', roles: ['member'] },
    ];
    ({ tenantId, userIds: users } = await createTenant(database, { slug: 'units', now: new Date('2026-03-17T06:00:00Z'), people }));
    // In the circle of case 74 the worker would wait for long before it looks for one, so that the other side finds it, however slow the machine is.
    await database.admin.query(`alter role waymark_worker in database ${database.name} set deadlock_timeout = '60s'`);
    await database.admin.query(`alter role waymark_worker in database ${database.name} set lock_timeout = '60s'`);
    worker = await startWorker(database);
    // Statements of this database end after two seconds, so that a spec need not wait for the five seconds of the product.
    await database.admin.query(`alter role waymark_app in database ${database.name} set statement_timeout = '2s'`);
    api = await startApi(database, { DATABASE_POOL: '2' });
    ada = await signInAs(api, 'units', users['Ada'] as string);
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  it('PLAT-01 case 3 a statement that nobody waited for is an error, never a statement on a connection that somebody else has', async () => {
    const [units, db] = [worker.app.get(UnitOfWork), worker.app.get(Db)];
    const late: Promise<string>[] = [];
    let ended: () => void = () => undefined;
    const end = new Promise<void>((resolve) => (ended = resolve));
    const forget = async () => {
      await end;
      await db.run(`insert into users (tenant_id, name) values ($1, 'stray')`, [tenantId]);
      return 'ran';
    };
    for (const readOnly of [false, true])
      await units.run({ tenantId, readOnly }, async () => {
        late.push(forget().catch((error: Error) => error.message));
        await db.run('select 1');
      });
    // The next borrower of that connection works while they come.
    const answers = await units.run({ tenantId }, () => {
      ended();
      return Promise.all(late);
    });
    const refused = 'query after release: the unit of work has ended, somebody did not wait for this statement';
    expect(answers).toEqual([refused, refused]);
    expect(await names('users')).toEqual(['Ada', 'Rob']);
  });

  it('PLAT-01 case 70 a handler that swallows a broken rule and answers as if all were well is answered by an error, and nothing of it is kept', async () => {
    const service = api.app.get(CompaniesService);
    const create = service.create.bind(service);
    service.create = async (request) => {
      const first = await create(request);
      await create(request).catch(() => undefined); // the same external id
      return first;
    };
    const body = { name: 'Half', externalId: 'half-1' };
    const answer = await api.call<Problem>('POST', '/api/companies', { token: ada, body });
    service.create = create;
    expect([answer.status, answer.body.code]).toEqual([500, 'internal']);
    expect(await names('companies')).toEqual([]);
    expect((await api.call('POST', '/api/companies', { token: ada, body })).status).toBe(201);
  });

  it('REL-03 case 73 a statement that outlives its limit is ended and answered 503 with the time to come again; its connection is clean', async () => {
    const pool = api.app.get(Database).pool;
    const dirty = pool.dirtyReleases;
    const holder = await database.admin.connect();
    await holder.query('begin; lock table companies in access exclusive mode');
    const answers = await Promise.all([1, 2].map(() => api.call<Problem>('GET', '/api/companies', { token: ada })));
    await holder.query('commit');
    holder.release();
    expect(answers.map((answer) => [answer.status, answer.body.code, answer.headers.get('retry-after')])).toEqual([
      [503, 'unavailable', '2'],
      [503, 'unavailable', '2'],
    ]);
    expect(answers[0]?.body.detail).toBe('The database is busy or restarting. Try again in a moment.');
    for (let n = 0; n < 4; n += 1) expect((await api.call('GET', '/api/companies', { token: ada })).status).toBe(200);
    expect([pool.dirtyReleases, pool.totalCount <= 2]).toEqual([dirty, true]);
  });

  it('REL-03 case 74 a deadlock between moving a person to a team and closing a period is tried again by itself: both succeed', async () => {
    const [units, db, periods] = [worker.app.get(UnitOfWork), worker.app.get(Db), worker.app.get(PeriodsService)];
    const team = await api.call<{ id: string }>('POST', '/api/teams', { token: ada, body: { name: 'West', category: null } });
    expect(team.status).toBe(201);
    for (const [setting, value] of Object.entries({ statement_timeout: '30s', lock_timeout: '30s', deadlock_timeout: '3s' }))
      await database.admin.query(`alter role waymark_app in database ${database.name} set ${setting} = '${value}'`);
    await database.admin.query(
      `insert into goal_periods (tenant_id, name, kind, starts_on, ends_on, time_zone, starts_at, ends_at, state, created_at)
       values ($1, 'January', 'monthly', '2026-01-01', '2026-01-31', 'UTC', '2026-01-01', '2026-02-01', 'active', '2026-01-01')`,
      [tenantId],
    );
    const patient = await startApi(database);
    const token = await signInAs(patient, 'units', users['Ada'] as string);
    const before = await deadlocks();
    let move: Promise<{ status: number }> | null = null;
    // The closing has the person and asks for the teams; the move has the teams and asks for the person. PostgreSQL ends the one that waited first.
    await units.run({ tenantId, separate: true }, async () => {
      await db.run('select 1 from users where tenant_id = $1 and id = $2 for update', [tenantId, users['Rob']]);
      const body = { userId: users['Rob'], role: 'member', fromOn: '2026-03-18' };
      move = patient.call('POST', `/api/teams/${team.body.id}/memberships`, { token, body });
      await waiting('waymark_app');
      await db.run(`select pg_advisory_xact_lock(hashtextextended('teams ' || $1::text, 0))`, [tenantId]);
      await periods.advance();
    });
    const moved = (await move) as unknown as { status: number };
    await patient.close();
    expect(moved.status).toBe(201);
    for (let tries = 0; (await deadlocks()) === before && tries < 3000; tries += 1) await pause(10); // each server process tells its figures in its own time
    expect(await deadlocks()).toBe(before + 1);
    const { rows } = await database.admin.query('select state, locked_at is not null as locked from goal_periods');
    expect(rows).toEqual([{ state: 'completed', locked: true }]);
    const members = await database.admin.query('select user_id from team_memberships where tenant_id = $1', [tenantId]);
    expect(members.rows).toEqual([{ user_id: users['Rob'] }]); // once
  });

  const deadlocks = async () => {
    await database.admin.query('select pg_stat_force_next_flush()');
    const { rows } = await database.admin.query<{ n: string }>('select deadlocks as n from pg_stat_database where datname = current_database()');
    return Number(rows[0]?.n);
  };
  const waiting = async (role: string) => {
    for (let tries = 0; tries < 3000; tries += 1) {
      const { rowCount } = await database.admin.query(
        `select 1 from pg_stat_activity where usename = $1 and wait_event_type = 'Lock' and datname = current_database()`,
        [role],
      );
      if (rowCount) return;
      await pause(10);
    }
    throw new Error('nobody waits for a lock');
  };
});
