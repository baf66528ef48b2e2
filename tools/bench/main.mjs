import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pinned = `${root}/node_modules/.bin/node`;

// `npm run bench [recalculation freshness import list sign-in isolation endpoints validation bundle]`: each figure is a ratio to a limit measured in the same run, the target beside it (PERF-01).
if (existsSync(pinned) && !process.version.startsWith('v24')) {
  execFileSync(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(0);
}
execFileSync(process.execPath, ['tools/nx.mjs', 'run-many', '-t', 'build', '-p', 'api'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });

const api = (path) => import(`../../apps/api/dist/${path}.js`);
const [{ default: setup }, { default: teardown }] = await Promise.all([import('../jest/global-setup.mjs'), import('../jest/global-teardown.mjs')]);
const [{ recalculation }, { freshness }, { importing }, { listing }, { signIns }, { isolation }, { endpoints }, { validation }, { bundle }] =
  await Promise.all([
    import('./recalculation.mjs'),
    import('./freshness.mjs'),
    import('./import.mjs'),
    import('./list.mjs'),
    import('./sign-in.mjs'),
    import('./isolation.mjs'),
    import('./endpoints.mjs'),
    import('./validation.mjs'),
    import('./bundle.mjs'),
  ]);
const cases = { recalculation, freshness, import: importing, list: listing, 'sign-in': signIns, isolation, endpoints, validation, bundle };
const wanted = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const unknown = wanted.filter((name) => !Object.hasOwn(cases, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are ${Object.keys(cases).join(', ')}.`);
  process.exit(2);
}

await setup();
try {
  for (const [name, run] of Object.entries(cases)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const database = await freshDatabase();
    const { startWorker } = await api('testing/start-api');
    const worker = await startWorker(database);
    const parts = await Promise.all(
      [
        'platform/database/unit-of-work',
        'platform/database/db',
        'goals/goal-recalculation.service',
        'metrics/metrics.repository',
        'metrics/recomputation.service',
        'organisation',
        'sources/crm-sales',
        'imports/presets',
        'goals/goals.repository',
        'goals/goal-sums.service',
        'sources/companies/companies.repository',
        'sources/pipeline-items/pipeline-items.repository',
        'testing/start-api',
      ].map(api),
    );
    await run({ database, app: worker.app, modules: Object.assign({}, ...parts) });
    await worker.close();
    await database.drop();
  }
} catch (error) {
  console.error(error); // before the end of the database brings errors of its own
  process.exitCode = 1;
} finally {
  await teardown();
}

async function freshDatabase() {
  const { default: pg } = await import('pg');
  const cluster = JSON.parse(process.env.WAYMARK_TEST_DATABASE ?? '{}');
  const name = `bench_${randomBytes(4).toString('hex')}`;
  const first = new pg.Client({ connectionString: cluster.adminUrl });
  await first.connect();
  await first.query(`create database ${name} template ${cluster.template}`);
  await first.end();
  const url = (user, password) => {
    const made = new URL(cluster.adminUrl);
    made.pathname = `/${name}`;
    if (user) [made.username, made.password] = [user, password];
    return made.href;
  };
  const admin = new pg.Pool({ connectionString: url(), max: 4 });
  admin.on('error', () => undefined); // after a failure the database ends before its connections do
  return {
    admin,
    adminUrl: url(),
    appUrl: url('waymark_app', cluster.appPassword),
    workerUrl: url('waymark_worker', cluster.workerPassword),
    drop: () => admin.end(),
  };
}
