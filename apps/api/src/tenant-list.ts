import 'reflect-metadata';
import { listOrganisations } from './organisation.js';
import { ownerUrl, readArguments, runTool, UsageError } from './tool-context.js';

const usage = 'npm run tenant:list';

/** `npm run tenant:list`: every organisation, one a line. */
await runTool(async () => {
  const { files } = readArguments(process.argv.slice(2), {}, usage);
  if (files.length > 0) throw new UsageError(usage);
  const rows = await listOrganisations(ownerUrl(process.env));
  if (rows.length === 0) return 'There is no organisation yet.';
  return rows
    .map(({ slug, name, people, suspendedAt }) =>
      [slug, name, `${people} active people`, suspendedAt ? `suspended since ${suspendedAt.toISOString()}` : 'active'].join('\t'),
    )
    .join('\n');
});
