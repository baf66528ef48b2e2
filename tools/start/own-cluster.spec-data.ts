import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../apps/api/src/database/migrate.js';
import { ensureRoles } from '../../apps/api/src/database/roles.js';
import { databaseBinaries } from './database-binaries.mjs';
import { initialiseCluster, type RunningCluster, startCluster } from './database-cluster.mjs';
import { databaseUser } from './database-user.mjs';

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

/** A cluster of one spec file alone, durable, migrated: it may be crashed, stopped and copied without hurting another spec. */
export class OwnCluster {
  readonly home = mkdtempSync(join(tmpdir(), 'waymark-own-'));
  private running: RunningCluster | undefined;

  async open(): Promise<this> {
    chmodSync(this.home, 0o755);
    const folder = this.folder('live');
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ superuserPassword: password }), { mode: 0o600 });
    await initialiseCluster({ ...programs(), dataDir: join(folder, 'postgresql'), password });
    this.running = await this.start(folder);
    const first = new pg.Client({ connectionString: this.running.url });
    await first.connect();
    await first.query('create database waymark');
    await first.end();
    await ensureRoles(this.adminUrl, logins);
    await migrate(this.adminUrl);
    return this;
  }

  /** Starts a server on the data in that folder. */
  start(folder: string): Promise<RunningCluster> {
    return startCluster({ ...programs(), dataDir: join(folder, 'postgresql'), password, logFile: join(folder, 'postgresql.log') });
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
