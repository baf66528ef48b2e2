/**
 * Creates the database when it is missing, refreshes the roles, migrates, and prints `{ "ran": [...], "tenants": n }` as its last line. Runs
 * in a process of its own so that the starter can end it at any moment; every migration is one transaction.
 */
import pg from 'pg';
import { migrate } from '../../apps/api/dist/database/migrate.js';
import { ensureRoles } from '../../apps/api/dist/database/roles.js';

const { SERVER_URL, DATABASE_URL, APP_PASSWORD, WORKER_PASSWORD } = /** @type {Record<string, string>} */ (process.env);

try {
  await createDatabase();
  await ensureRoles(DATABASE_URL, { appPassword: APP_PASSWORD, workerPassword: WORKER_PASSWORD });
  const ran = await migrate(DATABASE_URL);
  const tenants = await countTenants();
  console.log(JSON.stringify({ ran, tenants }));
} catch (error) {
  console.error(error instanceof AggregateError ? error.errors.map(String).join('; ') : String(error instanceof Error ? error.message : error));
  process.exitCode = 1;
}

async function createDatabase() {
  const name = decodeURIComponent(new URL(DATABASE_URL).pathname.slice(1));
  const server = new URL(SERVER_URL);
  server.pathname = '/postgres';
  if (await canConnect(DATABASE_URL)) return;
  const client = new pg.Client({ connectionString: server.href });
  await client.connect();
  await client.query(`create database ${client.escapeIdentifier(name)}`);
  await client.end();
}

/** @param {string} connectionString */
async function canConnect(connectionString) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code === '3D000') return false; // no such database
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function countTenants() {
  const client = new pg.Client({ connectionString: DATABASE_URL });
  await client.connect();
  const { rows } = await client.query('select count(*)::int as n from tenants');
  await client.end();
  return rows[0].n;
}
