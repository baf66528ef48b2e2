import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { rotate, shown, verdict } from './measure.mjs';

const rows = 200_000;
const singles = 2000;

/**
 * P19: the public import of a CSV with names to resolve and every row checked, against a bare COPY of rows that are resolved already into the
 * same indexed table, and against single-row INSERTs. The table is emptied between rounds, outside of the time.
 */
export async function importing({ database, app, modules }) {
  console.log(`\nImport of ${rows} activities`);
  const { tenantId, adminId } = await modules.createOrganisation(database.adminUrl, {
    slug: 'bulk',
    name: 'Bulk',
    zone: 'UTC',
    admin: { name: 'Ada', email: 'ada@bulk.example', password: 'long enough word' },
  });
  await database.admin.query(`insert into users (tenant_id, name) select $1, 'person ' || n from generate_series(1, 200) n`, [tenantId]);
  const people = (await database.admin.query(`select id, name from users where tenant_id = $1 and name like 'person %' order by id`, [tenantId]))
    .rows;
  const folder = mkdtempSync(join(tmpdir(), 'waymark-bench-'));
  const file = join(folder, 'activities.csv');
  await write(file, people);
  console.log(`  file: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
  const preset = modules.presets.find((known) => known.key === 'activities');
  const empty = async () => {
    await database.admin.query('alter table activities disable trigger user');
    await database.admin.query('delete from activities where tenant_id = $1', [tenantId]);
    await database.admin.query('alter table activities enable trigger user');
    await database.admin.query('delete from metric_dirty where tenant_id = $1', [tenantId]);
    await database.admin.query('vacuum activities');
  };
  const timed = async (work) => {
    await empty();
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const times = await rotate(
    {
      'bare COPY, resolved rows': () => timed(() => copy(database.admin, tenantId, people)),
      'public import': () =>
        timed(async () => {
          const done = await modules.importFile(app, { tenantId, requestedBy: adminId, file, mapping: preset.mapping, dryRun: false });
          if (done.counts?.created !== rows) throw new Error(`the import made ${done.counts?.created} rows: ${done.failure ?? done.state}`);
        }),
      [`${singles} single-row INSERTs`]: () => timed(() => insertSingly(database.admin, tenantId, people)),
    },
    3,
  );
  for (const [name, values] of Object.entries(times)) console.log(`  ${name}: ${shown(values)}`);
  const [limit, own, single] = Object.values(times).map((values) => values.med);
  verdict('P19 import against a bare COPY', '<= 1.5', own / limit, own / limit <= 1.5);
  const faster = single / singles / (own / rows);
  verdict('P19 import against single-row INSERTs, per row', '>= 6', faster, faster >= 6);
  rmSync(folder, { recursive: true, force: true });
}

const at = (n) => new Date(Date.UTC(2026, 0, 1) + (n % 300) * 86_400_000 + (n % 1000) * 60_000).toISOString();

async function write(file, people) {
  const out = createWriteStream(file);
  out.write('external_id,type,owner,company,item,scheduled_at,completed_at,outcome,duration_seconds\n');
  for (let n = 0; n < rows; n += 1)
    if (!out.write(`a${n},call,${people[n % people.length].name},,,,${at(n)},completed,${n % 900}\n`))
      await new Promise((resolve) => out.once('drain', resolve));
  out.end();
  await finished(out);
}

async function copy(pool, tenantId, people) {
  const client = await pool.connect();
  const target = client.query(
    copyFrom('copy activities (tenant_id, external_id, type, owner_id, completed_at, outcome, duration_seconds, known_at) from stdin'),
  );
  await pipeline(
    Readable.from(
      (function* lines() {
        let text = '';
        for (let n = 0; n < rows; n += 1) {
          text += `${tenantId}\ta${n}\tcall\t${people[n % people.length].id}\t${at(n)}\tcompleted\t${n % 900}\t2026-12-01T00:00:00Z\n`;
          if (text.length > 65_536) {
            yield text;
            text = '';
          }
        }
        yield text;
      })(),
    ),
    target,
  );
  client.release();
}

async function insertSingly(pool, tenantId, people) {
  const client = await pool.connect();
  for (let n = 0; n < singles; n += 1)
    await client.query(
      'insert into activities (tenant_id, external_id, type, owner_id, completed_at, outcome, duration_seconds, known_at) values ($1, $2, $3, $4, $5, $6, $7, now())',
      [tenantId, `a${n}`, 'call', people[n % people.length].id, at(n), 'completed', n % 900],
    );
  client.release();
}
