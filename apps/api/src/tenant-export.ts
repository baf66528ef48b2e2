import 'reflect-metadata';
import { resolve } from 'node:path';
import { exportTenant } from './portability/tenant-export.js';
import { ownerUrl, readArguments, runTool, UsageError } from './tool-context.js';

const usage = 'npm run tenant:export -- --tenant acme --to folder [--without-passwords]';

/** `npm run tenant:export`: a whole organisation as files. */
await runTool(async () => {
  const { values, files } = readArguments(
    process.argv.slice(2),
    { tenant: { type: 'string' }, to: { type: 'string' }, 'without-passwords': { type: 'boolean' } },
    usage,
  );
  if (!values['tenant'] || !values['to'] || files.length > 0) throw new UsageError(usage);
  const to = resolve(process.env['INIT_CWD'] ?? process.cwd(), String(values['to']));
  const withPasswords = values['without-passwords'] !== true;
  const { tables } = await exportTenant({ ownerUrl: ownerUrl(process.env), slug: String(values['tenant']), to, withPasswords });
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return `${rows} rows of ${tables.length} tables are in ${to}. Keep it as safe as the database: it holds ${withPasswords ? 'hashes of passwords and ' : ''}personal data.`;
});
