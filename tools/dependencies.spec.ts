import { describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';

interface Package {
  name?: string;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}
interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  /** Comes inside the package of its parent, whose checksum covers it. */
  inBundle?: boolean;
  /** A build for one platform. npm writes no checksum for those of platforms on which the file was not made. */
  optional?: boolean;
  dependencies?: Record<string, string>;
}

const root = new URL('../', import.meta.url);
const read = <T>(path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8')) as T;
const lock = read<{ lockfileVersion: number; packages: Record<string, Locked> }>('package-lock.json');

describe('dependencies', () => {
  it('DX-01 (dependencies) come from the lock file alone: each with its version and its checksum', () => {
    expect(lock.lockfileVersion).toBe(3);
    const installed = Object.entries(lock.packages).filter(([path, one]) => path.includes('node_modules/') && !one.link);
    expect(installed.length).toBeGreaterThan(400);
    // Addresses are left out of the file on purpose (.npmrc): any registry will do, the checksum decides.
    const loose = installed.filter(
      ([, one]) => !one.version || one.resolved || !(one.inBundle || one.optional || /^sha512-[\w+/]{86}==$/.test(one.integrity ?? '')),
    );
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it('DX-01 (dependencies) are asked for in exact versions, and the lock file knows every one of them', () => {
    const folders = ['', ...['apps', 'libs'].flatMap((group) => readdirSync(new URL(group, root)).map((name) => `${group}/${name}/`))];
    const loose: string[] = [];
    for (const folder of folders) {
      const { dependencies = {}, devDependencies = {} } = read<Package>(`${folder}package.json`);
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        const own = name.startsWith('@waymark/');
        if (!own && !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) loose.push(`${folder}${name}: ${version}`);
        if (!own && lock.packages[`node_modules/${name}`]?.version !== version && !lock.packages[`${folder}node_modules/${name}`])
          loose.push(`${folder}${name}: ${version} is not in the lock file`);
      }
    }
    expect(loose).toEqual([]);
  });
});
