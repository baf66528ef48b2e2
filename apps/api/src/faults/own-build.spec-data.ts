import { madeOnce, type MadeFolder } from '@waymark/testing';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const parts = ['package.json', '.swcrc', 'libs', 'apps/api'];
const generated = new Set(['dist', 'node_modules']);

/**
 * The product's processes built from their sources into a folder apart, so that a spec neither depends on what was built before nor disturbs it.
 * Packages are those of this repository; the workspace's libraries are the folder's own.
 */
export class OwnBuild {
  private constructor(private readonly made: MadeFolder) {}

  /** The sources as they lie here; built once in a run. */
  static ofPresent(): OwnBuild {
    return new OwnBuild(
      madeOnce('build', (root) => {
        for (const part of parts)
          cpSync(join(repository, part), join(root, part), { recursive: true, filter: (path) => !generated.has(basename(path)) });
        compile(root);
        warm(root);
      }),
    );
  }

  /** The sources of a commit. */
  static ofCommit(commit: string): OwnBuild {
    const root = mkdtempSync(join(tmpdir(), 'waymark-build-'));
    const archive = execFileSync('git', ['archive', commit, ...parts], { cwd: repository, maxBuffer: 2 ** 30 });
    execFileSync('tar', ['-x', '-C', root], { input: archive });
    compile(root);
    return new OwnBuild({ folder: root, remove: () => rmSync(root, { recursive: true, force: true }) });
  }

  get root(): string {
    return this.made.folder;
  }

  remove(): void {
    this.made.remove();
  }
}

function compile(root: string): void {
  linkPackages(root);
  const libraries = readdirSync(join(root, 'libs')).filter((name) => name !== 'testing');
  const ignored = ['--ignore', '**/*.spec.ts,**/*.spec-data.ts'];
  const words = ['src', '-d', 'dist', '--strip-leading-paths', '--config-file', '../../.swcrc', ...ignored, '--quiet'];
  for (const project of [...libraries.map((name) => join('libs', name)), join('apps', 'api')])
    execFileSync(process.execPath, [join(repository, 'node_modules', '@swc', 'cli', 'bin', 'swc.js'), ...words], { cwd: join(root, project) });
}

/** Where the processes of a build keep what Node compiled: one that was killed leaves nothing there, so one starts and ends beforehand. */
export const compileCache = (root: string) => join(root, '.compile-cache');

function warm(root: string): void {
  const module = join(root, 'apps', 'api', 'dist', 'app.module.js');
  const env = { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: compileCache(root) };
  execFileSync(process.execPath, ['--input-type=module', '-e', `await import(${JSON.stringify(module)}); process.exit(0);`], { env });
}

function linkPackages(root: string): void {
  const from = join(repository, 'node_modules');
  const to = join(root, 'node_modules');
  mkdirSync(join(to, '@waymark'), { recursive: true });
  for (const name of readdirSync(from)) if (!name.startsWith('.') && name !== '@waymark') symlinkSync(join(from, name), join(to, name));
  for (const name of readdirSync(join(root, 'libs'))) symlinkSync(join(root, 'libs', name), join(to, '@waymark', name));
}
