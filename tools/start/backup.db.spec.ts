import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../apps/api/src/database/migrate.js';
import { ensureRoles } from '../../apps/api/src/database/roles.js';
import { Recomputation } from '../../apps/api/src/metrics/recomputation.service.js';
import { createOrganisation } from '../../apps/api/src/organisation.js';
import { loadCrmSales } from '../../apps/api/src/sources/crm-sales.js';
import { schemaText } from '../../apps/api/src/testing/schema-text.js';
import { startWorker } from '../../apps/api/src/testing/start-api.js';
import { backUp, restore } from './backup.mjs';
import { databaseBinaries } from './database-binaries.mjs';
import { initialiseCluster, type RunningCluster, startCluster } from './database-cluster.mjs';
import { databaseUser } from './database-user.mjs';

const root = join(import.meta.dirname, '..', '..');
const user = databaseUser();
const password = randomBytes(12).toString('hex');
const logins = { appPassword: randomBytes(12).toString('hex'), workerPassword: randomBytes(12).toString('hex') };

describe('backup and restore', () => {
  let home: string;
  let live: RunningCluster;
  let admin: pg.Pool;
  let tenantId: string;

  const binaries = databaseBinaries({ root, user, stateDir: join(tmpdir(), 'waymark-test-postgresql') });
  const start = (folder: string) =>
    startCluster({ binaries, user, dataDir: join(folder, 'postgresql'), password, logFile: join(folder, 'postgresql.log') });
  const waymarkOf = (url: string, login?: string, secret?: string) => {
    const address = new URL(url);
    address.pathname = '/waymark';
    if (login) [address.username, address.password] = [login, secret as string];
    return address.href;
  };
  const pool = (url: string, max: number) => {
    const made = new pg.Pool({ connectionString: waymarkOf(url), max });
    made.on('error', () => undefined); // a server that stops ends idle connections
    return made;
  };
  const folderAt = (name: string) => {
    const folder = join(home, name);
    mkdirSync(folder);
    if (user) chownSync(folder, user.uid, user.gid);
    return folder;
  };
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
    home = mkdtempSync(join(tmpdir(), 'waymark-backup-'));
    chmodSync(home, 0o755);
    const folder = folderAt('live');
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ superuserPassword: password }), { mode: 0o600 });
    await initialiseCluster({ binaries, user, dataDir: join(folder, 'postgresql'), password });
    live = await start(folder);
    const first = new pg.Client({ connectionString: live.url });
    await first.connect();
    await first.query('create database waymark');
    await first.end();
    await ensureRoles(waymarkOf(live.url), logins);
    await migrate(waymarkOf(live.url));
    admin = pool(live.url, 8);
    const made = await createOrganisation(waymarkOf(live.url), {
      slug: 'kept',
      name: 'Kept',
      zone: 'UTC',
      admin: { name: 'Ada', email: 'ada@kept.example', password: 'long enough word' },
    });
    tenantId = made.tenantId;
    const worker = await startWorker({
      adminUrl: waymarkOf(live.url),
      appUrl: waymarkOf(live.url, 'waymark_app', logins.appPassword),
      workerUrl: waymarkOf(live.url, 'waymark_worker', logins.workerPassword),
    });
    await loadCrmSales(worker.app, { tenantId, requestedBy: made.adminId, folder: join(root, 'tools', 'seed', 'crm-sales') });
    await worker.app.get(Recomputation).drain(tenantId);
    await worker.close();
  });

  afterAll(async () => {
    await admin.end();
    await live.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('DX-05 (backup, restore) a backup taken under load, restored elsewhere, has the schema, the figures of the real export and every earlier write, without gaps', async () => {
    const acknowledged = [0, 0, 0, 0];
    let writing = true;
    const write = async (writer: number) => {
      for (let n = 1; writing; n += 1) {
        await admin.query('insert into companies (tenant_id, external_id, name, created_at) values ($1, $2, $3, now())', [
          tenantId,
          `load-${writer}-${n}`,
          `Company ${n}`,
        ]);
        acknowledged[writer] = n;
      }
    };
    const load = acknowledged.map((_, writer) => write(writer));
    while (Math.min(...acknowledged) < 20) await Promise.race([...load, new Promise((resolve) => setTimeout(resolve, 20))]);
    const before = [...acknowledged];
    const source = { url: waymarkOf(live.url), secretsFile: join(home, 'live', 'secrets.json') };
    const backup = await backUp({ ...source, to: join(home, 'backup') });
    writing = false;
    await Promise.all(load);
    expect(backup.files).toBeGreaterThan(500);
    expect(statSync(join(home, 'backup')).mode & 0o077).toBe(0);
    await expect(backUp({ ...source, to: join(home, 'backup') })).rejects.toThrow('exists already');

    const folder = folderAt('restored');
    expect(restore({ from: join(home, 'backup'), folder, user, replace: false })).toEqual({ finishedAt: backup.finishedAt, aside: undefined });
    const scratch = await start(folder);
    const restored = pool(scratch.url, 2);
    try {
      expect(await schemaText(restored)).toBe(readFileSync(join(root, 'docs', 'schema.txt'), 'utf8'));
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
    } finally {
      await restored.end();
      await scratch.stop();
    }

    expect(() => restore({ from: join(home, 'backup'), folder, user, replace: false })).toThrow('Add --replace');
    const { aside } = restore({ from: join(home, 'backup'), folder, user, replace: true });
    expect(existsSync(join(aside as string, 'PG_VERSION'))).toBe(true);
    expect(() => restore({ from: home, folder, user, replace: true })).toThrow('no finished backup');
  });
});
