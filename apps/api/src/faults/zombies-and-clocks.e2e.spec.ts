import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { GateWorld } from '../gates/gate-world.spec-data.js';
import { startWorker } from '../testing/start-api.js';
import { brokenInvariants } from './invariants.spec-data.js';
import { OwnBuild } from './own-build.spec-data.js';
import { type ApiReplica, Fleet, type Replica } from './processes.spec-data.js';

/** How often a worker is stopped in the middle of its work; `npm run test:long faults` stops more. */
const stops = Number(process.env['FAULT_STOPS'] ?? 2);
/** The lease of a worker that says nothing: here, so that the spec need not wait for half a minute. */
const lease = '4s';

/** Loaded before a process: its machine's clock is wrong by so many milliseconds, and steps back by ten seconds at SIGWINCH. */
const wrongClock = (ms: number) =>
  `data:text/javascript,${encodeURIComponent(`
    const Right = Date;
    let wrong = ${ms};
    globalThis.Date = class extends Right {
      constructor(...given) { super(...(given.length === 0 ? [Right.now() + wrong] : given)); }
      static now() { return Right.now() + wrong; }
    };
    process.on('SIGWINCH', () => { wrong -= 10_000; });`)}`;
const twoHours = 7_200_000;

describe('workers that were dead for a while, and clocks that are wrong', () => {
  let database: TestDatabase;
  let build: OwnBuild;
  let fleet: Fleet;
  let builder: Awaited<ReturnType<typeof startWorker>>;
  let worlds = 0;

  beforeAll(async () => {
    database = await testDatabase();
    await database.admin.query(`alter role waymark_worker in database ${database.name} set idle_in_transaction_session_timeout = '${lease}'`);
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

  const world = () => new GateWorld(database, builder.app, `clock${(worlds += 1)}`).open(['Ana', 'Ben', 'Cleo']);
  const until = async (holds: () => Promise<boolean>, patience = 60_000) => {
    for (let waited = 0; !(await holds()); waited += 20) {
      if (waited > patience) throw new Error('waited in vain');
      await sleep(20);
    }
  };
  const backends = async (condition: string) =>
    Number((await database.admin.query(`select 1 from pg_stat_activity where datname = current_database() and ${condition}`)).rowCount);
  const listening = (workers: number) => until(async () => (await backends(`application_name = 'waymark listen'`)) >= workers);
  const verdicts = async (w: GateWorld) =>
    (await w.sql<{ text: string }>(`select gate_id || ' ' || outcome || ' ' || id as text from verdicts where tenant_id = $1 order by 1`)).map(
      (row) => row.text,
    );
  const dailySlots = (w: GateWorld) =>
    w.sql<{ state: string; attempts: number }>(
      `select state, attempts from job_slots where tenant_id = $1 and job = 'gates-daily' and scheduled_for > '2026-03-10'`,
    );
  const nudge = () => database.admin.query(`select pg_notify('waymark_jobs', '')`);

  /** Stops the worker (SIGSTOP) while its statement runs in the middle of the daily job of that organisation: it never learns that it succeeded. */
  async function stopInTheMiddle(worker: Replica, w: GateWorld): Promise<void> {
    const holder = await database.admin.connect();
    await holder.query('begin; lock table verdicts in share mode');
    await w.clock('2026-03-17T06:00:01Z');
    await nudge();
    await until(async () => (await backends(`wait_event_type = 'Lock'`)) >= 1);
    worker.signal('SIGSTOP');
    await holder.query('commit');
    holder.release();
  }

  it('REL-02 case 36 a worker that stood still for longer than its lease while another did its work is fenced out when it goes on: it writes nothing, and works again', async () => {
    for (let round = 0; round < stops; round += 1) {
      const w = await world();
      const zombie = fleet.worker();
      await listening(1);
      await stopInTheMiddle(zombie, w);
      const other = fleet.worker();
      await until(async () => (await verdicts(w)).length === 6); // gates 1 and 2 of 3 people
      await until(async () => (await dailySlots(w))[0]?.state === 'done');
      const before = { verdicts: await verdicts(w), inboxes: [await w.inbox('Ana'), await w.inbox('Lea')], slots: await dailySlots(w) };
      zombie.signal('SIGCONT');
      await other.end();
      await sleep(1500); // it could do its harm
      expect({ verdicts: await verdicts(w), inboxes: [await w.inbox('Ana'), await w.inbox('Lea')], slots: await dailySlots(w) }).toEqual(before);
      expect(before.slots).toEqual([{ state: 'done', attempts: 1 }]);
      expect(before.inboxes[0]).toHaveLength(2);
      // It is alive and takes the next work.
      expect(zombie.alive).toBe(true);
      const next = await world();
      await next.clock('2026-03-17T06:00:01Z');
      await until(async () => (await verdicts(next)).length === 6);
      await zombie.end();
    }
    expect(await brokenInvariants(database.admin)).toEqual([]);
  });

  it('REL-02 a long statement of a process that is gone ends within seconds and lets go of its locks', async () => {
    const doomed = new pg.Client({ connectionString: database.workerUrl, application_name: 'doomed' });
    doomed.on('error', () => undefined);
    await doomed.connect();
    doomed.query('select pg_sleep(50)').catch(() => undefined);
    await until(async () => (await backends(`application_name = 'doomed' and state = 'active'`)) === 1);
    (doomed as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    const begun = Date.now();
    await until(async () => (await backends(`application_name = 'doomed'`)) === 0);
    expect(Date.now() - begun).toBeLessThan(30_000); // looks every 5 s; the statement itself would take 50
  });

  it('REL-02 case 58 a worker whose clock is two hours ahead judges nothing early: the database says what time it is', async () => {
    const w = await world();
    await w.clock('2026-03-09T03:00:00Z'); // gate 1 closed at midnight and is judged at 04:00; by the worker's own clock that is an hour ago
    const worker = fleet.worker({ preload: [wrongClock(twoHours)] });
    await listening(1);
    await until(async () => (await w.sql(`select 1 from job_slots where tenant_id = $1 and job = 'gates-daily' and state = 'done'`)).length > 0);
    await sleep(2500); // two more rounds
    expect(await verdicts(w)).toEqual([]);
    await w.clock('2026-03-09T06:00:01Z');
    await until(async () => (await verdicts(w)).length === 3);
    expect(
      (
        await w.sql<{ early: boolean }>('select judged_at < $2::timestamptz as early from verdicts where tenant_id = $1', ['2026-03-09T06:00:00Z'])
      )[0],
    ).toEqual({ early: false });
    await worker.end();
  });

  it('REL-02 case 59 a clock that steps back ten seconds again and again runs no slot twice', async () => {
    const w = await world();
    const worker = fleet.worker({ preload: [wrongClock(0)] });
    await listening(1);
    for (const day of ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-17', '2026-03-18']) {
      await w.clock(`${day}T06:00:01Z`);
      await nudge();
      worker.signal('SIGWINCH');
      await until(
        async () =>
          (
            await w.sql(`select 1 from job_slots where tenant_id = $1 and job = 'gates-daily' and state = 'done' and scheduled_for = $2`, [
              `${day}T06:00:00Z`,
            ])
          ).length === 1,
      );
    }
    worker.signal('SIGWINCH');
    await sleep(2000);
    const slots = await w.sql<{ job: string; n: number; attempts: number }>(
      `select job, count(*)::int as n, max(attempts) as attempts from job_slots where tenant_id = $1 group by job, scheduled_for, subject_id`,
    );
    expect(slots.length).toBeGreaterThan(5);
    expect(slots.filter((slot) => slot.n !== 1 || slot.attempts !== 1)).toEqual([]);
    expect(await verdicts(w)).toHaveLength(6);
    await worker.end();
    expect(await brokenInvariants(database.admin)).toEqual([]);
  });

  it('REL-02 case 58 case 59 an API whose clock is two hours ahead, or steps, says so and works on: its tokens are good at the others and theirs at it', async () => {
    const w = await world();
    const [right, ahead] = (await Promise.all([fleet.api(), fleet.api({ preload: [wrongClock(twoHours)] })])) as [ApiReplica, ApiReplica];
    const signIn = async (api: ApiReplica): Promise<string> => {
      const body = JSON.stringify({ organisation: w.slug, userId: w.adminId });
      const answer = await fetch(`${api.url}/api/auth/sign-in-as`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      return ((await answer.json()) as { accessToken: string }).accessToken;
    };
    const accepts = async (api: ApiReplica, token: string) =>
      (await fetch(`${api.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })).status;
    const clockOf = async (api: ApiReplica) => {
      const answer = await fetch(`${api.url}/api/health/ready`);
      const { status, checks } = (await answer.json()) as { status: string; checks: { name: string; ok: boolean; detail: string }[] };
      const { ok, detail } = checks.find((check) => check.name === 'clock') as { ok: boolean; detail: string };
      return [answer.status, status, ok, detail];
    };
    const tokens = [await signIn(right), await signIn(ahead)];
    for (const token of tokens) expect([await accepts(right, token), await accepts(ahead, token)]).toEqual([200, 200]);
    const seconds = tokens.map((token) => (JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()) as { iat: number }).iat);
    expect(Math.abs((seconds[0] as number) - (seconds[1] as number))).toBeLessThanOrEqual(60); // two hours would be 7200
    expect(await clockOf(right)).toEqual([200, 'ok', true, "agrees with the database's"]);
    // A second more or less where the answer of the database takes its time.
    const hoursAhead = /^The machine's clock is (7199|7200|7201) s ahead of the database's\.$/;
    expect(await clockOf(ahead)).toEqual([200, 'degraded', false, expect.stringMatching(hoursAhead)]);
    ahead.signal('SIGWINCH');
    await until(async () => hoursAhead.test((await clockOf(ahead))[3] as string) === false);
    expect(await accepts(ahead, await signIn(right))).toBe(200);
    expect(await accepts(right, await signIn(ahead))).toBe(200);
    expect((await clockOf(ahead))[3]).toMatch(/ (7189|7190|7191) s ahead /);
  });
});
