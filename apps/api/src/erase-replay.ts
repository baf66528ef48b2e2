import 'reflect-metadata';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Database } from './platform/database/database.js';
import { UnitOfWork } from './platform/database/unit-of-work.js';
import { ErasureRepository } from './privacy/erasure.repository.js';
import { Erasure } from './privacy/erasure.service.js';
import { readArguments, runTool, UsageError, withTool } from './tool-context.js';

const usage = 'npm run erase:replay -- --save file   before a restore, or   npm run erase:replay -- --from file-or-log   after it';
const text = { type: 'string' } as const;

/** `npm run erase:replay`: who was erased, kept outside of the database, and erased again in a backup that was restored (PLAT-11). */
await runTool(async () => {
  const { values, files } = readArguments(process.argv.slice(2), { save: text, from: text }, usage);
  if ((values['save'] === undefined) === (values['from'] === undefined) || files.length > 0) throw new UsageError(usage);
  const file = resolve(process.env['INIT_CWD'] ?? process.cwd(), String(values['save'] ?? values['from']));
  return withTool(process.env, async (app) => {
    const { rows } = await app.get(Database).pool.query<{ id: string }>('select id from app.list_tenants()');
    const units = app.get(UnitOfWork);
    if (values['save'] !== undefined) {
      const lines: string[] = [];
      for (const { id } of rows)
        for (const { user_id } of await units.run({ tenantId: id, readOnly: true }, () => app.get(ErasureRepository).list()))
          lines.push(JSON.stringify({ erasure: { tenant: id, user: user_id } }));
      writeFileSync(file, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
      return `${lines.length} erasures are in ${file}.`;
    }
    if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
    const noted = readErasures(readFileSync(file, 'utf8'));
    let erased = 0;
    for (const { id } of rows) {
      const own = noted.filter(({ tenant }) => tenant === id).map(({ user }) => user);
      if (own.length > 0) erased += await units.run({ tenantId: id }, () => app.get(Erasure).replay(own));
    }
    return `${noted.length} erasures were noted, ${erased} people had come back and are erased again.`;
  });
});

/** Lines of JSON, alone or inside of lines of a log; other lines are skipped. */
function readErasures(lines: string): { tenant: string; user: string }[] {
  return lines.split('\n').flatMap((line) => {
    const found = /"erasure":(\{"tenant":"[0-9a-f-]{36}","user":"[0-9a-f-]{36}"\})/.exec(line)?.[1];
    return found ? [JSON.parse(found) as { tenant: string; user: string }] : [];
  });
}
