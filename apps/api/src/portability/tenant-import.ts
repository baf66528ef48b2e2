import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { UsageError } from '../tool-context.js';
import { exportFormat, type ExportedTable, type Manifest, measuring, movingTables, schemaOf } from './tenant-export.js';

export interface ImportOptions {
  ownerUrl: string;
  from: string;
  /** Name in addresses of the organisation here; without it the one it had. */
  slug?: string;
}

const newline = 10;

/**
 * Makes an organisation from an export, under a new id; every other id stays. All or nothing: files that are not what the manifest says, another
 * schema, a slug that is taken or rows that do not fit together leave nothing behind. Throws UsageError with the reason (PLAT-11).
 */
export async function importTenant(options: ImportOptions): Promise<{ tenantId: string; slug: string; rows: number }> {
  const manifest = await readManifest(options.from);
  const slug = options.slug ?? manifest.tenant.slug;
  if (!/^[a-z][a-z0-9-]{1,40}$/.test(slug)) throw new UsageError('--slug must be 2 to 41 small letters, digits and hyphens, a letter first');
  const client = new pg.Client({ connectionString: options.ownerUrl });
  await client.connect();
  try {
    await client.query('begin');
    checkShape(manifest, await schemaOf(client));
    // Triggers would mark, seal and stamp what is finished already, and rows point at each other in circles. What keys say is checked below.
    await client.query('set local session_replication_role = replica');
    const tenantId = await makeTenant(client, manifest, slug);
    let rows = 0;
    for (const table of manifest.tables) rows += await load(client, options.from, tenantId, table);
    await checkKeys(client, tenantId);
    await checkChain(client, tenantId);
    await client.query(`select pg_notify('waymark_dirty', $1)`, [tenantId]);
    await client.query('commit');
    return { tenantId, slug, rows };
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw inWords(error);
  } finally {
    await client.end();
  }
}

async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) throw new UsageError(`There is no ${file}: that is no export.`);
  try {
    const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
    if (typeof manifest.tenant?.slug === 'string' && Array.isArray(manifest.tables) && Array.isArray(manifest.schema)) return manifest;
  } catch {
    // said below
  }
  throw new UsageError(`${file} is no manifest of an export.`);
}

function checkShape(manifest: Manifest, schema: string[]): void {
  if (manifest.format !== exportFormat) throw new UsageError(`The export has form ${manifest.format}; this Waymark reads form ${exportFormat}.`);
  if (manifest.schema.join() !== schema.join())
    throw new UsageError(
      `The export was written by another version of the schema (${manifest.schema.at(-1)}, ${manifest.schema.length} migrations) than this database has (${schema.at(-1)}, ${schema.length}).`,
    );
  const shape = (tables: { table: string; columns: string[] }[]) => tables.map(({ table, columns }) => `${table}(${columns.join()})`).join();
  if (shape(manifest.tables) !== shape(movingTables())) throw new UsageError('The manifest names other tables or columns than this Waymark moves.');
}

async function makeTenant(client: pg.Client, manifest: Manifest, slug: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into tenants select (jsonb_populate_record(null::tenants, $1::jsonb || jsonb_build_object('id', uuidv7(), 'slug', $2::text))).* returning id`,
    [JSON.stringify(manifest.tenant), slug],
  );
  const id = rows[0]?.id as string;
  await client.query(`select set_config('app.tenant_id', $1, true)`, [id]);
  return id;
}

async function load(client: pg.Client, folder: string, tenantId: string, expected: ExportedTable): Promise<number> {
  const { sha256, bytes, pass } = measuring();
  const columns = expected.columns.map((column) => `"${column}"`).join(', ');
  const target = client.query(copyFrom(`copy ${expected.table} (tenant_id, ${columns}) from stdin`));
  await pipeline(createReadStream(join(folder, `${expected.table}.copy`)), pass, underTenant(tenantId), target);
  if (sha256.digest('hex') !== expected.sha256 || bytes() !== expected.bytes || target.rowCount !== expected.rows)
    throw new UsageError(`${expected.table}.copy is not what the manifest says.`);
  return target.rowCount;
}

/** Puts the new tenant's id before each line; COPY writes line breaks inside of values as two characters, so a line is a row. */
function underTenant(tenantId: string): Transform {
  const prefix = Buffer.from(`${tenantId}\t`);
  let atStart = true;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const parts: Buffer[] = [];
      let from = 0;
      while (from < chunk.length) {
        if (atStart) parts.push(prefix);
        const end = chunk.indexOf(newline, from);
        atStart = end !== -1;
        const next = end === -1 ? chunk.length : end + 1;
        parts.push(chunk.subarray(from, next));
        from = next;
      }
      done(null, Buffer.concat(parts));
    },
  });
}

/** Every foreign key over the new rows: with the triggers off nobody else asks. */
async function checkKeys(client: pg.Client, tenantId: string): Promise<void> {
  const keys = await client.query<{ name: string; child: string; parent: string; pairs: string; present: string }>(
    `select k.conname as name, k.conrelid::regclass::text as child, k.confrelid::regclass::text as parent,
       string_agg(format('p.%I = c.%I', b.attname, a.attname), ' and ' order by u.place) as pairs,
       string_agg(format('c.%I is not null', a.attname), ' and ' order by u.place) as present
     from pg_constraint k cross join lateral unnest(k.conkey, k.confkey) with ordinality as u (mine, theirs, place)
       join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.mine join pg_attribute b on b.attrelid = k.confrelid and b.attnum = u.theirs
     where k.contype = 'f' and k.connamespace = 'public'::regnamespace and k.conrelid::regclass::text = any($1) group by k.oid`,
    [movingTables().map(({ table }) => table)],
  );
  for (const { name, child, parent, pairs, present } of keys.rows) {
    const orphans = await client.query(
      `select 1 from ${child} c where c.tenant_id = $1 and ${present} and not exists (select 1 from ${parent} p where ${pairs}) limit 1`,
      [tenantId],
    );
    if (orphans.rowCount) throw new UsageError(`Rows of ${child} point at rows of ${parent} that are not in the export (${name}).`);
  }
}

/** The seal of the audit trail holds no tenant's id, so it has to fit here as it did there. */
async function checkChain(client: pg.Client, tenantId: string): Promise<void> {
  const faults = await client.query<{ fault: string }>('select fault from app.audit_faults($1) limit 1', [tenantId]);
  if (faults.rows[0]) throw new UsageError(`The audit trail of the export is not whole: ${faults.rows[0].fault}.`);
}

/** What the database or the disk said, as something the person at the terminal can act on. */
function inWords(error: unknown): unknown {
  const { constraint, code, message } = error as { constraint?: string; code?: string; message: string };
  if (constraint === 'uq_tenants_slug') return new UsageError('There is an organisation with this slug already; choose another one with --slug.');
  if (code === 'ENOENT') return new UsageError(`A file of the export is missing: ${message}`);
  const ofData = typeof code === 'string' && /^(22|23)/.test(code);
  return ofData ? new UsageError(`The export holds rows that do not fit: ${message}`) : error;
}
