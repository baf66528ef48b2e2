import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { restore } from './backup.mjs';
import { stopLeftover } from './database-cluster.mjs';
import { databaseUser } from './database-user.mjs';
import { stateFolder } from './state-folder.mjs';
import { say, Trouble } from './trouble.mjs';

/** `npm run restore -- --from folder [--replace]`: while nothing of this clone runs. @param {string} root @param {string[]} args */
export async function runRestore(root, args) {
  const { values } = parseArgs({ args, options: { from: { type: 'string' }, replace: { type: 'boolean', default: false } } });
  if (!values.from) throw new Trouble('npm run restore -- --from <folder of a backup> [--replace]');
  if (process.env.DATABASE_URL)
    throw new Trouble('DATABASE_URL is set: restore that server with its own tools. This restores the embedded database.');
  const user = databaseUser();
  const folder = stateFolder({ root, user });
  await stopLeftover(join(folder, 'postgresql'));
  const from = resolve(process.env.INIT_CWD ?? process.cwd(), values.from);
  const { finishedAt, aside } = restore({ from, folder, user, replace: values.replace });
  say(`Restored to ${finishedAt}.${aside ? ` What was there lies in ${aside}.` : ''} Start with: npm start`);
}
