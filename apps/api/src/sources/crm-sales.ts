import type { INestApplicationContext } from '@nestjs/common';
import type { Import } from '@waymark/contracts';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ImportsService } from '../imports/imports.service.js';
import { presets } from '../imports/presets.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { currentContext, withContext } from '../platform/request-context.js';

/** The files of the real export in the order in which they point at each other, with their mappings. */
export const crmSalesFiles = [
  ['products.csv', 'crm-sales-products'],
  ['accounts.csv', 'crm-sales-accounts'],
  ['sales_teams.csv', 'crm-sales-teams'],
  ['sales_pipeline.csv', 'crm-sales-pipeline'],
] as const;

/** Imports the four files through the public import, one after the other, and answers what became of each. */
export async function loadCrmSales(
  app: INestApplicationContext,
  options: { tenantId: string; requestedBy: string; folder: string; until?: string },
): Promise<Import[]> {
  const done: Import[] = [];
  for (const [file, key] of crmSalesFiles) {
    const preset = presets.find((known) => known.key === key);
    if (!preset) throw new Error(`there is no mapping ${key}`);
    const mapping = options.until && preset.source === 'pipeline_items' ? { ...preset.mapping, until: options.until } : preset.mapping;
    done.push(await importFile(app, { ...options, file: join(options.folder, file), mapping, dryRun: false }));
  }
  return done;
}

/** Imports one file and waits for its end. `content` is read in place of a file on the disk. */
export async function importFile(
  app: INestApplicationContext,
  options: { tenantId: string; requestedBy: string; file: string; content?: string; mapping: unknown; dryRun: boolean },
): Promise<Import> {
  const units = app.get(UnitOfWork);
  const imports = app.get(ImportsService);
  const context = await units.run({ tenantId: options.tenantId, userId: options.requestedBy }, () => Promise.resolve(currentContext()));
  const fileName = options.file.split('/').at(-1) as string;
  const content = options.content === undefined ? createReadStream(options.file) : Readable.from([Buffer.from(options.content)]);
  const upload = { fileName, content, mapping: options.mapping, dryRun: options.dryRun };
  const id = await withContext(context, null, () => imports.receive(upload, options.requestedBy, ['admin']));
  for (;;) {
    await app.get(JobRunner).runAll();
    const state = await units.run({ tenantId: options.tenantId, readOnly: true }, () => imports.get(id));
    if (state.finishedAt !== null) return state;
    // A worker process of the same database took the slot, or a failed attempt waits for its next one.
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
