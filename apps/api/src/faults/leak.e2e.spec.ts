import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { Database } from '../platform/database/database.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { createTenant, type RunningApi, signInAs, startApi } from '../testing/start-api.js';

/** How many requests in all; `npm run test:long leaks` sends more. */
const requests = Number(process.env['LEAK_REQUESTS'] ?? 1000);
const clients = 64;
const connections = 4;

describe('many clients of many organisations on few connections', () => {
  let database: TestDatabase;
  let api: RunningApi;
  const tenants: { id: string; slug: string; token: string; canary: string }[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    api = await startApi(database);
    api.app.get(Database).pool.options.max = connections;
    for (let n = 0; n < 8; n += 1) {
      const slug = `own${n}`;
      const { tenantId, userIds } = await createTenant(database, { slug, people: [{ name: 'Ada', roles: ['admin'] }] });
      const token = await signInAs(api, slug, userIds['Ada'] as string);
      const canary = `canary-of-${slug}`;
      await api.call('POST', '/api/companies', { token, body: { name: canary } });
      tenants.push({ id: tenantId, slug, token, canary });
    }
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  /** Every sixth request or so a running statement is cancelled (57014) or its server process ended (57P01), however fast requests are. */
  async function vandal(left: () => number): Promise<number> {
    let struck = 0;
    for (let n = 0, before = left(); left() > 0;) {
      if (before - left() < 6) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        continue;
      }
      [n, before] = [n + 1, left()];
      const strike = n % 3 === 0 ? 'pg_terminate_backend' : 'pg_cancel_backend';
      const { rowCount } = await database.admin.query(
        `select ${strike}(pid) from pg_stat_activity where datname = current_database() and usename = 'waymark_app' and state <> 'idle' order by random() limit 1`,
      );
      struck += rowCount ?? 0;
    }
    return struck;
  }

  it('SEC-01 case 1 case 2 each answer carries the canary of its own organisation alone, whatever is cancelled, killed or given up meanwhile', async () => {
    const statuses = new Map<number, number>();
    const foreign: string[] = [];
    let left = requests;
    const one = async (n: number, turn: number) => {
      const own = tenants[(n * 7 + turn * 5) % tenants.length] as (typeof tenants)[number];
      const impatient = turn % 11 === 3;
      try {
        const answer = await fetch(`${api.url}/api/companies`, {
          headers: { authorization: `Bearer ${own.token}` },
          ...(impatient ? { signal: AbortSignal.timeout(3) } : {}),
        });
        const text = await answer.text();
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const seen = text.match(/canary-of-own\d/g) ?? [];
        if (answer.status === 200 ? seen.join() !== own.canary : seen.length > 0) foreign.push(`${own.canary} got ${answer.status} ${text}`);
      } catch (error) {
        if ((error as Error).name !== 'TimeoutError') throw error;
        statuses.set(0, (statuses.get(0) ?? 0) + 1);
      }
    };
    const client = async (n: number) => {
      for (let turn = 0; left > 0; turn += 1) {
        left -= 1;
        await one(n, turn);
      }
    };
    const striking = vandal(() => left);
    await Promise.all(Array.from({ length: clients }, (_, n) => client(n)));
    expect(foreign).toEqual([]);
    expect([...statuses.keys()].filter((status) => ![0, 200, 503].includes(status))).toEqual([]);
    expect(statuses.get(200) ?? 0).toBeGreaterThan(requests / 3);
    expect(await striking).toBeGreaterThan(10);
    expect(statuses.get(503) ?? 0).toBeGreaterThan(0);
    expect(api.app.get(Database).pool.totalCount).toBeLessThanOrEqual(connections);
    if (process.env['LEAK_REQUESTS'])
      console.info(`${requests} requests, ${await striking} strikes, ${foreign.length} leaks:`, Object.fromEntries(statuses));
  });

  it('SEC-01 case 4 work without an organisation is an error, never an empty answer', async () => {
    await expect(api.app.get(UnitOfWork).run({ tenantId: '' }, () => Promise.resolve())).rejects.toThrow('tenant context missing');
    const client = await api.app.get(Database).pool.connect();
    await expect(client.query('select * from restrictions')).rejects.toThrow();
    client.release();
  });
});
