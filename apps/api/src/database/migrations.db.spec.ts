import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyTestDatabase, type TestDatabase } from '@waymark/testing';
import { readFileSync, writeFileSync } from 'node:fs';
import { schemaText } from '../testing/schema-text.js';
import { migrate, migrationDataSource } from './migrate.js';
import { migrations } from './migrations/index.js';

/** Everything that makes a schema, as text: columns, constraints, indexes, policies, triggers, functions, grants. */
const catalogue = `
  select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') as line
    from information_schema.columns where table_schema in ('public', 'app') and table_name <> 'migrations'
  union all select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> to_regclass('migrations')
  union all select 'index ' || indexdef from pg_indexes where schemaname = 'public' and tablename <> 'migrations'
  union all select 'policy ' || tablename || ' ' || policyname || ' ' || permissive || ' ' || coalesce(qual, '') from pg_policies
  union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  union all select 'function ' || p.proname || ' ' || pg_get_userbyid(p.proowner) || ' ' || md5(p.prosrc) from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'app'
  union all select 'grant ' || table_name || ' ' || grantee || ' ' || privilege_type from information_schema.role_table_grants
    where table_schema = 'public' and grantee like 'waymark%' and table_name <> 'migrations'
  union all select 'schema ' || nspname from pg_namespace where nspname = 'app'
  union all select 'extension ' || extname from pg_extension where extname <> 'plpgsql'
  order by 1`;

const committed = new URL('../../../../docs/schema.txt', import.meta.url);

describe('migrations', () => {
  let database: TestDatabase;
  const lines = async () => (await database.admin.query<{ line: string }>(catalogue)).rows.map((row) => row.line);

  beforeAll(async () => {
    database = await emptyTestDatabase();
  });

  afterAll(() => database.drop());

  it('REL-05 (up, equal, down, up) go up, down to nothing, and up to the same schema again; a second run does nothing', async () => {
    const before = await lines();
    expect(await migrate(database.adminUrl)).toHaveLength(migrations.length);
    const first = await lines();
    expect(first.length).toBeGreaterThan(300);
    expect(await migrate(database.adminUrl)).toEqual([]);
    const source = await migrationDataSource(database.adminUrl).initialize();
    try {
      for (const _ of migrations) await source.undoLastMigration({ transaction: 'each' });
    } finally {
      await source.destroy();
    }
    expect(await lines()).toEqual(before);
    await migrate(database.adminUrl);
    expect(await lines()).toEqual(first);
  });

  it('REL-05 (up, equal, down, up) make exactly the schema that is committed for its readers (write it anew with SCHEMA=write)', async () => {
    await migrate(database.adminUrl);
    const made = await schemaText(database.admin);
    if (process.env['SCHEMA'] === 'write') writeFileSync(committed, made);
    expect(made.split('\n\n').length).toBeGreaterThan(25);
    expect(made).toBe(readFileSync(committed, 'utf8'));
  });

  it('REL-05 (up, equal, down, up) two installers at once take turns', async () => {
    const ran = await Promise.all([migrate(database.adminUrl), migrate(database.adminUrl)]);
    expect(ran).toEqual([[], []]);
  });
});
