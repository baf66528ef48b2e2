import { spawn } from 'node:child_process';
import { isAlive, signalGroup, startOf } from './processes.mjs';
import { Stopped } from './trouble.mjs';

/**
 * Runs a program to its end in a process group of its own, so that Ctrl-C reaches this process alone and it decides what is ended when.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, signal: AbortSignal, show?: boolean, onSpawn?: (pid: number | undefined) => void, shell?: boolean }} options
 * @returns {Promise<{ code: number, output: string }>} everything it printed when `show` is off
 */
export function run(program, args, { cwd, env = process.env, signal, show = false, onSpawn, shell = false }) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Stopped());
    const out = show ? 'inherit' : 'pipe';
    const child = spawn(program, args, { cwd, env, shell, detached: true, stdio: ['ignore', out, out] });
    onSpawn?.(child.pid);
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    const abort = () => void endGroup(child.pid, 5_000);
    signal.addEventListener('abort', abort, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', abort);
      if (signal.aborted) reject(new Stopped());
      else resolve({ code: code ?? 1, output });
    });
  });
}

/**
 * Ends a child and everything it started: first kindly, after `patience` milliseconds for good.
 * @param {number | undefined} pid @param {number} patience
 */
export async function endGroup(pid, patience) {
  if (pid === undefined) return;
  const known = { pid, started: startOf(pid) };
  signalGroup(pid, 'SIGTERM');
  for (let waited = 0; waited < patience && isAlive(known); waited += 50) await new Promise((resolve) => setTimeout(resolve, 50));
  if (isAlive(known)) signalGroup(pid, 'SIGKILL');
}
