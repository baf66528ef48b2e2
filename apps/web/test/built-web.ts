import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');

/** Builds the app as it stands into a folder of its own, so that a spec never looks at an old build. */
export function buildWeb(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-web-'));
  execFileSync(process.execPath, [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'], {
    cwd: web,
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
