import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { asUser } from './database-user.mjs';

const guard = fileURLToPath(new URL('./database-guard.mjs', import.meta.url));
const superuser = 'postgres';

/**
 * @typedef {{ binaries: import('./database-binaries.mjs').Binaries, user: import('./database-user.mjs').DatabaseUser | undefined }} Programs
 * @typedef {{ url: string, port: number, exited: Promise<number>, stop: () => Promise<void> }} RunningCluster
 */

/**
 * Makes a new cluster at `dataDir`, whole or not at all: initdb works under a temporary name that is renamed at the end, so a folder of that
 * name is always a finished cluster.
 * @param {Programs & { dataDir: string, password: string, durable?: boolean }} options
 */
export async function initialiseCluster({ binaries, user, dataDir, password, durable = true }) {
  const unfinished = `${dataDir}.partial`;
  const passwordFile = `${dataDir}.pw`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(dataDir), { recursive: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) for (const path of [unfinished, passwordFile]) chownSync(path, user.uid, user.gid);
  const args = ['-D', unfinished, '-U', superuser, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'];
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', ...(durable ? [] : ['--no-sync']));
  try {
    const { code, output } = await run(binaries.initdb, args, { cwd: dirname(dataDir), env: serverEnv(), ...asUser(user) });
    if (code !== 0) throw new Error(`PostgreSQL could not make its data folder at ${dataDir}:\n${output.trim()}`);
    renameSync(unfinished, dataDir);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/**
 * Starts the cluster on a free port of the loopback address and waits until it accepts connections.
 * @param {Programs & { dataDir: string, password: string, logFile: string, settings?: Record<string, string>, removeOnExit?: string }} options
 * @returns {Promise<RunningCluster>}
 */
export async function startCluster({ binaries, user, dataDir, password, logFile, settings = {}, removeOnExit }) {
  await stopLeftover(dataDir);
  const port = await freePort();
  const all = { port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '', timezone: 'UTC', ...settings };
  const args = ['-D', dataDir, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const order = { program: binaries.postgres, args, dataDir, ids: asUser(user), env: serverEnv(), removeOnExit };
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [guard, JSON.stringify(order)], { detached: true, cwd: '/', stdio: ['ignore', log, log, 'ipc'] });
  /** @type {Promise<number>} */
  const exited = new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
  child.unref();
  child.channel?.unref();
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.ref();
    child.kill('SIGTERM');
    await exited;
  };
  try {
    await untilReady(dataDir, port, exited, logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`, port, exited, stop };
}

/**
 * Ends a server of an earlier run that still holds this data folder and clears a lock file left by a killed one.
 * @param {string} dataDir
 */
export async function stopLeftover(dataDir) {
  const pid = readPostmaster(dataDir)?.pid;
  if (!pid) return;
  if (isServerOf(pid, dataDir)) {
    process.kill(pid, 'SIGINT');
    for (let waited = 0; isServerOf(pid, dataDir); waited += 100) {
      if (waited === 15_000) process.kill(pid, 'SIGQUIT');
      if (waited >= 20_000) throw new Error(`A PostgreSQL of an earlier run (process ${pid}) does not stop. End it with: kill -QUIT ${pid}`);
      await sleep(100);
    }
  } else if (existsSync(join(dataDir, 'postmaster.pid'))) rmSync(join(dataDir, 'postmaster.pid'), { force: true });
}

/** @param {string} dataDir */
function readPostmaster(dataDir) {
  try {
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), status: (lines[7] ?? '').trim() };
  } catch {
    return undefined;
  }
}

/** Whether that process is the PostgreSQL of this folder, not a stranger that got the number of a dead one. @param {number} pid @param {string} dataDir */
function isServerOf(pid, dataDir) {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return false;
  }
  if (platform() === 'linux') {
    try {
      const state = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0];
      return state !== 'Z' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(dataDir);
    } catch {
      return false;
    }
  }
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return (stdout ?? '').includes(dataDir);
}

/** @param {string} dataDir @param {number} port @param {Promise<number>} exited @param {string} logFile */
async function untilReady(dataDir, port, exited, logFile) {
  let ended = false;
  void exited.then(() => (ended = true));
  for (let waited = 0; waited < 60_000; waited += 25) {
    const postmaster = readPostmaster(dataDir);
    if (postmaster?.port === port && postmaster.status === 'ready') return;
    if (ended) throw new Error(`PostgreSQL did not start in ${dataDir}. Its last words (${logFile}):\n${tail(logFile)}`);
    await sleep(25);
  }
  throw new Error(`PostgreSQL did not get ready within a minute in ${dataDir}; see ${logFile}.`);
}

/** @param {string} file */
function tail(file) {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-8).join('\n');
}

/** A port nobody listens on at the moment. @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free port.'))));
    });
  });
}

/** PostgreSQL reads its locale and zone from the environment; the same on every machine. */
function serverEnv() {
  return { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };
}

/** @param {string} program @param {string[]} args @param {import('node:child_process').SpawnOptions} options @returns {Promise<{ code: number, output: string }>} */
function run(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** @param {string} path @param {number} mode */
export function ensureFolder(path, mode) {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
}
