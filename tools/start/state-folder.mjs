import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { asUser } from './database-user.mjs';
import { Trouble } from './trouble.mjs';

/**
 * The folder that keeps database, logs and secrets: DATA_DIR, else `.data` in the clone; for root in a closed home folder, which the
 * database user cannot enter, a folder of this clone under /var/lib.
 * @param {{ root: string, user: import('./database-user.mjs').DatabaseUser | undefined, env?: NodeJS.ProcessEnv }} options
 * @returns {string}
 */
export function stateFolder({ root, user, env = process.env }) {
  const asked = env.DATA_DIR ? resolve(root, env.DATA_DIR) : undefined;
  const first = asked ?? join(root, '.data');
  makeFolder(first);
  if (canEnter(first, user)) return first;
  const who = `the system user "${user?.name ?? userInfo().username}", which runs the database`;
  if (asked) throw new Trouble(`The data folder ${first} cannot be reached by ${who}. Set DATA_DIR to a folder outside closed home folders.`);
  const clone = `${basename(root)}-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`;
  const system = join('/var/lib/waymark', clone);
  makeFolder(system);
  if (canEnter(system, user)) return system;
  throw new Trouble(`Neither ${first} nor ${system} can be reached by ${who}. Set DATA_DIR to a folder that it can enter.`);
}

/** @param {string} folder */
function makeFolder(folder) {
  try {
    makeMissing(folder);
    makeMissing(join(folder, 'logs'));
  } catch (error) {
    const reason = /** @type {NodeJS.ErrnoException} */ (error).code;
    throw new Trouble(`The data folder ${folder} cannot be made or written (${reason}). Set DATA_DIR to a folder that you may write.`);
  }
}

/** Level by level: on odd file systems (/proc) mkdir's own "recursive" tries for ever. @param {string} folder */
function makeMissing(folder) {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeMissing(dirname(folder));
  mkdirSync(folder);
  chmodSync(folder, 0o755);
}

/** @param {string} folder @param {import('./database-user.mjs').DatabaseUser | undefined} user */
function canEnter(folder, user) {
  return !user || spawnSync('test', ['-x', folder], { cwd: '/', ...asUser(user) }).status === 0;
}

/**
 * @typedef {{ superuserPassword: string, appPassword: string, workerPassword: string, jwtSecret: string, demoPassword: string }} Secrets
 */

/** The secrets of this installation, made once and kept beside the data, readable by their owner alone. @param {string} folder @returns {Secrets} */
export function secretsOf(folder) {
  const file = join(folder, 'secrets.json');
  /** @type {Partial<Secrets>} */
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const secret = () => randomBytes(24).toString('hex');
  const all = {
    superuserPassword: kept.superuserPassword ?? secret(),
    appPassword: kept.appPassword ?? secret(),
    workerPassword: kept.workerPassword ?? secret(),
    jwtSecret: kept.jwtSecret ?? secret(),
    demoPassword: kept.demoPassword ?? randomBytes(6).toString('hex'),
  };
  if (JSON.stringify(all) !== JSON.stringify(kept)) writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  return all;
}
