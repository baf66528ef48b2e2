import 'reflect-metadata';
import type { Import } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { presets } from './imports/presets.js';
import { ImportsService } from './imports/imports.service.js';
import { Database } from './platform/database/database.js';
import { Db } from './platform/database/db.js';
import { UnitOfWork } from './platform/database/unit-of-work.js';
import { importFile } from './sources/crm-sales.js';
import { readArguments, runTool, UsageError, withTool } from './tool-context.js';

const usage = `npm run import -- --tenant acme --mapping <preset or JSON> [--until YYYY-MM-DD] [--dry-run] file.csv
Presets: ${presets.map((preset) => preset.key).join(', ')}`;
const text = { type: 'string' } as const;
const shownFindings = 20;

/** `npm run import`: the same import as the page and the API, from the terminal. */
await runTool(async () => {
  const { values, files } = readArguments(process.argv.slice(2), { tenant: text, mapping: text, until: text, 'dry-run': { type: 'boolean' } }, usage);
  const { tenant, mapping, until } = values as Record<string, string | undefined>;
  if (!tenant || !mapping || files.length !== 1) throw new UsageError(usage);
  // npm runs scripts in the project's folder; the file is named from where the person stands.
  const file = resolve(process.env['INIT_CWD'] ?? process.cwd(), files[0] as string);
  if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError(`There is no file ${file}.`);
  return withTool(process.env, async (app) => {
    const { rows } = await app.get(Database).pool.query<{ id: string }>('select id from app.list_tenants() where slug = $1', [tenant]);
    const tenantId = rows[0]?.id;
    if (!tenantId) throw new UsageError(`There is no organisation "${tenant}".`);
    const units = app.get(UnitOfWork);
    const admin = await units.run({ tenantId, readOnly: true }, () =>
      app
        .get(Db)
        .maybe<{ id: string }>(
          `select u.id from users u join user_roles r on r.tenant_id = u.tenant_id and r.user_id = u.id where u.tenant_id = $1 and r.role = 'admin' and u.status = 'active' order by u.id limit 1`,
          [tenantId],
        ),
    );
    if (!admin) throw new UsageError(`The organisation "${tenant}" has no administrator in whose name to import.`);
    const done = await importFile(app, {
      tenantId,
      requestedBy: admin.id,
      file,
      mapping: mappingOf(mapping, until),
      dryRun: values['dry-run'] === true,
    }).catch(inWords);
    const findings = await units.run({ tenantId, readOnly: true }, () => app.get(ImportsService).findings(done.id, { limit: shownFindings }));
    if (done.state !== 'done') throw new UsageError(`Nothing was imported: ${done.failure}`);
    const lines = findings.items.map((finding) => `  line ${finding.line}: ${finding.severity} ${finding.code}: ${finding.message}`);
    return [
      summary(done),
      ...lines,
      ...(findings.nextCursor ? ['  ... all of them: page "Import" or GET /api/imports/' + done.id + '/findings?format=csv'] : []),
    ].join('\n');
  });
});

function mappingOf(text: string, until: string | undefined): unknown {
  const preset = presets.find((known) => known.key === text);
  if (!preset && !text.startsWith('{')) throw new UsageError(`There is no mapping "${text}".\n${usage}`);
  try {
    const mapping: object = preset?.mapping ?? (JSON.parse(text) as object);
    return until === undefined ? mapping : { ...mapping, until };
  } catch {
    throw new UsageError('--mapping is neither a preset nor JSON.');
  }
}

function summary(done: Import): string {
  const counts = done.counts;
  if (!counts) return 'Done.';
  const parts = (['created', 'updated', 'unchanged', 'errors', 'held', 'incomplete', 'repaired'] as const).map((key) => `${counts[key]} ${key}`);
  return `${done.dryRun ? 'Checked only' : 'Imported'}: ${counts.rows} rows: ${parts.join(', ')}`;
}

function inWords(error: unknown): never {
  if (error instanceof DomainError)
    throw new UsageError([error.message, ...error.fields.map((field) => `  ${field.field}: ${field.message}`)].join('\n'));
  throw error;
}
