import 'reflect-metadata';
import { isDay } from '@waymark/kernel';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { demoAdminEmail, demoToday, loadDemo } from './demo.js';
import { ownerUrl, readArguments, runTool, UsageError, withTool } from './tool-context.js';

const usage = 'npm run demo:reset [-- --today 2017-10-05]';
const folder = fileURLToPath(new URL('../../../tools/seed', import.meta.url));

/** Loads the demo when there is none; `--reset` begins it anew, `--today` opens its clock on another day of the export. */
await runTool(async () => {
  const { values, files } = readArguments(process.argv.slice(2), { reset: { type: 'boolean' }, today: { type: 'string' } }, usage);
  const today = String(values['today'] ?? demoToday);
  if (files.length > 0 || !isDay(today) || today < '2017-07-01' || today > '2017-12-31')
    throw new UsageError(`--today must be a day from 2017-07-01 to 2017-12-31.\n${usage}`);
  const password = process.env['DEMO_PASSWORD'] || randomBytes(9).toString('base64url');
  const loaded = await withTool(process.env, (app) =>
    loadDemo(app, { ownerUrl: ownerUrl(process.env), folder, password, today, reset: values['reset'] === true }),
  );
  if (!loaded) return 'The demo is there already. "npm run demo:reset" begins it anew.';
  return `The demo is loaded; its clock stands on ${today}, 09:00 UTC. Administrator: organisation "hardware", ${demoAdminEmail}, password ${password}`;
});
