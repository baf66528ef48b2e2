import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { Trouble } from './trouble.mjs';

/** What PostgreSQL itself says a base backup leaves out: it is made anew at the start, or belongs to the running server alone. */
const skippedFiles = new Set(['postmaster.pid', 'postmaster.opts', 'pg_internal.init', 'backup_label', 'tablespace_map', 'backup_manifest']);
const emptiedFolders = new Set(['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans']);
const manifestName = 'waymark-backup.json';

/**
 * A base backup of the embedded cluster while it works: the files between `pg_backup_start` and `pg_backup_stop`, and the log of that time, so
 * that the copy is whole by itself and stands on the instant at which the backup ended. It holds the installation's secrets: keep it as such.
 * @param {{ url: string, secretsFile: string, to: string }} options `url` of the superuser; `to` must not exist yet
 * @returns {Promise<{ folder: string, files: number, bytes: number, startedAt: string, finishedAt: string }>}
 */
export async function backUp({ url, secretsFile, to }) {
  const folder = resolve(to);
  if (existsSync(folder)) throw new Trouble(`${folder} exists already. Name a folder that does not; a backup is never overwritten.`);
  const unfinished = `${folder}.partial`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(join(unfinished, 'postgresql'), { recursive: true, mode: 0o700 });
  chmodSync(unfinished, 0o700);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const ask = async (/** @type {string} */ text) => (await client.query(text)).rows[0];
    const { data } = await ask(`select current_setting('data_directory') as data`);
    // The slot keeps the log of this time from being recycled; it is temporary and goes with the connection.
    await client.query(`select pg_create_physical_replication_slot('waymark_backup_' || pg_backend_pid(), true, true)`);
    const begun = await ask(`select pg_walfile_name(pg_backup_start('waymark', true)) as segment, clock_timestamp() as at`);
    const copied = copyFolder(data, join(unfinished, 'postgresql'));
    const ended = await ask(`with stop as materialized (select * from pg_backup_stop(false))
      select pg_walfile_name(lsn) as segment, labelfile as label, clock_timestamp() as at from stop`);
    writeFileSync(join(unfinished, 'postgresql', 'backup_label'), ended.label, { mode: 0o600 });
    copyLog(join(data, 'pg_wal'), join(unfinished, 'postgresql', 'pg_wal'), begun.segment, ended.segment);
    copyFileSync(secretsFile, join(unfinished, 'secrets.json'));
    const summary = { files: copied.files, bytes: copied.bytes, startedAt: begun.at.toISOString(), finishedAt: ended.at.toISOString() };
    writeFileSync(join(unfinished, manifestName), `${JSON.stringify(summary, null, 2)}\n`);
    renameSync(unfinished, folder);
    return { folder, ...summary };
  } finally {
    await client.end();
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/**
 * Puts a backup in the place of the data folder. The present data, if any, is moved aside, never deleted. The server must not be running.
 * @param {{ from: string, folder: string, user: import('./database-user.mjs').DatabaseUser | undefined, replace: boolean }} options
 * @returns {{ finishedAt: string, aside: string | undefined }}
 */
export function restore({ from, folder, user, replace }) {
  const source = resolve(from);
  if (!existsSync(join(source, manifestName))) throw new Trouble(`${source} is no finished backup of Waymark: it holds no ${manifestName}.`);
  const { finishedAt } = JSON.parse(readFileSync(join(source, manifestName), 'utf8'));
  const dataDir = join(folder, 'postgresql');
  if (existsSync(dataDir) && !replace)
    throw new Trouble(`There is a database in ${folder}. Add --replace: the present one is then moved aside, and the backup takes its place.`);
  const unfinished = `${dataDir}.partial`;
  rmSync(unfinished, { recursive: true, force: true });
  copyFolder(join(source, 'postgresql'), unfinished, { whole: true, user });
  const aside = existsSync(dataDir) ? `${dataDir}.before-restore-${Date.now()}` : undefined;
  if (aside) renameSync(dataDir, aside);
  renameSync(unfinished, dataDir);
  copyFileSync(join(source, 'secrets.json'), join(folder, 'secrets.json'));
  chmodSync(join(folder, 'secrets.json'), 0o600);
  return { finishedAt, aside };
}

/**
 * Copies a cluster's folder. While the server works files come and go; what vanished needs no copy, since the log tells the rest.
 * @param {string} from @param {string} to @param {{ whole?: boolean, user?: import('./database-user.mjs').DatabaseUser | undefined }} [how]
 */
function copyFolder(from, to, { whole = false, user } = {}) {
  let files = 0;
  let bytes = 0;
  const own = (/** @type {string} */ path) => user && chownSync(path, user.uid, user.gid);
  const copy = (/** @type {string} */ path, /** @type {string} */ target, /** @type {string} */ name) => {
    const stat = ifThere(() => lstatSync(path));
    if (!stat) return;
    if (stat.isDirectory()) {
      if (!whole && name.startsWith('pgsql_tmp')) return;
      mkdirSync(target, { recursive: true, mode: 0o700 });
      own(target);
      const empty = !whole && emptiedFolders.has(name);
      for (const entry of empty ? [] : (ifThere(() => readdirSync(path)) ?? [])) copy(join(path, entry), join(target, entry), entry);
    } else if (stat.isFile() && (whole || !skippedFiles.has(name))) {
      if (ifThere(() => (copyDurably(path, target), true)) !== true) return;
      own(target);
      files += 1;
      bytes += stat.size;
    } else if (stat.isSymbolicLink()) throw new Trouble(`${path} is a link: this database has tablespaces elsewhere. Back it up with pg_basebackup.`);
  };
  copy(from, to, '');
  if (!whole) mkdirSync(join(to, 'pg_wal', 'archive_status'), { recursive: true, mode: 0o700 });
  return { files, bytes };
}

/** The log from the segment in which the backup began to the one in which it ended. @param {string} from @param {string} to @param {string} first @param {string} last */
function copyLog(from, to, first, last) {
  const segments = readdirSync(from).filter((name) => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last);
  if (!segments.includes(first) || !segments.includes(last)) throw new Error(`the log from ${first} to ${last} is not there any more`);
  for (const segment of segments) copyDurably(join(from, segment), join(to, segment));
  for (const history of readdirSync(from).filter((name) => name.endsWith('.history'))) copyFileSync(join(from, history), join(to, history));
}

/** A copy that is on the disk when this returns. @param {string} from @param {string} to */
function copyDurably(from, to) {
  copyFileSync(from, to);
  const file = openSync(to, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** @template T @param {() => T} read @returns {T | undefined} */
function ifThere(read) {
  try {
    return read();
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The state folder that a running cluster's data lies in. @param {string} url */
export async function folderOf(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(`select current_setting('data_directory') as data`);
    return dirname(rows[0].data);
  } finally {
    await client.end();
  }
}
