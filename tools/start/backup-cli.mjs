import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backUp, folderOf } from './backup.mjs';
import { Trouble } from './trouble.mjs';

// `npm run backup -- --to folder`, started by the launcher with the address of this clone's database.
const url = process.env.DATABASE_URL ?? '';
try {
  const { values } = parseArgs({ options: { to: { type: 'string' } } });
  if (!values.to) throw new Trouble('npm run backup -- --to <folder that does not exist yet>');
  const secretsFile = join(await folderOf(url), 'secrets.json');
  if (!existsSync(secretsFile))
    throw new Trouble('This is not the embedded database. Back up a server of your own with pg_basebackup or pgBackRest; see docs/operating.md.');
  const to = resolve(process.env.INIT_CWD ?? process.cwd(), values.to);
  const { folder, files, bytes, finishedAt } = await backUp({ url, secretsFile, to });
  console.log(`Backup in ${folder}: ${files} files, ${(bytes / 1_048_576).toFixed(1)} MiB, as of ${finishedAt}. It holds secrets: keep it closed.`);
} catch (error) {
  const known = error instanceof Trouble || /** @type {{ code?: string }} */ (error).code?.startsWith('ERR_PARSE_ARGS');
  console.error(known ? /** @type {Error} */ (error).message : error);
  process.exitCode = 1;
}
