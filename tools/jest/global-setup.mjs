import { randomBytes } from 'node:crypto';
import { chownSync, chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { databaseBinaries } from '../start/database-binaries.mjs';
import { initialiseCluster, startCluster } from '../start/database-cluster.mjs';
import { databaseUser } from '../start/database-user.mjs';
import './typescript-loader.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const template = 'waymark_template';

/**
 * One embedded PostgreSQL for all database specs of a run, on a random port, in a folder of its own that goes when the run goes. Durability
 * is off: nothing here outlives the run. Every spec file clones the migrated template (`testDatabase()` of @waymark/testing).
 */
export default async function globalSetup() {
  if (globalThis.waymarkTestCluster) return; // the setup of the browser specs may have been first
  const user = databaseUser();
  const home = mkdtempSync(join(tmpdir(), 'waymark-test-'));
  chmodSync(home, 0o755);
  if (user) chownSync(home, user.uid, user.gid);
  const keep = process.env.WAYMARK_KEEP_TEST_DATABASES === '1';
  const binaries = databaseBinaries({ root, user, stateDir: join(tmpdir(), 'waymark-test-postgresql') });
  const password = randomBytes(12).toString('hex');
  const dataDir = join(home, 'data');
  await initialiseCluster({ binaries, user, dataDir, password, durable: false });
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '4GB', max_connections: '200' };
  Object.assign(settings, { autovacuum: 'on', shared_buffers: '256MB', max_prepared_transactions: '0' });
  const logFile = join(home, 'postgresql.log');
  const cluster = await startCluster({ binaries, user, dataDir, password, logFile, settings, removeOnExit: keep ? undefined : home });
  const shared = mkdtempSync(join(tmpdir(), 'waymark-shared-'));
  process.env.WAYMARK_TEST_SHARED = shared; // what specs make once for all of them (`madeOnce` of @waymark/testing)
  globalThis.waymarkTestCluster = { cluster, home, keep, shared };
  const passwords = { appPassword: randomBytes(12).toString('hex'), workerPassword: randomBytes(12).toString('hex') };
  await makeTemplate(cluster.url, passwords);
  process.env.WAYMARK_TEST_DATABASE = JSON.stringify({ adminUrl: cluster.url, template, ...passwords });
}

/** @param {string} url @param {{ appPassword: string, workerPassword: string }} passwords */
async function makeTemplate(url, passwords) {
  const { ensureRoles } = await import('../../apps/api/src/database/roles.ts');
  const { migrate } = await import('../../apps/api/src/database/migrate.ts');
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create database ${template}`);
  await ensureRoles(url, passwords);
  const own = new URL(url);
  own.pathname = `/${template}`;
  await migrate(own.href);
  await admin.query(`alter database ${template} with is_template true allow_connections false`);
  await admin.end();
}
