import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './children.mjs';
import { say, Trouble } from './trouble.mjs';

/**
 * Fills the demo tenant in a process of its own. A marker file stands while that goes on: a start that finds one begins the demo anew.
 * @param {{ root: string, folder: string, env: NodeJS.ProcessEnv, tenants: number, signal: AbortSignal, onSpawn: (pid: number | undefined) => void }} options
 */
export async function loadDemoWhenEmpty({ root, folder, env, tenants, signal, onSpawn }) {
  const marker = join(folder, 'demo-loading');
  const cutOff = existsSync(marker);
  if (tenants > 0 && !cutOff) return;
  say(cutOff ? 'Loading the demo again (an earlier load was cut off) ...' : 'Loading the demo: a real CRM export of 8,800 deals ...');
  await seed({ root, marker, env, signal, onSpawn, args: cutOff ? ['--reset'] : [] });
}

/** @param {{ root: string, marker: string, env: NodeJS.ProcessEnv, args: string[], signal: AbortSignal, onSpawn: (pid: number | undefined) => void }} options */
async function seed({ root, marker, env, args, signal, onSpawn }) {
  writeFileSync(marker, '');
  const script = join(root, 'apps', 'api', 'dist', 'seed.js');
  const { code, output } = await run(process.execPath, ['--enable-source-maps', script, ...args], { cwd: root, env, signal, onSpawn });
  if (code !== 0) throw new Trouble(`The demo could not be loaded:\n${output.trim()}`);
  rmSync(marker, { force: true });
}

/** Who can be tried in the demo, for the terminal. @param {string} url @returns {Promise<string[]>} */
export async function demoSignIns(url) {
  try {
    const { enabled, people } = await (await fetch(`${url}/api/auth/demo`)).json();
    if (!enabled || people.length === 0) return [];
    /** @param {{ name: string, roles: string[], note?: string }} person */
    const line = (person) => `    ${person.name.padEnd(22)} ${person.roles.join(', ')}${person.note ? ` - ${person.note}` : ''}`;
    /** @param {string} role @param {number} count */
    const some = (role, count) =>
      people
        .filter((/** @type {{ roles: string[] }} */ person) => person.roles.includes(role))
        .sort((/** @type {{ note?: string }} */ a, /** @type {{ note?: string }} */ b) => Number(Boolean(b.note)) - Number(Boolean(a.note)))
        .slice(0, count);
    const shown = [...some('leader', 2), ...some('member', 3), ...some('admin', 1)];
    return ['  Sign in as (choose the person on the sign-in page):', ...shown.map(line)];
  } catch {
    return [];
  }
}
