import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of one spec file, cloned from the migrated template. */
export interface TestDatabase {
  /** Superuser: bypasses row-level security; for set-up and for looking behind the curtain, never for the product. */
  readonly adminUrl: string;
  /** Role `waymark_app`: what the API connects as. */
  readonly appUrl: string;
  /** Role `waymark_worker`: what the worker connects as. */
  readonly workerUrl: string;
  readonly name: string;
  /** Pool of the superuser. */
  readonly admin: pg.Pool;
  /** Ends the pool and drops the database, connections of a forgotten pool included. Call it in `afterAll`. */
  drop(): Promise<void>;
}

interface Cluster {
  readonly adminUrl: string;
  readonly template: string;
  readonly appPassword: string;
  readonly workerPassword: string;
}

/** One fresh database, migrated and empty. Needs the embedded PostgreSQL of a `.db`, `.e2e` or `.browser` spec run. */
export function testDatabase(): Promise<TestDatabase> {
  const cluster = clusterOfThisRun();
  return cloneOf(cluster, cluster.template);
}

/**
 * A database with what `prepare` put there: that happens once in a run, and every caller gets a copy of its own. The clock of an organisation in it goes on from
 * where it was at the preparation.
 */
export async function preparedDatabase(name: string, prepare: (database: TestDatabase) => Promise<void>): Promise<TestDatabase> {
  const cluster = clusterOfThisRun();
  const prepared = `waymark_${name}`;
  const keeper = new pg.Client({ connectionString: cluster.adminUrl });
  await keeper.connect();
  try {
    await keeper.query('select pg_advisory_lock(hashtext($1))', [prepared]); // whoever comes first prepares it, the others wait
    if ((await keeper.query('select 1 from pg_database where datname = $1', [prepared])).rowCount === 0) {
      const made = await cloneOf(cluster, cluster.template);
      await prepare(made);
      await made.admin.end();
      await keeper.query(`select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = $1`, [made.name]);
      await keeper.query(`alter database ${made.name} rename to ${prepared}`);
    }
  } finally {
    await keeper.end();
  }
  return cloneOf(cluster, prepared);
}

/** An empty, unmigrated database beside the same roles: for specs of the migrations themselves. */
export function emptyTestDatabase(): Promise<TestDatabase> {
  return cloneOf(clusterOfThisRun(), 'template0');
}

async function cloneOf(cluster: Cluster, template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(cluster, `create database ${name} template ${template}`);
  const adminUrl = urlFor(cluster, name);
  const admin = new pg.Pool({ connectionString: adminUrl, max: 4 });
  admin.on('error', () => undefined); // a dropped database ends idle connections; the next query tells
  return {
    adminUrl,
    appUrl: urlFor(cluster, name, 'waymark_app', cluster.appPassword),
    workerUrl: urlFor(cluster, name, 'waymark_worker', cluster.workerPassword),
    name,
    admin,
    drop: async () => {
      await admin.end();
      if (process.env['WAYMARK_KEEP_TEST_DATABASES'] !== '1') await asSuperuser(cluster, `drop database if exists ${name} with (force)`);
    },
  };
}

function clusterOfThisRun(): Cluster {
  const text = process.env['WAYMARK_TEST_DATABASE'];
  if (!text) throw new Error('There is no test database: a spec that needs one is named *.db.spec.ts, *.e2e.spec.ts or *.browser.spec.ts.');
  return JSON.parse(text) as Cluster;
}

function urlFor(cluster: Cluster, database: string, user?: string, password?: string): string {
  const url = new URL(cluster.adminUrl);
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  if (password !== undefined) url.password = password;
  return url.href;
}

async function asSuperuser(cluster: Cluster, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
