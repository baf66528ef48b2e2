import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './own-build.spec-data.js';

const folder = 'apps/api/src/database/migrations';
const isMigration = (path: string) => /(^|\/)\d+-[^/]+\.ts$/.test(path);

/**
 * The latest commit that does not know all present migrations: the version that is still running when a rollout of the present one begins. Null without such a
 * history (a shallow clone, an archive): then there is nothing to build.
 */
export function earlierVersion(): string | null {
  const git = (...words: string[]) => {
    try {
      return execFileSync('git', words, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return '';
    }
  };
  const present = readdirSync(join(repository, folder)).filter(isMigration).length;
  const changes = git('log', '--format=%H', '--', folder).split('\n');
  for (const commit of ['HEAD', ...changes.map((change) => `${change}^`)]) {
    const known = git('ls-tree', '--name-only', commit, `${folder}/`).split('\n').filter(isMigration).length;
    if (known > 0 && known < present) return git('rev-parse', commit);
  }
  return null;
}
