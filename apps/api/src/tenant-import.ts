import 'reflect-metadata';
import { resolve } from 'node:path';
import { importTenant } from './portability/tenant-import.js';
import { ownerUrl, readArguments, runTool, UsageError } from './tool-context.js';

const usage = 'npm run tenant:import -- --from folder [--slug new-name]';
const text = { type: 'string' } as const;

/** `npm run tenant:import`: makes an organisation from the files of an export. */
await runTool(async () => {
  const { values, files } = readArguments(process.argv.slice(2), { from: text, slug: text }, usage);
  if (!values['from'] || files.length > 0) throw new UsageError(usage);
  const from = resolve(process.env['INIT_CWD'] ?? process.cwd(), String(values['from']));
  const slug = values['slug'] === undefined ? {} : { slug: String(values['slug']) };
  const made = await importTenant({ ownerUrl: ownerUrl(process.env), from, ...slug });
  return `Organisation "${made.slug}" is there with ${made.rows} rows. People sign in anew.`;
});
