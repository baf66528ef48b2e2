import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GateWorld } from '../gates/gate-world.spec-data.js';
import { startWorker } from '../testing/start-api.js';
import { brokenInvariants } from './invariants.spec-data.js';
import { OwnBuild } from './own-build.spec-data.js';
import { type ApiReplica, Fleet } from './processes.spec-data.js';

/** How often an API process is asked to end; `npm run test:long faults` asks more often. */
const rounds = Number(process.env['FAULT_SHUTDOWNS'] ?? 2);
const atMostMs = 25_000;
const requests = 6;

describe('processes that are asked to end', () => {
  let database: TestDatabase;
  let build: OwnBuild;
  let fleet: Fleet;
  let builder: Awaited<ReturnType<typeof startWorker>>;
  let worlds = 0;

  beforeAll(async () => {
    database = await testDatabase();
    // Who waits for a lock that the spec holds goes on waiting, however slow the machine is.
    for (const role of ['waymark_app', 'waymark_worker'])
      for (const limit of ['lock_timeout', 'statement_timeout'])
        await database.admin.query(`alter role ${role} in database ${database.name} set ${limit} = '60s'`);
    build = OwnBuild.ofPresent();
    fleet = new Fleet(database, build.root);
    builder = await startWorker(database);
  });

  afterAll(async () => {
    await fleet.close();
    await builder.close();
    build.remove();
    await database.drop();
  });

  const world = () => new GateWorld(database, builder.app, `end${(worlds += 1)}`).open(['Ana', 'Ben', 'Cleo']);
  const waiting = async () =>
    Number((await database.admin.query(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).rowCount);
  /** Nobody writes to that table until the answer is called. */
  const hold = async (table: string): Promise<() => Promise<void>> => {
    const client = await database.admin.connect();
    await client.query(`begin; lock table ${table} in share mode`);
    return async () => {
      await client.query('commit');
      client.release();
    };
  };
  const until = async (holds: () => Promise<boolean>, patience = 60_000) => {
    for (let waited = 0; !(await holds()); waited += 20) {
      if (waited > patience) throw new Error('waited in vain');
      await sleep(20);
    }
  };
  const signIn = async (api: ApiReplica, w: GateWorld): Promise<string> => {
    const body = JSON.stringify({ organisation: w.slug, userId: w.adminId });
    const answer = await fetch(`${api.url}/api/auth/sign-in-as`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return ((await answer.json()) as { accessToken: string }).accessToken;
  };
  const verdicts = async (w: GateWorld) =>
    (await w.sql<{ judged: string }>('select judged_at::text as judged from verdicts where tenant_id = $1')).length;
  const dailySlots = (w: GateWorld) =>
    w.sql<{ state: string; attempts: number }>(`select state, attempts from job_slots where tenant_id = $1 and job = 'gates-daily'`);

  it('PLAT-13 an API that is asked to end says that it is not ready, answers what it has taken, ends its live streams and is gone', async () => {
    const w = await world();
    const took: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const drain = 4 * ((round + 1) % 2); // every second time it closes at once
      const api = await fleet.api({ settings: { DRAIN_SECONDS: String(drain) } });
      const headers = { authorization: `Bearer ${await signIn(api, w)}`, 'content-type': 'application/json' };
      const stream = await fetch(`${api.url}/api/stream`, { headers });
      expect(stream.status).toBe(200);
      const release = await hold('companies');
      const answers = Array.from({ length: requests }, (_, n) =>
        fetch(`${api.url}/api/companies`, {
          method: 'POST',
          headers: { ...headers, 'idempotency-key': randomUUID() },
          body: JSON.stringify({ name: `round ${round} no ${n}` }),
        }),
      );
      await until(async () => (await waiting()) >= requests);
      const ended = api.end('SIGTERM');
      if (drain) {
        await until(async () => (await fetch(`${api.url}/api/health/ready`)).status === 503);
        expect((await fetch(`${api.url}/api/me`, { headers })).status).toBe(200); // until balancers have noticed it goes on answering
      }
      await sleep(500);
      await release();
      expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual(Array.from({ length: requests }, () => 201));
      await stream.text(); // its end, not a broken connection
      took.push(await ended);
    }
    expect(took).toHaveLength(rounds);
    expect(Math.max(...took)).toBeLessThan(atMostMs);
    expect(await database.admin.query('select 1 from companies').then((found) => found.rowCount)).toBe(rounds * requests);
    expect(await brokenInvariants(database.admin)).toEqual([]);
    if (process.env['FAULT_SHUTDOWNS'])
      console.info(`${rounds} ends of an API process: ${Math.max(...took)} ms at most (4000 ms of them for balancers)`);
  });

  it('PLAT-13 each line of the log is JSON with request id and tenant, and tells no token, no password and nothing that was searched for; figures count requests by route', async () => {
    const w = await world();
    const api = await fleet.api({ settings: { LOG_LEVEL: 'info' } });
    const token = await signIn(api, w);
    const read = await fetch(`${api.url}/api/companies?q=canary`, { headers: { authorization: `Bearer ${token}`, cookie: 'secret=canary' } });
    const refused = { organisation: w.slug, email: 'ada@nowhere.example', password: 'canary password' };
    await fetch(`${api.url}/api/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(refused) });
    const figures = await (await fetch(`${api.url}/api/health/metrics`)).text();
    expect(figures).toMatch(/waymark_http_request_duration_seconds_count\{method="GET",route="\/api\/companies",status="200"\} 1/);
    expect(figures).toMatch(/waymark_http_request_duration_seconds_count\{method="POST",route="\/api\/auth\/sign-in",status="401"\} 1/);
    expect(figures).toMatch(/^waymark_late_jobs 0$/m);
    await api.end();
    const lines = api.words
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { req?: { id: string; url: string }; tenant?: string; requestId?: string });
    expect(lines.length).toBeGreaterThan(5);
    const line = lines.find(({ req }) => req?.id === read.headers.get('x-request-id'));
    expect(line).toMatchObject({ tenant: w.tenantId, requestId: read.headers.get('x-request-id') });
    expect(api.words).not.toContain(token.slice(-20));
    expect(api.words).not.toContain('canary');
  });

  it('PLAT-13 a worker that is asked to end finishes the job it is at, and begins no other', async () => {
    const w = await world();
    await w.clock('2026-03-17T06:00:01Z');
    const release = await hold('verdicts');
    const worker = fleet.worker();
    await until(async () => (await waiting()) >= 1);
    const ended = worker.end('SIGTERM');
    await sleep(500);
    await release();
    expect(await ended).toBeLessThan(atMostMs);
    expect(await verdicts(w)).toBe(6); // gates 1 and 2 of 3 people
    expect(await dailySlots(w)).toEqual([{ state: 'done', attempts: 1 }]);
  });

  it('PLAT-13 a job that does not come to its end in time is handed back whole: another worker does it, once', async () => {
    const w = await world();
    await w.clock('2026-03-17T06:00:01Z');
    const release = await hold('verdicts');
    const worker = fleet.worker({ settings: { SHUTDOWN_SECONDS: '2' } });
    await until(async () => (await waiting()) >= 1);
    const took = await worker.end('SIGTERM');
    expect([took >= 1900, took < atMostMs, worker.words.includes('handed back')]).toEqual([true, true, true]);
    expect([await verdicts(w), await dailySlots(w)]).toEqual([0, [{ state: 'ready', attempts: 0 }]]);
    await release();
    const other = fleet.worker();
    await until(async () => (await verdicts(w)) === 6);
    await until(async () => (await dailySlots(w))[0]?.state === 'done');
    await other.end();
    expect(await dailySlots(w)).toEqual([{ state: 'done', attempts: 1 }]);
    expect(await brokenInvariants(database.admin)).toEqual([]);
  });
});
