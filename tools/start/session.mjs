import { join } from 'node:path';
import { checkNode, ensureInstalled, runOnPinnedNode, runsOnPinnedNode } from './install.mjs';
import { takeLock } from './lock.mjs';
import { say, Stopped, Trouble } from './trouble.mjs';

/**
 * @typedef {{ root: string, signal: AbortSignal, lock: Awaited<ReturnType<typeof takeLock>>, onStop: (step: () => Promise<void>) => void, fail: (error: Error) => void }} Session
 */

/**
 * Frame of every command: installs, moves to the pinned Node, and ends in order (last begun, first ended) whatever happens: done, failed,
 * Ctrl-C at any moment, the terminal closed, the parent killed.
 * @param {{ root: string, script: string, args: string[], before?: () => Promise<void>, lockName?: string, work: (session: Session) => Promise<'done' | 'failed' | 'serving'> }} options
 */
export async function session({ root, script, args, before, lockName = 'start.lock', work }) {
  const abort = new AbortController();
  /** @type {(() => Promise<void>)[]} */
  const steps = [];
  let ending = false;
  const end = async (/** @type {number} */ code) => {
    if (ending) return;
    ending = true;
    abort.abort(new Stopped());
    for (const step of steps.reverse()) await step().catch((error) => say(String(error)));
    process.exit(code);
  };
  const fail = (/** @type {unknown} */ error) => {
    if (error instanceof Stopped || abort.signal.aborted) return end(130);
    say(error instanceof Trouble ? `\n${error.message}\n` : `\n${/** @type {Error} */ (error).stack}\n`);
    return end(error instanceof Trouble ? error.exitCode : 1);
  };
  const asked = () => {
    if (ending) return; // npm and the terminal may both send it
    say('\nStopping ...');
    void end(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, asked);
  process.on('disconnect', asked);
  watchNpm(asked);
  try {
    checkNode();
    await before?.();
    const lock = await takeLock(join(root, '.data', lockName));
    const release = async () => lock.release();
    steps.push(release);
    await ensureInstalled({ root, signal: abort.signal, onSpawn: lock.addChild });
    if (!runsOnPinnedNode(root)) {
      await release();
      steps.length = 0;
      process.exit(await runOnPinnedNode(root, script, args));
    }
    const result = await work({ root, signal: abort.signal, lock, onStop: (step) => steps.push(step), fail });
    if (result !== 'serving') await end(result === 'done' ? 0 : 1);
  } catch (error) {
    await fail(error);
  }
}

/** npm that was killed cannot hand its end on: its child notices by itself. @param {() => void} asked */
function watchNpm(asked) {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && asked(), 500).unref();
}
