import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { readFileSync, writeFileSync } from 'node:fs';
import { jsonColumns } from '../privacy/erasure.repository.js';
import { classesOf, classification } from './classification.js';
import { privacyText } from './privacy-text.js';

const committed = new URL('../../../../docs/privacy.md', import.meta.url);

describe('the classification of columns', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
  });

  afterAll(() => database.drop());

  /** Columns of tables that hold an organisation's rows, as the database has them. */
  const existing = async () =>
    (
      await database.admin.query<{ name: string }>(
        `select c.relname || '.' || a.attname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
           and exists (select 1 from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped)`,
      )
    ).rows.map((row) => row.name);
  const classified = () => Object.keys(classification).flatMap((table) => classesOf(table).map(({ column }) => `${table}.${column}`));

  it('PLAT-11 names every column of every table of an organisation exactly once', async () => {
    expect(classified().toSorted()).toEqual((await existing()).toSorted());
  });

  it('PLAT-11 fails on a column that nobody classified', async () => {
    await database.admin.query('alter table users add column shoe_size integer');
    const missing = (await existing()).filter((name) => !classified().includes(name));
    await database.admin.query('alter table users drop column shoe_size');
    expect(missing).toEqual(['users.shoe_size']);
  });

  it('PLAT-11 names in its conditions only columns that exist', () => {
    for (const [table, { mentions = [], others = [] }] of Object.entries(classification)) {
      const own = classesOf(table).map(({ column }) => column);
      expect([table, [...mentions, ...others].filter((column) => !own.includes(column))]).toEqual([table, []]);
    }
  });

  it('PLAT-11 an erasure knows which of the texts that may name a person are JSON', async () => {
    const { rows } = await database.admin.query<{ name: string }>(
      `select c.relname || '.' || a.attname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.atttypid = 'jsonb'::regtype
       where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace`,
    );
    const mentioned = Object.entries(classification).flatMap(([table, { mentions = [] }]) => mentions.map((column) => `${table}.${column}`));
    expect([...jsonColumns].toSorted()).toEqual(mentioned.filter((name) => rows.some((row) => row.name === name)).toSorted());
  });

  it('PLAT-11 the record of processing is what the classification says (write it anew with PRIVACY=write)', () => {
    if (process.env['PRIVACY'] === 'write') writeFileSync(committed, privacyText());
    expect(readFileSync(committed, 'utf8')).toBe(privacyText());
  });
});
