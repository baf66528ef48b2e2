import 'reflect-metadata';
import { isDay } from '@waymark/kernel';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { demoToday, loadDemo } from './demo.js';
import { demoAdminEmail } from './demo-organisation.js';
import { growthSlug, growthToday, loadGrowthDemo } from './growth-demo.js';
import { ownerUrl, readArguments, runTool, UsageError, withTool } from './tool-context.js';

const usage = 'npm run demo:reset [-- --today 2017-10-05]';
const folder = fileURLToPath(new URL('../../../tools/seed', import.meta.url));

/** Loads the two demos where there are none; `--reset` begins them anew, `--today` opens the clock of the first on another day of the export. */
await runTool(async () => {
  const { values, files } = readArguments(process.argv.slice(2), { reset: { type: 'boolean' }, today: { type: 'string' } }, usage);
  const today = String(values['today'] ?? demoToday);
  if (files.length > 0 || !isDay(today) || today < '2017-07-01' || today > '2017-12-31')
    throw new UsageError(`--today must be a day from 2017-07-01 to 2017-12-31.\n${usage}`);
  const password = process.env['DEMO_PASSWORD'] || randomBytes(9).toString('base64url');
  const common = { ownerUrl: ownerUrl(process.env), password, reset: values['reset'] === true };
  return withTool(process.env, async (app) => {
    const hardware = await loadDemo(app, { ...common, folder, today });
    const growth = await loadGrowthDemo(app, common).catch((error: unknown) => {
      if (error instanceof UsageError) return error.message; // somebody's own organisation bears the name
      throw error;
    });
    const said = [
      hardware &&
        `The demo is loaded; its clock stands on ${today}, 09:00 UTC. Administrator: organisation "hardware", ${demoAdminEmail}, password ${password}`,
      growth === true && `The second demo is loaded: organisation "${growthSlug}", made data of ${growthToday}, the same administrator.`,
      typeof growth === 'string' && growth,
    ].filter((sentence) => sentence !== false);
    return said.length > 0 ? said.join('\n') : 'The demos are there already. "npm run demo:reset" begins them anew.';
  });
});
