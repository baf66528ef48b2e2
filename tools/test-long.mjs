import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Suites that `npm test` runs in short; here at full length. The figures are environment settings of the specs. */
const suites = {
  mutants: { spec: '(every-door[.]e2e|policy-mutants[.]db)[.]spec', env: {} },
  fuzz: { spec: 'apps/api/src/gates/fuzz.e2e.spec.ts', env: { FUZZ_CALLS: '1000000' } },
  refresh: { spec: 'apps/api/src/access/refresh.e2e.spec.ts', env: { REFRESH_ROUNDS: '10000' } },
  leaks: { spec: 'apps/api/src/faults/leak.e2e.spec.ts', env: { LEAK_REQUESTS: '1000000' } },
  faults: {
    spec: '(faults/(api-kill|network|shutdown|zombies-and-clocks|catch-up|rollout)|gates/enforcement-kill|start/(outage|disk-full))[.](e2e|db)[.]spec',
    env: {
      FAULT_KILLS: '1000',
      FAULT_WORKER_KILLS: '10000',
      FAULT_CRASHES: '100',
      FAULT_LOST_REPLIES: '1000',
      FAULT_SHUTDOWNS: '100',
      FAULT_STOPS: '100',
      FAULT_TENANTS: '50',
      FAULT_ROLLOUTS: '20',
    },
  },
  races: { spec: 'apps/api/src/gates/restriction-races.e2e.spec.ts', env: { RACE_ATTEMPTS: '100000' } },
  decisions: { spec: 'apps/api/src/gates/decision-search.spec.ts', env: { DECISION_SEQUENCES: '1000000' } },
  visibility: { spec: 'apps/api/src/goals/check-and-list.db.spec.ts', env: { VISIBILITY_PAIRS: '100000' } },
  rights: { spec: 'apps/api/src/access/removed-rights.e2e.spec.ts', env: { RIGHT_REMOVALS: '10000' } },
  reads: { spec: 'apps/api/src/gates/read-log.e2e.spec.ts', env: { READ_PEOPLE: '300' } },
  answers: { spec: 'apps/api/src/gates/same-answer.e2e.spec.ts', env: { ANSWER_CALLS: '500' } },
  corpus: { spec: 'apps/api/src/gates/hostile-corpus.e2e.spec.ts', env: { CORPUS_TEXTS: '2000' } },
  lifting: { spec: 'apps/api/src/gates/lifting.e2e.spec.ts', env: { LIFTED_PEOPLE: '200' } },
  imports: {
    spec: '(faults/import-kill|imports/large-files)[.](e2e|db)[.]spec',
    env: { FAULT_IMPORT_KILLS: '100', IMPORT_ROWS: '1000000', IMPORT_BYTES: String(512 * 1024 * 1024 - 1) },
  },
  readings: { spec: 'apps/api/src/metrics/own-metric-readings.db.spec.ts', env: { OWN_METRIC_CASES: '10000' } },
  freshness: { spec: 'apps/api/src/metrics/freshness.db.spec.ts', env: { FRESHNESS_CHANGES: '5000' } },
  zones: { spec: 'apps/api/src/database/zones.db.spec.ts', env: { ZONE_STEP: '1' } },
};

// `npm run test:long fuzz`: a figure that the environment sets comes first (FUZZ_CALLS=20000, FAULT_KILLS=50); FUZZ_SEED as well.
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
