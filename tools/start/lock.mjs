import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, signalGroup, startOf } from './processes.mjs';
import { Trouble } from './trouble.mjs';

/**
 * @typedef {{ pid: number, started: string | undefined }} Process
 * @typedef {Process & { url?: string, environmentFile?: string, children: Process[] }} Holder
 */

/**
 * One starter per clone. The lock names its process; a lock left by a killed starter is taken over and what that starter was running (an
 * installation, a build, the API, the worker) is ended first.
 * @param {string} file
 */
export async function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  /** @type {Holder} */
  const mine = { pid: process.pid, started: startOf(process.pid), children: [] };
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(file, JSON.stringify(mine), { flag: 'wx', mode: 0o600 });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST' || attempt > 20) throw error;
      const holder = await readHolder(file);
      if (holder && isAlive(holder)) throw new Trouble(alreadyRunning(holder));
      for (const child of holder?.children ?? []) await end(child);
      rmSync(file, { force: true });
    }
  }
  const save = () => writeFileSync(file, JSON.stringify(mine), { mode: 0o600 });
  return {
    /** @param {number | undefined} pid */
    addChild(pid) {
      if (pid === undefined) return;
      mine.children = [...mine.children.filter(isAlive), { pid, started: startOf(pid) }];
      save();
    },
    /** From here on others may use the database too. @param {string} url @param {string} environmentFile */
    serving(url, environmentFile) {
      Object.assign(mine, { url, environmentFile });
      save();
    },
    release() {
      rmSync(file, { force: true });
    },
  };
}

/** Who holds the lock now, when that process is alive. @param {string} file */
export async function lockHolder(file) {
  const holder = await readHolder(file);
  return holder && isAlive(holder) ? holder : undefined;
}

/** @param {string} file @returns {Promise<Holder | undefined>} */
async function readHolder(file) {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
      await sleep(50); // being written right now; a file that stays broken belongs to nobody
    }
  }
  return undefined;
}

/** @param {Holder} holder */
function alreadyRunning(holder) {
  const where = holder.url ? `at ${holder.url}` : 'or being started or tested';
  return `Waymark is already running in this clone, ${where} (process ${holder.pid}). Stop it first: Ctrl-C there, or kill ${holder.pid}`;
}

/** @param {Process} child */
async function end(child) {
  for (let waited = 0; isAlive(child); waited += 100) {
    if (waited === 0) signalGroup(child.pid, 'SIGTERM');
    if (waited === 5_000) signalGroup(child.pid, 'SIGKILL');
    if (waited > 10_000) throw new Trouble(`Process ${child.pid} of an earlier run does not end. End it with: kill -9 ${child.pid}`);
    await sleep(100);
  }
}
