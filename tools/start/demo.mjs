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
  say(
    cutOff
      ? 'Loading the demos again (an earlier load was cut off) ...'
      : 'Loading the demos: a real CRM export of 8,800 deals, and made data of a partner business ...',
  );
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
    /** @typedef {{ organisation: string, organisationName: string, name: string, roles: string[], restrictions?: string[] }} Person */
    /** @param {Person} person */
    const line = (person) => `      ${person.name.padEnd(22)} ${person.roles.join(', ')}`;
    /** @param {Person[]} from @param {string} role @param {number} count */
    const some = (from, role, count) => from.filter((person) => person.roles.includes(role)).slice(0, count);
    const lines = ['  Sign in as (choose the person on the sign-in page):'];
    for (const { slug, name, shown } of demos(people)) {
      const listed = [...some(shown, 'leader', 2), ...some(shown, 'member', 3), ...some(shown, 'admin', 1)];
      lines.push(`    ${name}, organisation "${slug}"`, ...listed.map(line));
    }
    return lines;
  } catch {
    return [];
  }
}

/**
 * People by organisation; the demo of the real export, which the tour tells of, first.
 * @template {{ organisation: string, organisationName: string }} P
 * @param {P[]} people @returns {{ slug: string, name: string, shown: P[] }[]}
 */
function demos(people) {
  const slugs = [...new Set(people.map(({ organisation }) => organisation))].sort(
    (one, other) => Number(other === 'hardware') - Number(one === 'hardware'),
  );
  return slugs.map((slug) => {
    const shown = people.filter(({ organisation }) => organisation === slug);
    return { slug, name: shown[0]?.organisationName ?? slug, shown };
  });
}
