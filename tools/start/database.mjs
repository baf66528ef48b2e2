import { existsSync, readFileSync, readdirSync, renameSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { databaseBinaries } from './database-binaries.mjs';
import { initialiseCluster, startCluster } from './database-cluster.mjs';
import { say, Trouble } from './trouble.mjs';

const major = '18';

/**
 * The database server of this installation: the one behind DATABASE_URL, else the embedded PostgreSQL.
 * @param {{ root: string, folder: string, user: import('./database-user.mjs').DatabaseUser | undefined, secrets: import('./state-folder.mjs').Secrets }} options
 * @returns {Promise<{ serverUrl: string, database: string, exited: Promise<number> | undefined, stop: () => Promise<void> }>}
 */
export async function openServer({ root, folder, user, secrets }) {
  if (process.env.DATABASE_URL) return { ...outside(process.env.DATABASE_URL), exited: undefined, stop: async () => {} };
  const dataDir = join(folder, 'postgresql');
  const fresh = checkData(dataDir);
  const owner = fresh ? user : ownerOf(dataDir, user);
  const binaries = databaseBinaries({ root, user: owner, stateDir: folder });
  const password = secrets.superuserPassword;
  if (fresh) {
    say('Making the database folder ...');
    await initialiseCluster({ binaries, user: owner, dataDir, password });
  }
  const logFile = join(folder, 'logs', 'postgresql.log');
  const cluster = await startCluster({ binaries, user: owner, dataDir, password, logFile });
  return { serverUrl: cluster.url, database: 'waymark', exited: cluster.exited, stop: cluster.stop };
}

/** @param {string} text */
function outside(text) {
  if (!URL.canParse(text) || !/^postgres(ql)?:$/.test(new URL(text).protocol))
    throw new Trouble('DATABASE_URL must be an address like postgres://admin:password@host:5432/waymark (a role that may create roles).');
  const url = new URL(text);
  return { serverUrl: url.href, database: decodeURIComponent(url.pathname.slice(1)) || 'waymark' };
}

/**
 * Whether a new cluster must be made; a folder without a finished cluster in it is moved aside, never deleted.
 * @param {string} dataDir
 */
function checkData(dataDir) {
  if (!existsSync(dataDir)) return true;
  const found = versionIn(dataDir);
  if (found === undefined) {
    if (readdirSync(dataDir).length === 0) rmdirSync(dataDir);
    else {
      const aside = `${dataDir}.unfinished-${Date.now()}`;
      renameSync(dataDir, aside);
      say(`The data folder held no finished database (an earlier start was cut off); it was moved to ${aside}.`);
    }
    return true;
  }
  if (found !== major)
    throw new Trouble(
      `The data folder ${dataDir} was written by PostgreSQL ${found}, and this version of Waymark brings PostgreSQL ${major}. ` +
        'Move the folder away to start with an empty database, or set DATA_DIR to another folder.',
    );
  return false;
}

/** @param {string} dataDir */
function versionIn(dataDir) {
  try {
    if (!existsSync(join(dataDir, 'global', 'pg_control'))) return undefined;
    return readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'EACCES') throw new Trouble(`The data folder ${dataDir} belongs to another user. Start as that user, or set DATA_DIR.`);
    return undefined;
  }
}

/** PostgreSQL must run as the owner of its files; root can become that owner. @param {string} dataDir @param {import('./database-user.mjs').DatabaseUser | undefined} user */
function ownerOf(dataDir, user) {
  const { uid, gid } = statSync(dataDir);
  if (user && uid !== 0 && uid !== user.uid) return { name: `uid ${uid}`, uid, gid };
  if (!user && process.getuid && uid !== process.getuid())
    throw new Trouble(`The data folder ${dataDir} belongs to another user (uid ${uid}). Start as that user, or set DATA_DIR to another folder.`);
  return user;
}

/** The addresses that the product connects with. @param {string} serverUrl @param {string} database @param {import('./state-folder.mjs').Secrets} secrets */
export function addresses(serverUrl, database, secrets) {
  /** @param {string} [user] @param {string} [password] */
  const address = (user, password) => {
    const url = new URL(serverUrl);
    url.pathname = `/${database}`;
    if (user) url.username = user;
    if (password) url.password = password;
    return url.href;
  };
  return {
    DATABASE_URL: address(),
    APP_DATABASE_URL: address('waymark_app', secrets.appPassword),
    WORKER_DATABASE_URL: address('waymark_worker', secrets.workerPassword),
  };
}
