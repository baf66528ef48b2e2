/**
 * `npm test`: installs what is missing and checks everything: format, lint and fences, types, arrows inside the apps, build, specs of all
 * kinds. Every step runs even when an earlier one failed, so that one run tells everything. Arguments go to jest (`npm test -- gates`).
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './start/children.mjs';
import { session } from './start/session.mjs';
import { say } from './start/trouble.mjs';

const script = fileURLToPath(import.meta.url);
const root = dirname(dirname(script));
const args = process.argv.slice(2);
const results = join(root, '.data', 'test-results.json');

/** @param {string} path */
const program = (path) => join(root, 'node_modules', path);
const nx = join(root, 'tools', 'nx.mjs');
const jest = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', program('jest/bin/jest.js'), '--json', `--outputFile=${results}`];

/** @type {[name: string, args: string[]][]} */
const steps = [
  ['format', [program('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']],
  ['lint', [nx, 'run-many', '-t', 'lint', '--output-style=static']],
  ['types', [nx, 'run-many', '-t', 'typecheck', '--output-style=static']],
  [
    'arrows',
    [program('dependency-cruiser/bin/dependency-cruise.mjs'), '--config', 'tools/eslint/dependency-cruiser.cjs', 'apps/api/src', 'apps/web/src'],
  ],
  ['build', [nx, 'run-many', '-t', 'build', '--output-style=static']],
  ['specs', [...jest, ...args]],
];

await session({
  root,
  script,
  args,
  lockName: 'test.lock',
  work: async ({ signal, lock }) => {
    const begun = Date.now();
    const summary = [];
    let failed = false;
    rmSync(results, { force: true });
    for (const [name, words] of steps) {
      const start = Date.now();
      say(`\n== ${name}`);
      const show = name === 'specs';
      const { code, output } = await run(process.execPath, words, { cwd: root, signal, show, onSpawn: lock.addChild, env: environment() });
      const seconds = ((Date.now() - start) / 1000).toFixed(1).padStart(6);
      if (code !== 0) {
        failed = true;
        if (!show) say(output.trim());
      }
      say(`${code === 0 ? 'ok' : 'FAILED'} ${seconds} s`);
      summary.push(`  ${code === 0 ? 'ok    ' : 'FAILED'} ${seconds} s  ${name}`);
    }
    const specs = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : undefined;
    if (!specs || specs.numTotalTests === 0) failed = true;
    say(`\n${summary.join('\n')}\n  ${((Date.now() - begun) / 1000).toFixed(0)} s in all, Node ${process.versions.node}\n`);
    if (specs) {
      // A spec file that cannot even be loaded has no failing test to count; it fails the run all the same.
      if (specs.numRuntimeErrorTestSuites > 0) say(`${specs.numRuntimeErrorTestSuites} spec files could not be run`);
      say(`specs: ${specs.numPassedTests} passed, ${specs.numFailedTests} failed, ${specs.numPendingTests + specs.numTodoTests} skipped`);
    } else say('The specs did not run to their end.');
    return failed ? 'failed' : 'done';
  },
});

function environment() {
  const { FORCE_COLOR: _colour, ...rest } = process.env;
  return { ...rest, NODE_ENV: 'test' };
}
