import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../apps/api/src/database/migrate.js';
import { ensureRoles } from '../../apps/api/src/database/roles.js';
import { databaseBinaries } from './database-binaries.mjs';
import { initialiseCluster, type RunningCluster, startCluster } from './database-cluster.mjs';
import { asUser, databaseUser } from './database-user.mjs';

export const root = join(import.meta.dirname, '..', '..');
export const user = databaseUser();
const password = randomBytes(12).toString('hex');
const logins = { appPassword: randomBytes(12).toString('hex'), workerPassword: randomBytes(12).toString('hex') };
const programs = () => ({ binaries: databaseBinaries({ root, user, stateDir: join(tmpdir(), 'waymark-test-postgresql') }), user });

/** A pool whose idle connections may end with their server. */
export function poolOf(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  pool.on('error', () => undefined);
  return pool;
}

/** Whether this system lets an ordinary user mount a small disk of memory for itself alone (Linux with user namespaces). */
export function maySmallDisks(): boolean {
  const words = ['--user', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', '/mnt'];
  return spawnSync('unshare', words, { stdio: 'ignore', cwd: '/', ...asUser(user) }).status === 0;
}

/** A cluster of one spec file alone, durable, migrated: it may be crashed, stopped and copied without hurting another spec. */
export class OwnCluster {
  readonly home = mkdtempSync(join(tmpdir(), 'waymark-own-'));
  private running: RunningCluster | undefined;
  private readonly small: { mebibytes: number; folder: string } | undefined;

  /** `smallDisk`: the tables of the product's database lie on a disk of so many MiB; the log of the server does not. */
  constructor(smallDisk?: number) {
    chmodSync(this.home, 0o755);
    this.small = smallDisk === undefined ? undefined : { mebibytes: smallDisk, folder: this.folder('small') };
  }

  async open(): Promise<this> {
    const folder = this.folder('live');
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ superuserPassword: password }), { mode: 0o600 });
    await initialiseCluster({ ...programs(), dataDir: join(folder, 'postgresql'), password });
    this.running = await this.start(folder);
    const first = new pg.Client({ connectionString: this.running.url });
    await first.connect();
    if (this.small) await first.query(`create tablespace small location '${this.small.folder}'`);
    await first.query(`create database waymark ${this.small ? 'tablespace small' : ''}`);
    await first.end();
    await ensureRoles(this.adminUrl, logins);
    await migrate(this.adminUrl);
    return this;
  }

  /** Starts a server on the data in that folder. */
  start(folder: string): Promise<RunningCluster> {
    return startCluster({ ...this.programs(), dataDir: join(folder, 'postgresql'), password, logFile: join(folder, 'postgresql.log') });
  }

  private programs(): ReturnType<typeof programs> {
    const found = programs();
    if (!this.small) return found;
    const { mebibytes, folder } = this.small;
    const program = join(this.home, 'postgres-with-a-small-disk.sh');
    const ids = `--map-user=${user?.uid ?? process.getuid?.()} --map-group=${user?.gid ?? process.getgid?.()}`;
    const mount = `mount -t tmpfs -o size=${mebibytes}m,mode=700 tmpfs ${folder}`;
    const server = `exec unshare --user ${ids} ${found.binaries.postgres} "$@"`;
    writeFileSync(program, `#!/bin/sh\nexec unshare --user --map-root-user --mount sh -c '${mount} && ${server}' sh "$@"\n`, { mode: 0o755 });
    return { ...found, binaries: { ...found.binaries, postgres: program } };
  }

  /** A new folder that the database user may write. */
  folder(name: string): string {
    const folder = join(this.home, name);
    mkdirSync(folder);
    if (user) chownSync(folder, user.uid, user.gid);
    return folder;
  }

  get adminUrl(): string {
    return this.loginsOf().adminUrl;
  }

  get appUrl(): string {
    return this.loginsOf().appUrl;
  }

  get workerUrl(): string {
    return this.loginsOf().workerUrl;
  }

  /** The product's addresses of that server (a restored one), or of the live one. */
  loginsOf(serverUrl = (this.running as RunningCluster).url): { adminUrl: string; appUrl: string; workerUrl: string } {
    return {
      adminUrl: waymarkOf(serverUrl),
      appUrl: waymarkOf(serverUrl, 'waymark_app', logins.appPassword),
      workerUrl: waymarkOf(serverUrl, 'waymark_worker', logins.workerPassword),
    };
  }

  async close(): Promise<void> {
    await this.running?.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** The address of the product's database on that server. */
export function waymarkOf(serverUrl: string, login?: string, secret?: string): string {
  const address = new URL(serverUrl);
  address.pathname = '/waymark';
  if (login) [address.username, address.password] = [login, secret as string];
  return address.href;
}
