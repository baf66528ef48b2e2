import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const parts = ['package.json', '.swcrc', 'libs', 'apps/api'];
const generated = new Set(['dist', 'node_modules']);

/**
 * The product's processes built from their sources into a folder of their own, so that a spec neither depends on what was built before nor disturbs it.
 * Packages are those of this repository; the workspace's libraries are the folder's own.
 */
export class OwnBuild {
  readonly root = mkdtempSync(join(tmpdir(), 'waymark-build-'));

  /** The sources as they lie here. */
  static ofPresent(): OwnBuild {
    const made = new OwnBuild();
    for (const part of parts)
      cpSync(join(repository, part), join(made.root, part), { recursive: true, filter: (path) => !generated.has(basename(path)) });
    return made.compile();
  }

  /** The sources of a commit. */
  static ofCommit(commit: string): OwnBuild {
    const made = new OwnBuild();
    const archive = execFileSync('git', ['archive', commit, ...parts], { cwd: repository, maxBuffer: 2 ** 30 });
    execFileSync('tar', ['-x', '-C', made.root], { input: archive });
    return made.compile();
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private compile(): this {
    this.linkPackages();
    const libraries = readdirSync(join(this.root, 'libs')).filter((name) => name !== 'testing');
    for (const project of [...libraries.map((name) => join('libs', name)), join('apps', 'api')]) {
      const words = [
        'src',
        '-d',
        'dist',
        '--strip-leading-paths',
        '--config-file',
        '../../.swcrc',
        '--ignore',
        '**/*.spec.ts,**/*.spec-data.ts',
        '--quiet',
      ];
      execFileSync(process.execPath, [join(repository, 'node_modules', '@swc', 'cli', 'bin', 'swc.js'), ...words], { cwd: join(this.root, project) });
    }
    return this;
  }

  private linkPackages(): void {
    const from = join(repository, 'node_modules');
    const to = join(this.root, 'node_modules');
    mkdirSync(join(to, '@waymark'), { recursive: true });
    for (const name of readdirSync(from)) if (!name.startsWith('.') && name !== '@waymark') symlinkSync(join(from, name), join(to, name));
    for (const name of readdirSync(join(this.root, 'libs'))) symlinkSync(join(this.root, 'libs', name), join(to, '@waymark', name));
  }
}
