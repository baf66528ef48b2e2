/**
 * `npm start`, `npm run demo:reset`, `npm run import`, `npm run backup` and the like: needs Node >= 20.19 and npm, nothing else. The parts are in
 * `tools/start/`; nothing here may import a package, because on a fresh clone there is none.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commands, runCommand } from './start/commands.mjs';
import { session } from './start/session.mjs';
import { addressOf, checkPort } from './start/settings.mjs';
import { lockHolder } from './start/lock.mjs';

const script = fileURLToPath(import.meta.url);
const root = dirname(dirname(script));
const args = process.argv.slice(2);
const command = args[0] ?? '';

if (Object.hasOwn(commands, command)) await runCommand({ root, script, args });
else if (command === 'restore')
  await session({
    root,
    script,
    args,
    work: async () => {
      const { runRestore } = await import('./start/restore.mjs');
      await runRestore(root, args.slice(1));
      return 'done';
    },
  });
else
  await session({
    root,
    script,
    args,
    before: async () => {
      // Another start of this clone is the likely holder of the port; the lock says that better.
      if (!(await lockHolder(`${root}/.data/start.lock`))) await checkPort(addressOf(process.env));
    },
    work: async (ours) => {
      const { start } = await import('./start/main.mjs');
      await start(ours);
      return 'serving';
    },
  });
