import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const web = fileURLToPath(new URL('../../apps/web', import.meta.url));
const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');

/** P27: what a browser loads before the first page, for styles, and more for the heaviest page; kB (1,000 bytes) after gzip -9, against the budgets. */
export function bundle() {
  console.log('\nSizes of the built web app');
  const folder = mkdtempSync(join(tmpdir(), 'waymark-bundle-'));
  try {
    const env = { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' };
    execFileSync(process.execPath, [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'], { cwd: web, env });
    const manifest = JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8'));
    const size = (file) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length / 1000;
    const withImports = (name, seen = new Set()) => {
      if (!seen.has(name)) for (const next of manifest[seen.add(name) && name].imports ?? []) withImports(next, seen);
      return seen;
    };
    const sum = (names) => names.reduce((total, name) => total + size(manifest[name].file), 0);
    const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
    const first = withImports(entry);
    const styles = new Set(Object.values(manifest).flatMap(({ css = [], file }) => [...css, ...(file.endsWith('.css') ? [file] : [])]));
    const pages = Object.keys(manifest)
      .filter((name) => manifest[name].isDynamicEntry)
      .map((name) => ({ name, adds: sum([...withImports(name)].filter((one) => !first.has(one))) }))
      .sort((one, other) => other.adds - one.adds);
    within('entry JavaScript', sum([...first]), 200);
    within(
      'styles',
      [...styles].reduce((total, file) => total + size(file), 0),
      42,
    );
    within(`heaviest lazy chunk (${pages[0].name})`, pages[0].adds, 80);
    console.log(`  lazy chunks: ${pages.map(({ name, adds }) => `${name.split('/').slice(-2).join('/')} ${adds.toFixed(1)}`).join(', ')}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function within(name, kilobytes, budget) {
  console.log(`P27 ${name}: ${kilobytes.toFixed(1)} kB, target <= ${budget} kB: ${kilobytes <= budget ? 'reached' : 'MISSED'}`);
}
