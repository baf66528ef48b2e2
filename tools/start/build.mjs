import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from './children.mjs';
import { Trouble } from './trouble.mjs';

/**
 * Builds libraries, API and web app; what did not change comes from nx's cache.
 * @param {{ root: string, signal: AbortSignal, onSpawn?: (pid: number | undefined) => void, projects?: string[] }} options
 */
export async function build({ root, signal, onSpawn, projects = ['api', 'web'] }) {
  const args = [join(root, 'tools', 'nx.mjs'), 'run-many', '-t', 'build', '-p', projects.join(','), '--output-style=static'];
  const { code, output } = await run(process.execPath, args, { cwd: root, signal, onSpawn, env: { ...process.env, FORCE_COLOR: '0' } });
  if (code !== 0) throw new Trouble(`The build failed:\n${output.trim()}`);
  const main = join(root, 'apps', 'api', 'dist', 'main.js');
  if (!existsSync(main)) throw new Trouble(`The build made no ${pathToFileURL(main).pathname}. Run: npx nx reset, then start again.`);
}
