import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoDatabase } from '../testing/demo-database.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { exportTenant, movingTables } from './tenant-export.js';
import { importTenant } from './tenant-import.js';

describe('an organisation that moves', () => {
  let home: TestDatabase;
  let away: TestDatabase;
  let folder: string;
  let before: Record<string, string>;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  const out = (name: string) => join(folder, name);
  const one = async (database: TestDatabase, sql: string, params: unknown[] = []) =>
    (await database.admin.query<{ n: string }>(sql, params)).rows[0]?.n as string;
  const idOf = (database: TestDatabase, slug: string) => one(database, 'select id as n from tenants where slug = $1', [slug]);

  /** Every stored row of an organisation without the tenant's id, table by table, as one hash each. */
  const fingerprints = async (database: TestDatabase, slug: string) => {
    const id = await idOf(database, slug);
    const entries: [string, string][] = [];
    for (const { table, columns } of movingTables()) {
      const row = columns.map((column) => `"${column}"`).join(', ');
      const sum = `select count(*) || ' ' || coalesce(md5(string_agg(line, E'\\n' order by line collate "C")), '') as n
        from (select row(${row})::text as line from ${table} where tenant_id = $1) x`;
      entries.push([table, await one(database, sum, [id])]);
    }
    return Object.fromEntries(entries);
  };

  beforeAll(async () => {
    home = await demoDatabase();
    away = await testDatabase();
    folder = mkdtempSync(join(tmpdir(), 'waymark-move-'));
    worker = await startWorker(home);
    // Text with every character that COPY and COPY's readers trip over, a row of the trail, and a person's way in.
    const tenant = await idOf(home, 'hardware');
    await home.admin.query(`update pipeline_items set note = E'tab\\t line\\nnext \\\\. \\\\N "quote" ünï 🚩' where tenant_id = $1`, [tenant]);
    await home.admin.query(
      `insert into audit_events (tenant_id, request_id, action, object_type, after) values ($1, 'r1', 'goal.changed', 'goal', '{"target": 1.10}'), ($1, 'r2', 'goal.read', 'goal', null)`,
      [tenant],
    );
    await home.admin.query(
      `insert into sessions (tenant_id, user_id, refresh_hash, expires_at) select tenant_id, id, 'never leaves', now() + interval '1 day' from users limit 1`,
    );
    before = await fingerprints(home, 'hardware');
    await exportTenant({ ownerUrl: home.adminUrl, slug: 'hardware', to: out('whole'), withPasswords: true });
    await importTenant({ ownerUrl: away.adminUrl, from: out('whole') });
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await worker.close();
    await Promise.all([home.drop(), away.drop()]);
  });

  it('PLAT-11 comes into an empty database with every row of every table equal, under a new id', async () => {
    expect(before['pipeline_items']).toMatch(/^[1-9]\d{3} /);
    expect(before['verdicts']).toMatch(/^70 /); // two gates were judged for 35 people
    expect(before['audit_chain']).toMatch(/^\d+ /);
    expect(await fingerprints(away, 'hardware')).toEqual(before);
    expect(await idOf(away, 'hardware')).not.toBe(await idOf(home, 'hardware'));
  });

  it('PLAT-11 keeps the seal of its audit trail and its clock, and leaves sessions behind', async () => {
    const id = await idOf(away, 'hardware');
    expect(await one(away, 'select count(*) as n from app.audit_faults($1)', [id])).toBe('0');
    expect(Number(await one(away, 'select count(*) as n from audit_chain where tenant_id = $1', [id]))).toBeGreaterThanOrEqual(2);
    expect(await one(away, 'select count(*) as n from sessions')).toBe('0');
    for (const file of readdirSync(out('whole'))) expect(readFileSync(join(out('whole'), file), 'utf8')).not.toContain('never leaves');
    const clock = 'select clock_offset_ms as n from tenants where slug = $1';
    expect(await one(away, clock, ['hardware'])).toBe(await one(home, clock, ['hardware']));
  });

  it('PLAT-11 serves equal numbers for every metric, owner and team, every goal, the gate board and restrictions', async () => {
    const stay = await startApi(home);
    const moved = await startApi(away);
    try {
      const admin = await one(home, `select id as n from users where email = 'admin@waymark.example'`);
      const reader = async (api: RunningApi) => {
        const token = await signInAs(api, 'hardware', admin);
        return async (path: string) => {
          const answer = await api.call('GET', path, { token });
          expect([path, answer.status]).toEqual([path, 200]);
          // What is not stored: when the answer was computed, and the seal of a cursor, which belongs to the organisation's id.
          return JSON.stringify(answer.body).replace(/"(asOf|at|computedAt|now|nextCursor)":"[^"]*"/g, '"$1":"*"');
        };
      };
      const [here, there] = [await reader(stay), await reader(moved)];
      const ids = async (sql: string) => (await home.admin.query<{ id: string }>(sql)).rows.map((row) => row.id);
      const metrics = (JSON.parse(await here('/api/metrics')) as { items: { key: string }[] }).items.map((metric) => metric.key);
      expect(metrics.length).toBeGreaterThan(4);
      const owners = await ids(`select user_id as id from user_roles where role = 'member' order by 1`);
      const teams = await ids('select id from teams order by 1');
      const window = 'from=2017-07-01&to=2017-09-05';
      const paths = [
        ...metrics.flatMap((key) => [
          ...owners.map((id) => `/api/metrics/${key}/value?ownerId=${id}&${window}`),
          ...teams.map((id) => `/api/metrics/${key}/value?teamId=${id}&${window}`),
        ]),
        ...(await ids('select id from goals order by 1')).flatMap((id) => [`/api/goals/${id}`, `/api/goals/${id}/history`, `/api/goals/${id}/gates`]),
        ...(await ids('select id from restrictions order by 1')).map((id) => `/api/restrictions/${id}`),
        `/api/gates?periodId=${(await ids('select id from goal_periods'))[0]}`,
        '/api/goals?limit=200',
        '/api/teams',
        '/api/users?limit=200',
        '/api/imports',
      ];
      const different: string[] = [];
      for (const path of paths) if ((await here(path)) !== (await there(path))) different.push(path);
      expect(paths.length).toBeGreaterThan(300);
      expect(different).toEqual([]);
    } finally {
      await stay.close();
      await moved.close();
    }
  });

  it('PLAT-11 stands beside itself in one database under another slug, and a taken slug is refused', async () => {
    const again = () => importTenant({ ownerUrl: away.adminUrl, from: out('whole') });
    await expect(again()).rejects.toThrow('There is an organisation with this slug already; choose another one with --slug.');
    await importTenant({ ownerUrl: away.adminUrl, from: out('whole'), slug: 'copy' });
    expect(await fingerprints(away, 'copy')).toEqual(before);
  });

  it('PLAT-11 leaves hashes of passwords out when asked to', async () => {
    await exportTenant({ ownerUrl: home.adminUrl, slug: 'hardware', to: out('bare'), withPasswords: false });
    expect(readFileSync(join(out('whole'), 'users.copy'), 'utf8')).toContain('$argon2id$');
    expect(readFileSync(join(out('bare'), 'users.copy'), 'utf8')).not.toContain('$argon2id$');
  });

  it('PLAT-11 refuses an export of another schema, a changed file, rows that point nowhere and a broken trail, and leaves nothing behind', async () => {
    const spoiled = (name: string, harm: (at: string) => void) => {
      cpSync(out('whole'), out(name), { recursive: true });
      harm(out(name));
      return expect(importTenant({ ownerUrl: away.adminUrl, from: out(name), slug: 'spoiled' })).rejects;
    };
    const manifest = (at: string, change: (text: string) => string) =>
      writeFileSync(join(at, 'manifest.json'), change(readFileSync(join(at, 'manifest.json'), 'utf8')));
    await spoiled('schema', (at) => manifest(at, (text) => text.replace('Tenants1700000000001', 'Tenants1600000000001'))).toThrow(/another version/);
    await spoiled('form', (at) => manifest(at, (text) => text.replace('"format": 1', '"format": 2'))).toThrow(/form 2/);
    await spoiled('file', (at) => appendFileSync(join(at, 'holidays.copy'), '2017-12-25\tChristmas\n')).toThrow('holidays.copy is not what');
    await spoiled('gone', (at) => rmSync(join(at, 'sales.copy'))).toThrow(/missing/);
    await expect(importTenant({ ownerUrl: away.adminUrl, from: folder })).rejects.toThrow(/that is no export/);
    expect(await one(away, `select count(*) as n from tenants where slug = 'spoiled'`)).toBe('0');
    await expect(exportTenant({ ownerUrl: home.adminUrl, slug: 'nobody', to: out('nobody'), withPasswords: true })).rejects.toThrow(
      /no organisation/,
    );
    await expect(exportTenant({ ownerUrl: home.adminUrl, slug: 'hardware', to: out('whole'), withPasswords: true })).rejects.toThrow(
      /exists already/,
    );
    expect(existsSync(out('nobody'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
  });
});
