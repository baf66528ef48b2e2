import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { run } from './children.mjs';
import { addresses, openServer } from './database.mjs';
import { databaseUser } from './database-user.mjs';
import { demoSignIns, loadDemoWhenEmpty } from './demo.mjs';
import { takeLock } from './lock.mjs';
import { keepRunning, untilServing } from './services.mjs';
import { addressOf, checkPort } from './settings.mjs';
import { secretsOf, stateFolder } from './state-folder.mjs';
import { say, Stopped, Trouble } from './trouble.mjs';

/** @typedef {Awaited<ReturnType<typeof takeLock>>} Lock */

/**
 * What a run needs whatever it does then: the build, the state folder, a database server and a migrated database.
 * @param {{ root: string, signal: AbortSignal, lock: Lock, onStop: (step: () => Promise<void>) => void, projects?: string[] }} options
 */
export async function prepare({ root, signal, lock, onStop, projects }) {
  const { addChild: onSpawn } = lock;
  await build({ root, signal, onSpawn, projects });
  const user = process.env.DATABASE_URL ? undefined : databaseUser();
  const folder = stateFolder({ root, user });
  const secrets = secretsOf(folder);
  const server = await openServer({ root, folder, user, secrets });
  onStop(server.stop);
  if (signal.aborted) throw new Stopped();
  const urls = addresses(server.serverUrl, server.database, secrets);
  const preparation = {
    ...process.env,
    ...urls,
    SERVER_URL: server.serverUrl,
    APP_PASSWORD: secrets.appPassword,
    WORKER_PASSWORD: secrets.workerPassword,
  };
  const script = join(root, 'tools', 'start', 'prepare-database.mjs');
  const { code, output } = await run(process.execPath, [script], { cwd: root, env: preparation, signal, onSpawn });
  if (code !== 0) throw new Trouble(`The database could not be prepared: ${output.trim()}`);
  const { ran, tenants } = JSON.parse(output.trim().split('\n').at(-1) ?? '{}');
  if (ran.length > 0) say(`Database: ${ran.length} migration${ran.length === 1 ? '' : 's'} ran.`);
  const env = {
    ...process.env,
    ...urls,
    JWT_SECRET: process.env.JWT_SECRET || secrets.jwtSecret,
    DEMO: process.env.DEMO || '1',
    DEMO_PASSWORD: process.env.DEMO_PASSWORD || secrets.demoPassword,
    NODE_ENV: process.env.NODE_ENV || 'production',
  };
  return { folder, secrets, server, env, tenants };
}

/**
 * `npm start`: everything up to the printed address, then watching over it until it is told to stop.
 * @param {{ root: string, signal: AbortSignal, lock: Lock, onStop: (step: () => Promise<void>) => void, fail: (error: Error) => void }} options
 */
export async function start({ root, signal, lock, onStop, fail }) {
  const begun = Date.now();
  const address = addressOf(process.env);
  const { folder, server, env, tenants } = await prepare({ root, signal, lock, onStop });
  const web = join(root, 'apps', 'web', 'dist');
  Object.assign(env, { PORT: String(address.port), HOST: address.host, ...(existsSync(web) ? { WEB_ROOT: web } : {}) });
  if (env.DEMO === '1') await loadDemoWhenEmpty({ root, folder, env, tenants, signal, onSpawn: lock.addChild });
  /** @type {Error | undefined} */
  let failure;
  const onGivenUp = (/** @type {Error} */ error) => {
    failure = error;
    fail(error);
  };
  void server.exited?.then(
    () => signal.aborted || onGivenUp(new Trouble(`The database stopped by itself; see ${join(folder, 'logs', 'postgresql.log')}`)),
  );
  await checkPort(address); // once more: the build took a while, and the API would only say so in its log
  const common = { root, logs: join(folder, 'logs'), env, onSpawn: lock.addChild, onGivenUp };
  const services = [
    keepRunning({ ...common, name: 'API', script: join(root, 'apps', 'api', 'dist', 'main.js') }),
    keepRunning({ ...common, name: 'worker', script: join(root, 'apps', 'api', 'dist', 'worker.js') }),
  ];
  onStop(async () => void (await Promise.all(services.map((service) => service.stop()))));
  await untilServing({ url: `http://127.0.0.1:${address.port}`, signal, failed: () => failure });
  for (const service of services) service.ready();
  lock.serving(address.url, keepEnvironment(folder, env));
  const signIns = env.DEMO === '1' ? await demoSignIns(`http://127.0.0.1:${address.port}`) : [];
  say(
    ['', `  Waymark is ready (${((Date.now() - begun) / 1000).toFixed(1)} s)`, `    ${address.url}`, `    ${address.url}/api/docs  (API)`].join('\n'),
  );
  if (signIns.length > 0)
    say(['', ...signIns, `    or admin@waymark.example, password ${env.DEMO_PASSWORD}, organisation "hardware" or "growth"`].join('\n'));
  say(`\n  Data and logs: ${folder}\n  Stop with Ctrl-C; the data is kept.\n`);
}

/** What a command like `npm run import` needs to work beside this run; readable by its owner alone. @param {string} folder @param {NodeJS.ProcessEnv} env */
function keepEnvironment(folder, env) {
  const file = join(folder, 'running.json');
  const { DATABASE_URL, APP_DATABASE_URL, WORKER_DATABASE_URL, JWT_SECRET, DEMO, DEMO_PASSWORD } = env;
  writeFileSync(file, JSON.stringify({ DATABASE_URL, APP_DATABASE_URL, WORKER_DATABASE_URL, JWT_SECRET, DEMO, DEMO_PASSWORD }), { mode: 0o600 });
  return file;
}
