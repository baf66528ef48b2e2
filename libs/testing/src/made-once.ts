import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with what `make` put there. */
export interface MadeFolder {
  readonly folder: string;
  /** Removes it, unless others of this run use it too: then it goes when the run goes. */
  remove(): void;
}

const pollMs = 100;
const patienceMs = 600_000;

/**
 * A folder that is filled once in a run of the specs and read by all of them: a build, for instance. Whoever comes first fills it, the others wait. Outside of
 * a run with a database (WAYMARK_TEST_SHARED is not set) each caller fills one of its own.
 */
export function madeOnce(name: string, make: (folder: string) => void): MadeFolder {
  const shared = process.env['WAYMARK_TEST_SHARED'];
  if (!shared) {
    const folder = mkdtempSync(join(tmpdir(), `waymark-${name}-`));
    make(folder);
    return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
  }
  const folder = join(shared, name);
  while (!existsSync(`${folder}.made`)) if (begins(`${folder}.making`)) fill(folder, make);
  return { folder, remove: () => undefined };
}

/** Whether the caller is the one who makes it; otherwise waits until it is made or given up. */
function begins(making: string): boolean {
  try {
    mkdirSync(making);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  }
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; existsSync(making); waited += pollMs) {
    if (waited > patienceMs) throw new Error(`waited in vain for ${making}`);
    Atomics.wait(clock, 0, 0, pollMs);
  }
  return false;
}

function fill(folder: string, make: (folder: string) => void): void {
  try {
    mkdirSync(folder, { recursive: true });
    make(folder);
    writeFileSync(`${folder}.made`, '');
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(`${folder}.making`, { recursive: true, force: true });
  }
}
