import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyTestDatabase, type TestDatabase } from '@waymark/testing';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '../database/migrate.js';
import { Recomputation } from '../metrics/recomputation.service.js';
import { createOrganisation } from '../organisation.js';
import { startWorker } from '../testing/start-api.js';
import { earlierVersion } from './earlier-version.spec-data.js';
import { brokenInvariants } from './invariants.spec-data.js';
import { OwnBuild } from './own-build.spec-data.js';
import { type ApiReplica, Fleet } from './processes.spec-data.js';

/** How often the processes change from the earlier version to the present one and back; `npm run test:long faults` changes more often. */
const rollouts = Number(process.env['FAULT_ROLLOUTS'] ?? 1);
const clients = 6;
const earlier = earlierVersion();
// Without the history of the repository (a shallow clone) there is no earlier version to build: the run then counts this spec as skipped.
const rollout = earlier === null ? it.skip : it;

describe('a rollout', () => {
  let database: TestDatabase;
  let before: OwnBuild;
  let after: OwnBuild;
  let fleet: Fleet;
  let token: string;
  let tenantId: string;
  let serving: ApiReplica[] = [];
  const failures: string[] = [];
  /** Requests under way, by process: what a balancer knows. */
  const underWay = new Map<ApiReplica, number>();
  const answered = new Map<string, number>();
  const made: string[] = [];
  let loading = true;

  beforeAll(async () => {
    if (earlier === null) return;
    database = await emptyTestDatabase();
    before = OwnBuild.ofCommit(earlier);
    after = OwnBuild.ofPresent();
    fleet = new Fleet(database, after.root);
  });

  afterAll(async () => {
    if (earlier === null) return;
    loading = false;
    await fleet.close();
    before.remove();
    after.remove();
    await database.drop();
  });

  const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const replica = serving[Math.floor(Math.random() * serving.length)] as ApiReplica;
    const what = `${method} ${path.split('?')[0]?.replace(/[0-9a-f-]{36}/, ':id')}`;
    underWay.set(replica, (underWay.get(replica) ?? 0) + 1);
    try {
      const answer = await fetch(`${replica.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await answer.text();
      answered.set(what, (answered.get(what) ?? 0) + 1);
      if (!answer.ok) failures.push(`${what} ${answer.status} ${text}`);
      return { etag: answer.headers.get('etag') ?? '', id: answer.ok && method === 'POST' ? (JSON.parse(text) as { id: string }).id : '' };
    } catch (error) {
      failures.push(`${what} ${String((error as Error).cause ?? error)}`);
      return { etag: '', id: '' };
    } finally {
      underWay.set(replica, (underWay.get(replica) ?? 0) - 1);
    }
  };
  const keyed = () => ({ 'idempotency-key': randomUUID() });
  /** A working day of one client: reads, records, moves a deal that one process made through another, asks for figures. */
  const client = async (n: number, goesOn: () => boolean) => {
    for (let i = 0; goesOn(); i += 1) {
      await send('GET', '/api/me');
      await send('POST', '/api/companies', { name: `client ${n} no ${i}` }, keyed());
      const { id } = await send(
        'POST',
        '/api/pipeline-items',
        { name: `deal ${n} ${i}`, stage: 'prospecting', value: { amount: '10.00', currency: 'USD' } },
        keyed(),
      );
      if (id === '') continue;
      made.push(id);
      const { etag } = await send('GET', `/api/pipeline-items/${id}`);
      await send('PATCH', `/api/pipeline-items/${id}`, { stage: 'engaging' }, { 'if-match': etag });
      await send('GET', '/api/pipeline-items?limit=20');
      await send('GET', '/api/metrics/deals_created/value?from=2026-01-01&to=2026-12-31');
      await send('GET', '/api/restrictions');
    }
  };

  rollout(
    'REL-05 case 78 processes of the version before work on while the migrations run, beside the new ones, and again when one goes back: no request fails',
    async () => {
      const migrated = join(before.root, 'apps', 'api', 'dist', 'database', 'migrate.js');
      const run = `const { migrate } = await import(${JSON.stringify(migrated)}); await migrate(process.env.DATABASE_URL);`;
      execFileSync(process.execPath, ['--input-type=module', '-e', run], { env: { ...process.env, DATABASE_URL: database.adminUrl } });
      const admin = { name: 'Ada', email: 'ada@rolled.example', password: 'long enough word' };
      tenantId = (await createOrganisation(database.adminUrl, { slug: 'rolled', name: 'Rolled', zone: 'UTC', admin })).tenantId;

      const old = { root: before.root };
      serving = [await fleet.api(old)];
      fleet.worker(old);
      const body = JSON.stringify({ organisation: 'rolled', email: admin.email, password: admin.password });
      const signedIn = await fetch(`${serving[0]?.url}/api/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      token = ((await signedIn.json()) as { accessToken: string }).accessToken;

      const load = Array.from({ length: clients }, (_, n) => client(n, () => loading));
      const total = () => [...answered.values()].reduce((sum, n) => sum + n, 0);
      const more = async (n: number) => {
        const enough = total() + n;
        while (total() < enough && failures.length === 0) await sleep(50);
      };
      await more(100);
      const ran = await migrate(database.adminUrl);
      expect(ran.length).toBeGreaterThan(0);
      fleet.worker();
      for (let round = 0; round < rollouts * 2; round += 1) {
        const next = await fleet.api(round % 2 === 0 ? {} : old);
        const leaving = serving;
        serving = [...serving, next];
        await more(150); // both versions serve
        serving = [next];
        for (const replica of leaving) {
          while (underWay.get(replica)) await sleep(10); // the version before cannot say yet that it is leaving
          expect(await replica.end()).toBeLessThan(25_000);
        }
      }
      loading = false;
      await Promise.all(load);

      expect(failures).toEqual([]);
      expect([answered.size, total() > 300 * rollouts]).toEqual([8, true]);
      expect(new Set(made).size).toBe(made.length);
      expect(await brokenInvariants(database.admin)).toEqual([]);
      const { app, close } = await startWorker(database);
      await app.get(Recomputation).drain(tenantId);
      expect(await app.get(Recomputation).audit(tenantId)).toEqual([]);
      await close();
      const known = (await database.admin.query<{ n: number }>(`select sum(sum)::int as n from daily_measures where measure = 'deals_created'`))
        .rows[0]?.n;
      expect(known).toBe(made.length);
      // Nor is the present version less ready for what the next one has added.
      await database.admin.query(`insert into migrations (timestamp, name) values (2000000000000, 'OfTheNextVersion2000000000000')`);
      expect((await fetch(`${(await fleet.api()).url}/api/health/ready`)).status).toBe(200);
      if (process.env['FAULT_ROLLOUTS'])
        console.info(`${rollouts * 2} changes of version, ${total()} requests, ${failures.length} failed; ${ran.length} migrations`);
    },
  );
});
