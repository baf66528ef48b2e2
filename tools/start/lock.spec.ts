import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from './lock.mjs';
import { isAlive, startOf } from './processes.mjs';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waymark-lock-'));
  file = join(folder, 'deep', 'start.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('one starter per clone', () => {
  it('DX-01 refuses a second start with the address of the first and how to stop it', async () => {
    const lock = await takeLock(file);
    lock.serving('http://localhost:3000', '/nowhere');
    await expect(takeLock(file)).rejects.toThrow(
      `Waymark is already running in this clone, at http://localhost:3000 (process ${process.pid}). Stop it first: Ctrl-C there, or kill ${process.pid}`,
    );
  });

  it('DX-01 is free again after the first has ended', async () => {
    (await takeLock(file)).release();
    expect(existsSync(file)).toBe(false);
    await takeLock(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('DX-01 takes over from a killed starter and ends what that one was running', async () => {
    (await takeLock(file)).release();
    const orphan = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    const pid = orphan.pid as number;
    const known = { pid, started: startOf(pid) };
    expect(isAlive(known)).toBe(true);
    // Process 1 lives, but it did not start at "never": the number was given away again.
    writeFileSync(file, JSON.stringify({ pid: 1, started: 'never', children: [known] }));
    await takeLock(file);
    expect(isAlive(known)).toBe(false);
  });

  it('DX-01 takes over a lock file that was cut off while it was written', async () => {
    (await takeLock(file)).release();
    writeFileSync(file, '{"pid": 12');
    await takeLock(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
  });
});
