import { spawn } from 'node:child_process';
import { openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL, URL } from 'node:url';
import { endGroup } from './children.mjs';
import { say, Trouble } from './trouble.mjs';

const endWithParent = pathToFileURL(new URL('./end-with-parent.mjs', import.meta.url).pathname).href;
const maxLogBytes = 20 * 1024 * 1024;
const restarts = { atMost: 5, beforeReady: 1, withinMs: 60_000 };

/**
 * Keeps one of our processes running: started again a few times when it stops by itself, with a sentence each time.
 * @param {{ name: string, script: string, root: string, logs: string, env: NodeJS.ProcessEnv, onSpawn: (pid: number | undefined) => void, onGivenUp: (error: Error) => void }} options
 */
export function keepRunning({ name, script, root, logs, env, onSpawn, onGivenUp }) {
  const logFile = join(logs, `${name}.log`);
  shorten(logFile);
  let stopping = false;
  let { beforeReady: atMost } = restarts; // what never worked is not worth many tries
  /** @type {number[]} */
  let crashes = [];
  /** @type {import('node:child_process').ChildProcess} */
  let child;
  const begin = () => {
    const log = openSync(logFile, 'a');
    child = spawn(process.execPath, ['--enable-source-maps', '--import', endWithParent, script], {
      cwd: root,
      env,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
    onSpawn(child.pid);
    child.on('exit', (code, signal) => {
      if (stopping) return;
      const how = signal ? `signal ${signal}` : `exit code ${code}`;
      crashes = [...crashes.filter((at) => Date.now() - at < restarts.withinMs), Date.now()];
      if (crashes.length > atMost)
        return onGivenUp(
          new Trouble(`The ${name} stopped ${crashes.length} times within a minute (${how}). Its last words (${logFile}):\n${lastLines(logFile)}`),
        );
      say(`The ${name} stopped unexpectedly (${how}); it is started again (${crashes.length} of ${atMost}). Log: ${logFile}`);
      setTimeout(() => !stopping && begin(), 300 * crashes.length);
    });
  };
  begin();
  return {
    logFile,
    ready() {
      atMost = restarts.atMost;
    },
    isRunning: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      stopping = true;
      if (child.exitCode === null && child.signalCode === null) await endGroup(child.pid, 12_000);
    },
  };
}

/** @param {string} file */
function shorten(file) {
  try {
    if (statSync(file).size > maxLogBytes) truncateSync(file);
  } catch {
    // No log yet.
  }
}

/** @param {string} file */
export function lastLines(file) {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-12).join('\n');
}

/**
 * Waits until the API says that it is ready.
 * @param {{ url: string, signal: AbortSignal, failed: () => Error | undefined }} options
 */
export async function untilServing({ url, signal, failed }) {
  let answer = 'no answer';
  for (let waited = 0; waited < 90_000; waited += 100) {
    const error = failed();
    if (error) throw error;
    signal.throwIfAborted();
    try {
      const response = await fetch(`${url}/api/health/ready`, { signal: AbortSignal.timeout(5_000) });
      if (response.ok) return;
      answer = `${response.status} ${await response.text()}`;
    } catch (error) {
      answer = String(/** @type {Error} */ (error).cause ?? error);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Trouble(`The API did not get ready within 90 seconds (${answer}).`);
}
