import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { Recomputation } from '../../apps/api/src/metrics/recomputation.service.js';
import { createOrganisation } from '../../apps/api/src/organisation.js';
import { loadCrmSales } from '../../apps/api/src/sources/crm-sales.js';
import { checkDatabase } from '../../apps/api/src/database/check.js';
import { brokenInvariants } from '../../apps/api/src/faults/invariants.spec-data.js';
import { schemaText } from '../../apps/api/src/testing/schema-text.js';
import { type RunningApi, startApi, startWorker } from '../../apps/api/src/testing/start-api.js';
import { backUp, restore } from './backup.mjs';
import { OwnCluster, poolOf, root, user, waymarkOf } from './own-cluster.spec-data.js';

describe('backup and restore', () => {
  let cluster: OwnCluster;
  let admin: pg.Pool;
  let tenantId: string;

  /** The figures of the real export's third quarter (data README) and what is stored for everybody. */
  const figures = async (pool: pg.Pool) =>
    (
      await pool.query<Record<string, string>>(
        `select (select count(*) from pipeline_items where tenant_id = $1) as deals,
           (select (sum(amount_minor) / 100)::bigint from sales where tenant_id = $1 and occurred_at >= '2017-07-01' and occurred_at < '2017-10-01') as revenue,
           (select count(*) from sales where tenant_id = $1 and occurred_at >= '2017-07-01' and occurred_at < '2017-10-01') as won,
           (select md5(string_agg(m::text, '|' order by m::text)) from daily_measures m where tenant_id = $1) as measures`,
        [tenantId],
      )
    ).rows[0];

  beforeAll(async () => {
    cluster = await new OwnCluster().open();
    admin = poolOf(cluster.adminUrl, 8);
    const made = await createOrganisation(cluster.adminUrl, {
      slug: 'kept',
      name: 'Kept',
      zone: 'UTC',
      admin: { name: 'Ada', email: 'ada@kept.example', password: 'long enough word' },
    });
    tenantId = made.tenantId;
    const worker = await startWorker(cluster);
    await loadCrmSales(worker.app, { tenantId, requestedBy: made.adminId, folder: join(root, 'tools', 'seed', 'crm-sales') });
    await worker.app.get(Recomputation).drain(tenantId);
    await worker.close();
  });

  afterAll(async () => {
    await admin.end();
    await cluster.close();
  });

  const signIn = async (api: RunningApi) => {
    const body = { organisation: 'kept', email: 'ada@kept.example', password: 'long enough word' };
    return (await api.call<{ accessToken: string }>('POST', '/api/auth/sign-in', { body })).body.accessToken;
  };
  /** Revenue of the third quarter as the product shows it. */
  const revenueShown = async (api: RunningApi, token: string) =>
    (await api.call<{ value: { display: string } }>('GET', `/api/metrics/revenue/value?from=2017-07-01&to=2017-09-30`, { token })).body.value.display;

  it('DX-05 (backup, restore) a backup taken under load, restored elsewhere, passes the check of the catalogue and of every audit chain, shows the figures of the real export and has every earlier write, without gaps', async () => {
    const acknowledged = [0, 0, 0, 0];
    let writing = true;
    const api = await startApi(cluster);
    const token = await signIn(api);
    const write = async (writer: number) => {
      for (let n = 1; writing; n += 1) {
        const body = { name: `Company ${n}`, externalId: `load-${writer}-${n}` };
        const { status } = await api.call('POST', '/api/companies', { token, body, headers: { 'idempotency-key': `load-${writer}-${n}` } });
        if (status !== 201) throw new Error(`a write was answered ${status}`);
        acknowledged[writer] = n;
      }
    };
    const load = acknowledged.map((_, writer) => write(writer));
    while (Math.min(...acknowledged) < 20) await Promise.race([...load, new Promise((resolve) => setTimeout(resolve, 20))]);
    const before = [...acknowledged];
    const source = { url: cluster.adminUrl, secretsFile: join(cluster.home, 'live', 'secrets.json') };
    const backup = await backUp({ ...source, to: join(cluster.home, 'backup') });
    writing = false;
    await Promise.all(load);
    expect(await revenueShown(api, token)).toBe('$2,982,255');
    await api.close();
    expect(backup.files).toBeGreaterThan(500);
    expect(statSync(join(cluster.home, 'backup')).mode & 0o077).toBe(0);
    await expect(backUp({ ...source, to: join(cluster.home, 'backup') })).rejects.toThrow('exists already');

    const folder = cluster.folder('restored');
    expect(restore({ from: join(cluster.home, 'backup'), folder, user, replace: false })).toEqual({
      finishedAt: backup.finishedAt,
      aside: undefined,
    });
    const scratch = await cluster.start(folder);
    const restored = poolOf(waymarkOf(scratch.url), 2);
    try {
      expect(await schemaText(restored)).toBe(readFileSync(join(root, 'docs', 'schema.txt'), 'utf8'));
      const check = await checkDatabase(waymarkOf(scratch.url));
      expect(check).toMatchObject({ organisations: 1, faults: [] });
      expect(check.auditLines).toBeGreaterThanOrEqual(before.reduce((sum, n) => sum + n));
      expect(await brokenInvariants(restored)).toEqual([]);
      const found = await figures(restored);
      expect(found).toMatchObject({ deals: '8800', revenue: '2982255', won: '1257' });
      expect(found).toEqual(await figures(admin));
      const { rows } = await restored.query<{ writer: string; n: number; last: number }>(
        `select split_part(external_id, '-', 2) as writer, count(*)::int as n, max(split_part(external_id, '-', 3)::int) as last
         from companies where external_id like 'load-%' group by 1 order by 1`,
      );
      expect(rows.map((row) => row.writer)).toEqual(['0', '1', '2', '3']);
      for (const [writer, row] of rows.entries()) {
        expect(row.n).toBe(row.last);
        expect(row.last).toBeGreaterThanOrEqual(before[writer] as number);
      }
      const there = await startApi(cluster.loginsOf(scratch.url));
      expect(await revenueShown(there, await signIn(there))).toBe('$2,982,255');
      await there.close();
    } finally {
      await restored.end();
      await scratch.stop();
    }

    expect(() => restore({ from: join(cluster.home, 'backup'), folder, user, replace: false })).toThrow('Add --replace');
    const { aside } = restore({ from: join(cluster.home, 'backup'), folder, user, replace: true });
    expect(existsSync(join(aside as string, 'PG_VERSION'))).toBe(true);
    expect(() => restore({ from: cluster.home, folder, user, replace: true })).toThrow('no finished backup');
  });
});
