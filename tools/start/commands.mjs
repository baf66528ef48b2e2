import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockHolder } from './lock.mjs';
import { session } from './session.mjs';
import { say, Trouble } from './trouble.mjs';

/** Commands that work on the database of this clone: a script and its fixed arguments. */
export const commands = {
  'audit:verify': { script: 'apps/api/dist/audit-verify.js', args: [] },
  backup: { script: 'tools/start/backup-cli.mjs', args: [] },
  'database:check': { script: 'apps/api/dist/database-check.js', args: [] },
  'demo:reset': { script: 'apps/api/dist/seed.js', args: ['--reset'] },
  import: { script: 'apps/api/dist/import-cli.js', args: [] },
  'erase:replay': { script: 'apps/api/dist/erase-replay.js', args: [] },
  'tenant:create': { script: 'apps/api/dist/tenant-create.js', args: [] },
  'tenant:list': { script: 'apps/api/dist/tenant-list.js', args: [] },
  'tenant:suspend': { script: 'apps/api/dist/tenant-suspend.js', args: [] },
  'tenant:resume': { script: 'apps/api/dist/tenant-suspend.js', args: ['--resume'] },
  'tenant:export': { script: 'apps/api/dist/tenant-export.js', args: [] },
  'tenant:import': { script: 'apps/api/dist/tenant-import.js', args: [] },
};

/**
 * Runs such a command: against the running Waymark of this clone when there is one, else with the database started for as long as it takes.
 * @param {{ root: string, script: string, args: string[] }} options
 */
export async function runCommand({ root, script, args }) {
  const { script: file, args: fixed } = commands[/** @type {keyof typeof commands} */ (args[0])];
  const program = join(root, file);
  const all = [...fixed, ...args.slice(1)];
  const running = runningEnvironment(root, await lockHolder(join(root, '.data', 'start.lock')));
  if (running) {
    if (!existsSync(program)) throw new Trouble(`${program} is not built.`);
    process.exit(await attached(program, all, { cwd: root, env: { ...process.env, ...running } }));
  }
  await session({
    root,
    script,
    args,
    work: async (ours) => {
      const { prepare } = await import('./main.mjs');
      const { env } = await prepare({ ...ours, projects: ['api'] });
      const code = await attached(program, all, { cwd: root, env, signal: ours.signal });
      if (code !== 0) throw new Trouble('', code);
      return 'done';
    },
  });
}

/** @param {string} root @param {import('./lock.mjs').Holder | undefined} holder */
function runningEnvironment(root, holder) {
  if (!holder?.environmentFile) return undefined;
  try {
    return JSON.parse(readFileSync(holder.environmentFile, 'utf8'));
  } catch {
    say(`Waymark runs in this clone (${root}), but its settings cannot be read.`);
    return undefined;
  }
}

/** @param {string} program @param {string[]} args @param {{ cwd: string, env: NodeJS.ProcessEnv, signal?: AbortSignal }} options @returns {Promise<number>} */
function attached(program, args, { cwd, env, signal }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--enable-source-maps', program, ...args], { cwd, env, stdio: 'inherit' });
    signal?.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
