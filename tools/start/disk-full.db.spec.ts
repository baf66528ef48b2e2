import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { brokenInvariants } from '../../apps/api/src/faults/invariants.spec-data.js';
import { createTenant, type RunningApi, signInAs, startApi } from '../../apps/api/src/testing/start-api.js';
import { maySmallDisks, OwnCluster, poolOf } from './own-cluster.spec-data.js';

// Where an ordinary user may not mount a small disk the run counts this spec as skipped.
const onSmallDisk = maySmallDisks() ? it : it.skip;

describe('a disk that is full', () => {
  let cluster: OwnCluster;
  let admin: pg.Pool;
  let api: RunningApi;
  let token: string;

  beforeAll(async () => {
    if (!maySmallDisks()) return;
    cluster = await new OwnCluster(64).open();
    admin = poolOf(cluster.adminUrl, 2);
    const { userIds } = await createTenant(cluster, { slug: 'full', people: [{ name: 'Ada', roles: ['admin'] }] });
    api = await startApi(cluster);
    token = await signInAs(api, 'full', userIds['Ada'] as string);
  });

  afterAll(async () => {
    await api?.close();
    await admin?.end();
    await cluster?.close();
  });

  onSmallDisk(
    'REL-03 case 75 (disk full) writes are 503 and reads go on; with room again it works by itself, nothing acknowledged is lost, the chain is whole',
    async () => {
      const ledger: { name: string; key: string; id: string | null }[] = [];
      const create = async (asked: (typeof ledger)[number]) => {
        const answer = await api.call<{ id: string }>('POST', '/api/companies', {
          token,
          body: { name: asked.name },
          headers: { 'idempotency-key': asked.key },
        });
        if (answer.status === 201) asked.id = answer.body.id;
        return answer.status;
      };
      const write = (name: string) => {
        const asked = { name, key: randomUUID(), id: null };
        ledger.push(asked);
        return create(asked);
      };
      for (let n = 0; n < 20; n += 1) expect(await write(`before ${n}`)).toBe(201);

      // Somebody else's data takes the rest of the disk, down to the last page.
      await admin.query('create table other (data bytea)');
      const block = `insert into other select decode(repeat(md5(random()::text), 60), 'hex') from generate_series(1, $1)`;
      for (const rows of [2000, 200, 20, 1])
        for (let full = false; !full;)
          full = await admin.query(block, [rows]).then(
            () => false,
            (error: { code: string }) => error.code === '53100',
          );

      const statuses = new Map<number, number>();
      const begun = Date.now();
      for (let n = 0; (statuses.get(503) ?? 0) < 20; n += 1) {
        const status = await write(`while ${'it is full '.repeat(8)}${n}`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect(n).toBeLessThan(5000);
      }
      expect([...statuses.keys()].filter((status) => status !== 201 && status !== 503)).toEqual([]);
      expect((await api.call('GET', '/api/companies', { token })).status).toBe(200);
      expect((await api.call('GET', '/api/health/ready')).status).toBe(200);

      await admin.query('drop table other');
      for (const asked of ledger.filter(({ id }) => id === null)) expect(await create(asked)).toBe(201);
      const { rows } = await admin.query<{ name: string; ids: string[] }>(`select name, array_agg(id::text) as ids from companies group by name`);
      const stored = new Map(rows.map((row) => [row.name, row.ids.join()]));
      expect(ledger.filter((asked) => stored.get(asked.name) !== asked.id)).toEqual([]);
      expect(stored.size).toBe(ledger.length);
      expect(await brokenInvariants(admin)).toEqual([]);
      if (process.env['FAULT_CRASHES'])
        console.info(`disk full for ${Date.now() - begun} ms: ${ledger.length} writes, ${statuses.get(503)} refused with 503, 0 acknowledged lost`);
    },
  );
});
