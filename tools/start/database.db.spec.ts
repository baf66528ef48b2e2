import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { databaseUser } from './database-user.mjs';
import { openServer } from './database.mjs';
import { isAlive, startOf } from './processes.mjs';
import { secretsOf } from './state-folder.mjs';

const root = join(import.meta.dirname, '..', '..');
const user = databaseUser();
const outside = process.env['DATABASE_URL'];
let folder = '';

beforeEach(() => {
  delete process.env['DATABASE_URL'];
  folder = mkdtempSync(join(tmpdir(), 'waymark-database-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'logs'));
});
afterEach(() => {
  if (outside !== undefined) process.env['DATABASE_URL'] = outside;
  rmSync(folder, { recursive: true, force: true });
});

const open = () => openServer({ root, folder, user, secrets: secretsOf(folder) });
const postmaster = () => Number(readFileSync(join(folder, 'postgresql', 'postmaster.pid'), 'utf8').split('\n')[0]);

async function query<T>(url: string, text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as T[];
  } finally {
    await client.end();
  }
}

async function untilGone(pid: number): Promise<boolean> {
  const known = { pid, started: startOf(pid) };
  for (let tries = 0; isAlive(known) && tries < 100; tries += 1) await sleep(100);
  return !isAlive(known);
}

describe('the embedded database', () => {
  it('DX-01 is made once, keeps its data and is PostgreSQL 18', async () => {
    const first = await open();
    await query(first.serverUrl, 'create table kept as select 42 as n');
    expect(await query(first.serverUrl, `select current_setting('server_version_num')::int / 10000 as major`)).toEqual([{ major: 18 }]);
    const pid = postmaster();
    await first.stop();
    expect(startOf(pid)).toBeUndefined();
    const second = await open();
    expect(await query(second.serverUrl, 'select n from kept')).toEqual([{ n: 42 }]);
    await second.stop();
  });

  it('DX-01 moves a half-made data folder aside and begins anew', async () => {
    mkdirSync(join(folder, 'postgresql', 'base'), { recursive: true });
    writeFileSync(join(folder, 'postgresql', 'PG_VERSION'), '18\n');
    mkdirSync(join(folder, 'postgresql.partial')); // and initdb itself was cut off, too
    const server = await open();
    expect(await query(server.serverUrl, 'select 1 as n')).toEqual([{ n: 1 }]);
    await server.stop();
    expect(readdirSync(folder).filter((name) => name.startsWith('postgresql.unfinished-'))).toHaveLength(1);
    expect(existsSync(join(folder, 'postgresql.partial'))).toBe(false);
  });

  it('DX-01 refuses data of another major version with a sentence', async () => {
    mkdirSync(join(folder, 'postgresql', 'global'), { recursive: true });
    writeFileSync(join(folder, 'postgresql', 'global', 'pg_control'), '');
    writeFileSync(join(folder, 'postgresql', 'PG_VERSION'), '17\n');
    await expect(open()).rejects.toThrow('was written by PostgreSQL 17, and this version of Waymark brings PostgreSQL 18.');
  });

  it('DX-01 stops by itself when its starter is killed, and starts again', async () => {
    const script = join(folder, 'starter.mjs');
    writeFileSync(
      script,
      `import { openServer } from ${JSON.stringify(join(root, 'tools/start/database.mjs'))};
       import { secretsOf } from ${JSON.stringify(join(root, 'tools/start/state-folder.mjs'))};
       const folder = ${JSON.stringify(folder)};
       await openServer({ root: ${JSON.stringify(root)}, folder, user: ${JSON.stringify(user)}, secrets: secretsOf(folder) });
       console.log('open');
       setInterval(() => undefined, 1000);`,
    );
    const starter = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise<void>((resolve) => starter.stdout.on('data', (text) => String(text).includes('open') && resolve()));
    const pid = postmaster();
    starter.kill('SIGKILL');
    expect(await untilGone(pid)).toBe(true);
    const again = await open();
    expect(await query(again.serverUrl, 'select 1 as n')).toEqual([{ n: 1 }]);
    await again.stop();
  });

  it('DX-01 recovers when the server itself was killed and left its lock file', async () => {
    const first = await open();
    await query(first.serverUrl, 'create table kept as select 7 as n');
    process.kill(postmaster(), 'SIGKILL');
    await first.exited;
    expect(existsSync(join(folder, 'postgresql', 'postmaster.pid'))).toBe(true);
    const second = await open();
    expect(await query(second.serverUrl, 'select n from kept')).toEqual([{ n: 7 }]);
    await second.stop();
  });

  it('DX-01 is not taken for running because a stranger got the number of the dead server', async () => {
    const first = await open();
    await first.stop();
    const file = join(folder, 'postgresql', 'postmaster.pid');
    writeFileSync(file, `${process.pid}\n${join(folder, 'postgresql')}\n0\n5432\n`);
    if (user) chownSync(file, user.uid, user.gid);
    const second = await open();
    expect(await query(second.serverUrl, 'select 1 as n')).toEqual([{ n: 1 }]);
    await second.stop();
  });

  it('DX-01 is not needed with DATABASE_URL, which must be an address', async () => {
    process.env['DATABASE_URL'] = 'postgres://admin:secret@db.example:5432/waymark';
    expect(await open()).toMatchObject({ serverUrl: 'postgres://admin:secret@db.example:5432/waymark', database: 'waymark' });
    process.env['DATABASE_URL'] = 'mysql://x';
    await expect(open()).rejects.toThrow('DATABASE_URL must be an address like postgres://admin:password@host:5432/waymark');
    expect(existsSync(join(folder, 'postgresql'))).toBe(false);
  });
});
