import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FaultyNetwork, testDatabase, type TestDatabase } from '@waymark/testing';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTenant, type RunningApi, signInAs, startApi } from '../testing/start-api.js';

/** How often the reply to a COMMIT is lost; `npm run test:long faults` loses more. */
const lostReplies = Number(process.env['FAULT_LOST_REPLIES'] ?? 3);

describe('a network that fails between the API and its database', () => {
  let database: TestDatabase;
  let network: FaultyNetwork;
  let api: RunningApi;
  let token: string;

  beforeAll(async () => {
    database = await testDatabase();
    const { userIds } = await createTenant(database, { slug: 'cut', people: [{ name: 'Ada', roles: ['admin'] }] });
    network = await FaultyNetwork.before(database.appUrl);
    api = await startApi({ ...database, appUrl: network.through(database.appUrl) });
    token = await signInAs(api, 'cut', userIds['Ada'] as string);
  });

  afterAll(async () => {
    await network.close();
    await api.close();
    await database.drop();
  });

  const read = async () => {
    const begun = Date.now();
    const { status } = await api.call('GET', '/api/companies', { token });
    return { status, ms: Date.now() - begun };
  };
  const create = (name: string, key: string) =>
    api.call<{ id?: string }>('POST', '/api/companies', { token, body: { name }, headers: { 'idempotency-key': key } });
  const stored = async (name: string) =>
    (await database.admin.query<{ id: string }>('select id::text from companies where name = $1', [name])).rows.map((row) => row.id);
  /** Waits until the server has nothing more to do for the API. */
  const calm = async () => {
    const busy = `select 1 from pg_stat_activity where datname = current_database() and usename = 'waymark_app' and state <> 'idle'`;
    while ((await database.admin.query(busy)).rowCount) await sleep(5);
  };
  /** Reads until it works; answers the statuses on the way and the milliseconds it took. */
  const recover = async () => {
    const begun = Date.now();
    const statuses: number[] = [];
    for (;;) {
      const { status } = await read();
      statuses.push(status);
      if (status === 200) return { statuses, ms: Date.now() - begun };
      await sleep(20);
    }
  };

  it('REL-03 (partition) while nothing passes every request ends as 503 within the limits, the process says that it lives and is not ready; afterwards it works by itself', async () => {
    await Promise.all(Array.from({ length: 12 }, read));
    network.silent = true;
    const answers = await Promise.all(Array.from({ length: 15 }, read));
    const ready = await api.call('GET', '/api/health/ready');
    expect([ready.status, (await api.call('GET', '/api/health/live')).status]).toEqual([503, 200]);
    network.silent = false;
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([503]));
    expect(Math.max(...answers.map((answer) => answer.ms))).toBeLessThan(20_000); // 8 s for the statement that is under way, 1 s to end its transaction: about 9 s on a calm machine
    const { statuses } = await recover();
    expect(new Set(statuses.slice(0, -1)).size).toBeLessThanOrEqual(1);
    expect((await api.call('GET', '/api/health/ready')).status).toBe(200);
  });

  it('REL-03 (latency) 100 ms in every reply make answers slow, not wrong', async () => {
    network.latencyMs = 100;
    const answers = await Promise.all(Array.from({ length: 10 }, read));
    network.latencyMs = 0;
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  });

  it.each(['reset', 'loseServerSide'] as const)(
    'REL-03 (%s) connections that break under load cost single requests, as 503, and no process',
    async (fault) => {
      const key = fault === 'reset' ? 'r' : 'h';
      const ledger: { name: string; key: string; id: string | null }[] = [];
      const statuses = new Set<number>();
      let loading = true;
      const client = async (n: number) => {
        for (let i = 0; loading; i += 1) {
          const asked = { name: `${key} ${n} ${i}`, key: randomUUID(), id: null as string | null };
          ledger.push(asked);
          const { status, body } = await create(asked.name, asked.key);
          statuses.add(status);
          if (status === 201) asked.id = body.id as string;
        }
      };
      const answered = () => ledger.filter((asked) => asked.id !== null).length;
      const load = Array.from({ length: 6 }, (_, n) => client(n));
      for (let round = 0; round < 3; round += 1) {
        while (answered() < round * 8 + 4) await sleep(10); // the load is under way again
        network[fault]();
      }
      while (answered() < 28) await sleep(10);
      loading = false;
      await Promise.all(load);
      expect([...statuses].filter((status) => status !== 201 && status !== 503)).toEqual([]);
      for (const asked of ledger) {
        if (asked.id === null) expect((await create(asked.name, asked.key)).status).toBe(201);
        expect(await stored(asked.name)).toEqual([asked.id ?? expect.any(String)]);
      }
    },
  );

  it('REL-01 the reply to COMMIT is lost: the client is told 503, and the same key answers what was done, once', async () => {
    for (let n = 1; n <= lostReplies; n += 1) {
      const key = randomUUID();
      const name = `Committed unseen ${n}`;
      await read();
      await calm(); // the reading's own COMMIT is through
      network.swallowReplyTo = 'commit';
      const first = await create(name, key);
      expect([first.status, network.swallowed]).toEqual([503, n]);
      const again = await create(name, key);
      expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
      expect(await stored(name)).toEqual([again.body.id]);
    }
    if (process.env['FAULT_LOST_REPLIES']) console.info(`${lostReplies} replies to COMMIT lost: each write is there once and answered again`);
  });
});
