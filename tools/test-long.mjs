import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Suites that `npm test` runs in short; here at full length. The figures are environment settings of the specs. */
const suites = {
  mutants: { spec: '(every-door[.]e2e|policy-mutants[.]db)[.]spec', env: {} },
  fuzz: { spec: 'apps/api/src/gates/fuzz.e2e.spec.ts', env: { FUZZ_CALLS: '1000000' } },
  refresh: { spec: 'apps/api/src/access/refresh.e2e.spec.ts', env: { REFRESH_ROUNDS: '10000' } },
  races: { spec: 'apps/api/src/gates/restriction-races.e2e.spec.ts', env: { RACE_ATTEMPTS: '100000' } },
};

// `npm run test:long fuzz`: an own FUZZ_CALLS, FUZZ_SEED or REFRESH_ROUNDS of the environment comes first.
const name = process.argv[2] ?? '';
if (!Object.hasOwn(suites, name)) {
  console.error(`npm run test:long <${Object.keys(suites).join(' | ')}>`);
  process.exit(2);
}
const { spec, env } = suites[/** @type {keyof typeof suites} */ (name)];
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const hours = String(6 * 3_600_000);
const args = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', jest, spec, `--testTimeout=${hours}`];
const child = spawn(join(root, 'node_modules', '.bin', 'node'), args, { cwd: root, env: { ...env, ...process.env }, stdio: 'inherit' });
child.on('exit', (code) => process.exit(code ?? 1));
