import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { classification, classesOf } from '../database/classification.js';
import { UsageError } from '../tool-context.js';

/** Version of the files' form; an import takes only its own. */
export const exportFormat = 1;

/** One table's file in an export. */
export interface ExportedTable {
  table: string;
  columns: string[];
  rows: number;
  bytes: number;
  /** Of the file. */
  sha256: string;
}

/** manifest.json of an export: what there is and how to know that it is whole. */
export interface Manifest {
  format: number;
  /** Names of the migrations that the database had; an import asks for the same. */
  schema: string[];
  exportedAt: string;
  withPasswords: boolean;
  /** The organisation's own row without its id. */
  tenant: Record<string, unknown> & { slug: string };
  tables: ExportedTable[];
}

export interface ExportOptions {
  ownerUrl: string;
  slug: string;
  /** Folder that does not exist yet. */
  to: string;
  withPasswords: boolean;
}

/** Values of columns that an export leaves empty: hashes of passwords when they shall stay. */
const emptied = (table: string, column: string, withPasswords: boolean) => table === 'users' && column === 'password_hash' && !withPasswords;

/** Columns that an import gets anew from the database it goes to. */
const givenAnew: Record<string, readonly string[]> = { metric_dirty: ['id'] };

/** Tables whose rows move, and their columns without the tenant's id. */
export function movingTables(): { table: string; columns: string[] }[] {
  return Object.entries(classification)
    .filter(([, { moves }]) => moves)
    .map(([table]) => ({
      table,
      columns: classesOf(table)
        .map(({ column }) => column)
        .filter((column) => column !== 'tenant_id' && !givenAnew[table]?.includes(column)),
    }))
    .toSorted((a, b) => (a.table < b.table ? -1 : 1));
}

/** Names of the migrations that a database has run, in their order. */
export async function schemaOf(client: pg.Client): Promise<string[]> {
  return (await client.query<{ name: string }>('select name from migrations order by timestamp')).rows.map((row) => row.name);
}

/**
 * Writes a whole organisation into a folder: one file per table as PostgreSQL's COPY writes it, and the manifest, all of one snapshot. The folder
 * appears when everything is in it. Throws UsageError where there is no such organisation or the folder exists (PLAT-11).
 */
export async function exportTenant(options: ExportOptions): Promise<Manifest> {
  const unfinished = `${options.to}.unfinished`;
  await mkdir(unfinished, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(error.code === 'EEXIST' ? `${unfinished} exists: another export runs or was cut off.` : `${unfinished}: ${error.message}`);
  });
  const client = new pg.Client({ connectionString: options.ownerUrl });
  try {
    await client.connect();
    await client.query('begin isolation level repeatable read read only');
    const manifest = await writeFiles(client, unfinished, options);
    await client.query('commit');
    await rename(unfinished, options.to);
    return manifest;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY' || (error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new UsageError(`${options.to} exists already.`);
    throw error;
  } finally {
    await client.end();
  }
}

async function writeFiles(client: pg.Client, folder: string, options: ExportOptions): Promise<Manifest> {
  const found = await client.query<{ id: string; row: Manifest['tenant'] }>(`select id, to_jsonb(t) - 'id' as row from tenants t where slug = $1`, [
    options.slug,
  ]);
  const [tenant] = found.rows;
  if (!tenant) throw new UsageError(`There is no organisation "${options.slug}".`);
  const at = await client.query<{ at: Date }>('select transaction_timestamp() as at');
  const tables: ExportedTable[] = [];
  for (const { table, columns } of movingTables()) {
    const listed = columns.map((column) => (emptied(table, column, options.withPasswords) ? `null as ${column}` : `"${column}"`));
    // Ids of this product grow with time and every value is quoted by the database itself; the id comes from the row above, never from outside.
    const reading = client.query(copyTo(`copy (select ${listed.join(', ')} from ${table} where tenant_id = '${tenant.id}' order by 1, 2) to stdout`));
    const { sha256, bytes, pass } = measuring();
    await pipeline(reading, pass, createWriteStream(join(folder, `${table}.copy`), { mode: 0o600, flags: 'wx' }));
    tables.push({ table, columns, rows: reading.rowCount, bytes: bytes(), sha256: sha256.digest('hex') });
  }
  const manifest: Manifest = {
    format: exportFormat,
    schema: await schemaOf(client),
    exportedAt: (at.rows[0]?.at as Date).toISOString(),
    withPasswords: options.withPasswords,
    tenant: tenant.row,
    tables,
  };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return manifest;
}

/** A stream to pass through that counts and hashes. */
export function measuring(): { sha256: Hash; bytes: () => number; pass: Transform } {
  const sha256 = createHash('sha256');
  let bytes = 0;
  const pass = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sha256.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { sha256, bytes: () => bytes, pass };
}
