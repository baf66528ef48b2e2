import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { emptyTestDatabase, testDatabase, type TestDatabase } from './database.js';
import { countStatements } from './statement-counter.js';

describe('the database of a spec file', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db.drop());

  it('DX-01 is migrated and empty', async () => {
    const { rows } = await db.admin.query<{ n: string }>('select count(*) as n from tenants');
    expect(rows).toEqual([{ n: '0' }]);
  });

  it('DX-01 is nobody else’s: what one file writes another does not see', async () => {
    const other = await testDatabase();
    try {
      await db.admin.query(`create table only_here (id int)`);
      const { rows } = await other.admin.query(`select to_regclass('only_here') as found`);
      expect(rows).toEqual([{ found: null }]);
    } finally {
      await other.drop();
    }
  });

  it.each([
    ['appUrl', 'waymark_app'],
    ['workerUrl', 'waymark_worker'],
  ] as const)('PLAT-01 connects %s as %s, which cannot bypass row-level security', async (url, role) => {
    const client = new pg.Client({ connectionString: db[url] });
    await client.connect();
    const { rows } = await client.query('select current_user as who, rolbypassrls or rolsuper as free from pg_roles where rolname = current_user');
    await client.end();
    expect(rows).toEqual([{ who: role, free: false }]);
  });

  it('DX-01 can be had without a schema, for specs of the migrations', async () => {
    const empty = await emptyTestDatabase();
    const { rows } = await empty.admin.query(`select count(*)::int as n from pg_tables where schemaname = 'public'`);
    await empty.drop();
    expect(rows).toEqual([{ n: 0 }]);
  });
});

describe('counting statements', () => {
  it('PERF-01 counts what was sent through any pool, transaction control left out', async () => {
    const db = await testDatabase();
    try {
      const { count, statements, result } = await countStatements(async () => {
        await db.admin.query('begin');
        await db.admin.query('select 1');
        await db.admin.query({ text: 'select $1::int', values: [2] });
        await db.admin.query('commit');
        return 'done';
      });
      expect({ count, statements, result }).toEqual({ count: 2, statements: ['select 1', 'select $1::int'], result: 'done' });
    } finally {
      await db.drop();
    }
  });
});
