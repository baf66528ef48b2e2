import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { Client } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from './concurrent-index.js';
import { migrate } from './migrate.js';
import { migrations } from './migrations/index.js';

/** A migration that needs a lock which a long transaction holds. */
class AddNote1800000000001 implements MigrationInterface {
  name = 'AddNote1800000000001';
  async up(q: QueryRunner): Promise<void> {
    await q.query('alter table companies add column note text');
  }
  async down(q: QueryRunner): Promise<void> {
    await q.query('alter table companies drop column note');
  }
}

class IndexNames1800000000002 implements MigrationInterface {
  name = 'IndexNames1800000000002';
  transaction = false;
  async up(q: QueryRunner): Promise<void> {
    await createIndexConcurrently(q, 'ix_companies_note', 'on companies (tenant_id, note)');
  }
  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index concurrently ix_companies_note');
  }
}

const patience = { lockMs: 150, tries: 200, pauseMs: 100 };

describe('migrating while the product works', () => {
  let database: TestDatabase;
  let other: Client;

  beforeAll(async () => {
    database = await testDatabase();
    other = new Client({ connectionString: database.adminUrl });
    await other.connect();
  });

  afterAll(async () => {
    await other.end();
    await database.drop();
  });

  it('REL-05 (online-safe) case 76 a migration that cannot have its lock gives it up again and again: reading goes on meanwhile, and it ends when the lock is free', async () => {
    await other.query('begin; select 1 from companies');
    let done = false;
    const migrating = migrate(database.adminUrl, [...migrations, AddNote1800000000001], patience).finally(() => (done = true));
    // Behind a patient ALTER the first reading that finds it waiting would wait with it, for ever: the lock is free only after all of them.
    for (let stopped = 0; stopped < 3;) {
      const asked = Date.now();
      await database.admin.query('select count(*) from companies');
      if (Date.now() - asked > patience.lockMs / 5) stopped += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(done).toBe(false);
    await other.query('commit');
    expect(await migrating).toEqual(['AddNote1800000000001']);
  });

  it('REL-05 (online-safe) a migration and somebody at work who wait for each other: the migration begins anew, the work goes on', async () => {
    class AddNotes1800000000008 implements MigrationInterface {
      name = 'AddNotes1800000000008';
      async up(q: QueryRunner): Promise<void> {
        await q.query('alter table companies add column other_note text');
        await q.query('alter table products add column other_note text');
      }
      async down(): Promise<void> {}
    }
    await other.query('begin; select 1 from products');
    // PostgreSQL looks for a circle after a second of waiting: who waited first is taken out of it.
    const migrating = migrate(database.adminUrl, [...migrations, AddNote1800000000001, AddNotes1800000000008], { ...patience, lockMs: 60_000 });
    const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while (!(await database.admin.query(waits)).rowCount) await new Promise((resolve) => setTimeout(resolve, 5));
    await other.query('select 1 from companies');
    await other.query('commit');
    expect(await migrating).toEqual(['AddNotes1800000000008']);
    const notes = await database.admin.query(`select table_name as t from information_schema.columns where column_name = 'other_note' order by 1`);
    expect(notes.rows).toEqual([{ t: 'companies' }, { t: 'products' }]);
  });

  it('REL-05 (online-safe) a lock that never comes free ends in an error, and nothing of the migration stays', async () => {
    class AddMark1800000000009 extends AddNote1800000000001 {
      override name = 'AddMark1800000000009';
      override async up(q: QueryRunner): Promise<void> {
        await q.query('create table marks (id integer)');
        await q.query('alter table companies add column mark text');
      }
    }
    await other.query('begin; select 1 from companies');
    await expect(migrate(database.adminUrl, [...migrations, AddNote1800000000001, AddMark1800000000009], { ...patience, tries: 2 })).rejects.toThrow(
      /lock timeout/,
    );
    await other.query('commit');
    expect((await database.admin.query(`select to_regclass('marks') as t`)).rows).toEqual([{ t: null }]);
  });

  it('REL-05 (online-safe) case 77 an index is built beside the work, by two installers at once too; one that was left half built is named, and built anew', async () => {
    const all = [...migrations, AddNote1800000000001, IndexNames1800000000002];
    const ran = await Promise.all([migrate(database.adminUrl, all, patience), migrate(database.adminUrl, all, patience)]);
    expect(ran.flat()).toEqual(['IndexNames1800000000002']);
    const valid = async () =>
      (await database.admin.query<{ v: boolean }>(`select indisvalid as v from pg_index where indexrelid = 'ix_companies_note'::regclass`)).rows[0]
        ?.v;
    await database.admin.query(`update pg_index set indisvalid = false where indexrelid = 'ix_companies_note'::regclass`); // as a crash leaves it
    await expect(migrate(database.adminUrl, all, patience)).rejects.toThrow(/half built.*ix_companies_note/);
    await database.admin.query(`delete from migrations where name = 'IndexNames1800000000002'`); // it had not ended then
    expect(await migrate(database.adminUrl, all, patience)).toEqual(['IndexNames1800000000002']);
    expect(await valid()).toBe(true);
  });
});
