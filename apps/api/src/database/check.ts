import pg from 'pg';
import { catalogueFaults } from './catalogue.js';
import { migrations } from './migrations/index.js';

/** What a look at a whole database found: how much there is, and every fault as a sentence. */
export interface DatabaseCheck {
  organisations: number;
  /** Lines of all audit trails; null when this login does not see them, so that nothing is said of the chains. */
  auditLines: number | null;
  faults: string[];
}

/** Policies want some tenant; a login that passes them is not asked. */
const nobody = '00000000-0000-0000-0000-000000000000';

/**
 * Looks whether a database may be trusted, after a restore above all: its migrations are those of this version, the catalogue keeps organisations apart, no index
 * is half built, no page was found damaged, and the audit chain of every organisation is whole (DX-05). Through the owner's connection; changes nothing.
 */
export async function checkDatabase(ownerUrl: string): Promise<DatabaseCheck> {
  const client = new pg.Client({ connectionString: ownerUrl, options: `-c default_transaction_read_only=on -c app.tenant_id=${nobody}` });
  await client.connect();
  try {
    const named = async (sentence: string, sql: string, params: unknown[] = []) =>
      (await client.query<{ name: string }>(sql, params)).rows.map((row) => `${sentence}: ${row.name}`);
    const shipped = migrations.map((migration) => migration.name);
    const faults = [
      ...(await named('a migration is missing', 'select name from unnest($1::text[]) as name where name not in (select name from migrations)', [
        shipped,
      ])),
      ...(await named('a migration of another version', 'select name from migrations where name <> all ($1)', [shipped])),
      ...(await catalogueFaults(client)),
      ...(await named('an index is half built', 'select indexrelid::regclass::text as name from pg_index where not indisvalid')),
      ...(await named(
        'damaged pages',
        `select checksum_failures::text as name from pg_stat_database where datname = current_database() and checksum_failures > 0`,
      )),
      ...(await named(
        'an audit chain is not whole', // row-level security hides all rows from a login that may not pass it: then nothing is found here
        `select t.slug || coalesce(', line ' || f.seq, '') || ': ' || f.fault as name from tenants t cross join lateral app.audit_faults(t.id) f order by t.slug, f.seq limit 100`,
      )),
    ];
    const { rows } = await client.query<{ organisations: number; lines: number; sees: boolean }>(
      `select (select count(*) from tenants)::int as organisations, (select count(*) from audit_chain)::int as lines,
         (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as sees`,
    );
    const { organisations, lines, sees } = rows[0] as { organisations: number; lines: number; sees: boolean };
    return { organisations, auditLines: sees ? lines : null, faults };
  } finally {
    await client.end();
  }
}
