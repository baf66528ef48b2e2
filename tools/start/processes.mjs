import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';

/**
 * When the process started, as an opaque text; with the number it names one process for good (numbers are used again). Undefined: no such
 * process, or one that only waits to be collected.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function startOf(pid) {
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  if (platform() === 'linux') {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  const { status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() || undefined : undefined;
}

/** @param {{ pid: number, started: string | undefined } | undefined} known */
export function isAlive(known) {
  return known?.started !== undefined && startOf(known.pid) === known.started;
}

/** @param {number} pid @param {NodeJS.Signals} signal */
export function signalGroup(pid, signal) {
  for (const target of platform() === 'win32' ? [pid] : [-pid, pid]) {
    try {
      process.kill(target, signal);
      return;
    } catch {
      // No such group any more: try the process itself.
    }
  }
}
