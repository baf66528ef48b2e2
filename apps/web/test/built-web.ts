import { madeOnce, type MadeFolder } from '@waymark/testing';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');

/** The app as it stands, built once in a run into a folder of its own, so that a spec never looks at an old build. */
export function buildWeb(): MadeFolder {
  return madeOnce('web', (folder) => {
    execFileSync(process.execPath, [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'], {
      cwd: web,
      env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
    });
  });
}
