import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOrganisation } from '../organisation.js';
import { brokenInvariants } from './invariants.spec-data.js';
import { OwnBuild } from './own-build.spec-data.js';
import { type ApiReplica, Fleet } from './processes.spec-data.js';

/** How often an API process is killed; `npm run test:long faults` kills more. */
const kills = Number(process.env['FAULT_KILLS'] ?? 4);
const clients = 8;
const organisation = 'struck';
const password = 'long enough word';

/** What a client asked for, and what it was answered: null as long as it does not know. */
interface Asked {
  key: string;
  path: string;
  body: { name: string; stage?: string };
  id: string | null;
}

describe('API processes that are killed', () => {
  let database: TestDatabase;
  let build: OwnBuild;
  let fleet: Fleet;
  let replicas: ApiReplica[];
  let token: string;
  let replayed = 0;

  beforeAll(async () => {
    database = await testDatabase();
    const admin = { name: 'Ada', email: 'ada@struck.example', password };
    await createOrganisation(database.adminUrl, { slug: organisation, name: 'Struck', zone: 'UTC', admin });
    build = OwnBuild.ofPresent();
    fleet = new Fleet(database, build.root);
    replicas = await Promise.all([fleet.api(), fleet.api()]);
    const answer = await fetch(`${(replicas[0] as ApiReplica).url}/api/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ organisation, email: admin.email, password }),
    });
    token = ((await answer.json()) as { accessToken: string }).accessToken;
  });

  afterAll(async () => {
    await fleet.close();
    build.remove();
    await database.drop();
  });

  /** The status of one try; 0 when the process was gone before it answered. */
  const ask = async (asked: Asked, url: string): Promise<number> => {
    try {
      const answer = await fetch(`${url}${asked.path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': asked.key },
        body: JSON.stringify(asked.body),
      });
      const body = (await answer.json()) as { id: string };
      if (answer.status === 201) {
        if (asked.id !== null && asked.id !== body.id) throw new Error(`${asked.body.name} was answered as ${asked.id} and as ${body.id}`);
        if (answer.headers.get('idempotency-replayed') === 'true') replayed += 1;
        asked.id = body.id;
      }
      return answer.status;
    } catch (error) {
      if (['TypeError', 'SyntaxError'].includes((error as Error).name)) return 0; // the connection broke
      throw error;
    }
  };

  it('REL-01 kill -9 of an API process at random moments of a load of keyed writes: no acknowledged one is lost, none is doubled when it is asked again, and every chain is whole', async () => {
    const ledger: Asked[] = [];
    const statuses = new Map<number, number>();
    let state = 20_261_121;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    let loading = true;
    const client = async (n: number) => {
      for (let i = 0; loading; i += 1) {
        const name = `client ${n} no ${i}`;
        const asked: Asked = {
          key: randomUUID(),
          path: i % 3 === 0 ? '/api/pipeline-items' : '/api/companies',
          body: i % 3 === 0 ? { name, stage: 'prospecting' } : { name },
          id: null,
        };
        ledger.push(asked);
        // Who gets no answer asks again under the same key, at the other process, until there is one.
        for (let turn = n + i; asked.id === null; turn += 1) {
          const status = await ask(asked, (replicas[turn % replicas.length] as ApiReplica).url);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (status === 0) await sleep(10);
        }
      }
    };
    const load = Array.from({ length: clients }, (_, n) => client(n));
    for (let round = 0; round < kills; round += 1) {
      while (ledger.length < (round + 1) * 25) await sleep(10); // the load is under way
      await sleep(100 + random() * 400);
      const struck = replicas[round % replicas.length] as ApiReplica;
      await struck.kill();
      struck.again();
      await struck.ready();
    }
    loading = false;
    await Promise.all(load);

    expect([...statuses.keys()].filter((status) => ![0, 201, 503].includes(status))).toEqual([]);
    expect(ledger.length).toBeGreaterThan(kills * 20);
    expect(statuses.get(0) ?? 0).toBeGreaterThan(kills);
    // Some time later the same keys still answer the same.
    for (const asked of ledger.filter((_, n) => n % 20 === 0)) expect(await ask(asked, (replicas[0] as ApiReplica).url)).toBe(201);
    const { rows } = await database.admin.query<{ name: string; ids: string[] }>(
      `select name, array_agg(id::text) as ids from (select name, id from companies union all select name, id from pipeline_items) as made group by name`,
    );
    const stored = new Map(rows.map((row) => [row.name, row.ids]));
    expect(ledger.filter((asked) => stored.get(asked.body.name)?.join() !== asked.id)).toEqual([]);
    expect(stored.size).toBe(ledger.length);
    // Each write is one line of the trail, no more and no less.
    const { rows: lines } = await database.admin.query<{ lines: number; objects: number }>(
      `select count(*)::int as lines, count(distinct object_id)::int as objects from audit_events where action ~ '[.]create$'`,
    );
    expect(lines).toEqual([{ lines: ledger.length, objects: ledger.length }]);
    expect(await brokenInvariants(database.admin)).toEqual([]);
    if (process.env['FAULT_KILLS'])
      console.info(`${kills} kills, ${ledger.length} acknowledged writes, ${statuses.get(0)} tries without an answer, ${replayed} replays`);
  });
});
