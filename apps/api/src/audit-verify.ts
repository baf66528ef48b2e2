import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Database } from './platform/database/database.js';
import { Db } from './platform/database/db.js';
import { UnitOfWork } from './platform/database/unit-of-work.js';
import { readArguments, runTool, UsageError, withTool } from './tool-context.js';

const usage = 'npm run audit:verify [-- --tenant acme] [--anchors <file of AUDIT_ANCHOR_FILE>]';
const text = { type: 'string' } as const;

interface Anchor {
  tenant: string;
  seq: string;
  hash: string;
}

/** `npm run audit:verify`: recomputes every chain and holds it against the ends that were noted outside of the database (PLAT-07). */
await runTool(async () => {
  const { values } = readArguments(process.argv.slice(2), { tenant: text, anchors: text }, usage);
  const anchors = values['anchors'] ? readAnchors(String(values['anchors'])) : [];
  return withTool(process.env, async (app) => {
    const { rows } = await app.get(Database).pool.query<{ id: string; slug: string }>('select id, slug from app.list_tenants() order by slug');
    const wanted = rows.filter((row) => values['tenant'] === undefined || row.slug === values['tenant']);
    if (wanted.length === 0) throw new UsageError(`There is no organisation "${String(values['tenant'])}".`);
    const lines: string[] = [];
    let broken = 0;
    for (const { id, slug } of wanted) {
      const own = anchors.filter((anchor) => anchor.tenant === id);
      const found = await app.get(UnitOfWork).run({ tenantId: id, readOnly: true, whenSuspended: true }, () => check(app.get(Db), id, own));
      broken += found.faults.length;
      lines.push(
        `${slug}: ${found.events} lines${own.length > 0 ? `, ${own.length} anchors` : ''}, ${found.faults.length === 0 ? 'whole' : 'NOT whole'}`,
      );
      lines.push(...found.faults.map((fault) => `  ${fault}`));
    }
    if (broken > 0) throw new UsageError(lines.join('\n'));
    return lines.join('\n');
  });
});

async function check(db: Db, tenantId: string, anchors: readonly Anchor[]): Promise<{ events: string; faults: string[] }> {
  const { events } = await db.one<{ events: string }>('select count(*) as events from audit_chain where tenant_id = $1', [tenantId]);
  const faults = await db.many<{ seq: string | null; fault: string }>('select seq, fault from app.audit_faults($1) limit 100', [tenantId]);
  const lost = await db.many<{ seq: string }>(
    `select a.seq from jsonb_to_recordset($2::jsonb) as a (seq text, hash text)
     where not exists (select 1 from audit_chain c where c.tenant_id = $1 and c.seq = a.seq::bigint and c.hash = a.hash)`,
    [tenantId, JSON.stringify(anchors)],
  );
  return {
    events,
    faults: [
      ...faults.map(({ seq, fault }) => (seq === null ? fault : `line ${seq}: ${fault}`)),
      ...lost.map(({ seq }) => `line ${seq}: it is not the one that was noted outside of the database`),
    ],
  };
}

/** Lines of JSON as the worker appends them; other lines of a log are skipped. */
function readAnchors(file: string): Anchor[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const found = /"audit_anchor":(\{.*?\})/.exec(line)?.[1];
    return found ? [JSON.parse(found) as Anchor] : [];
  });
}
