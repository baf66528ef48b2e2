import type { QueryRunner } from 'typeorm';

/**
 * Builds an index beside the work on its table; the migration must say `transaction = false`. What an earlier try left half built is dropped first, so that
 * the migration can be run again. `definition` is what follows the name: `on items (tenant_id, name)`.
 */
export async function createIndexConcurrently(q: QueryRunner, name: string, definition: string, unique = false): Promise<void> {
  const left = (await q.query('select 1 from pg_index where indexrelid = to_regclass($1) and not indisvalid', [name])) as unknown[];
  if (left.length > 0) await q.query(`drop index concurrently ${name}`);
  await q.query(`create ${unique ? 'unique ' : ''}index concurrently if not exists ${name} ${definition}`);
}
