import { describe, expect, it } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrations } from './migrations/index.js';
import { unsafeStatements } from './online-safety.js';

/** The first migration that meets a database in use. */
const firstOnline = 1700000000011;

/** Unsafe by the rules, and why it is not here. */
const exceptions: { migration: string; statement: RegExp; reason: string }[] = [
  {
    migration: 'SessionTokens1700000000011',
    statement: /^alter table sessions add column kind/,
    reason: 'sessions of the last days only: some thousand rows are read, and a key of an empty column is built, within milliseconds',
  },
  { migration: 'Settings1700000000014', statement: /^alter table tenants add column/, reason: 'one row per organisation' },
  {
    migration: 'PeopleAndTeams1700000000015',
    statement: /^alter table team_memberships add column is_primary|^create index ix_teams_parent/,
    reason: 'teams and memberships are thousands of rows at most, and no row is in the partial exclusion yet: built within milliseconds',
  },
];

/** The statements that a migration sends. */
async function statementsOf(migration: MigrationInterface): Promise<string[]> {
  const sent: string[] = [];
  await migration.up({ query: (sql: string) => (sent.push(sql), Promise.resolve([])) } as unknown as QueryRunner);
  return sent;
}

describe('migrations beside a working product', () => {
  it('REL-05 (online-safe) no migration stops writing, writes a table anew or takes away what the replica before it reads', async () => {
    const found: string[] = [];
    let looked = 0;
    for (const Migration of migrations) {
      const migration: MigrationInterface = new Migration();
      const name = migration.name ?? Migration.name;
      if (Number(name.slice(-13)) < firstOnline) continue;
      looked += 1;
      for (const { rule, statement } of unsafeStatements(await statementsOf(migration), migration.transaction !== false))
        if (!exceptions.some((one) => one.migration === name && one.statement.test(statement)))
          found.push(`${name}: ${rule}: ${statement.slice(0, 120)}`);
    }
    expect(found).toEqual([]);
    expect(looked).toBeGreaterThanOrEqual(5);
  });

  it.each([
    ['alter table goals add column weight integer not null', 'a new column that must have a value'],
    ['alter table goals add column mark uuid not null default gen_random_uuid()', 'a volatile default'],
    ['alter table goals add column both integer generated always as (a + b) stored', 'a stored generated'],
    ['alter table goals alter column target type numeric', 'another type'],
    ['ALTER TABLE goals\n  ALTER COLUMN target SET NOT NULL', 'not null reads'],
    ['alter table goals add constraint ck_goals_x check (x > 0)', 'a foreign key or check'],
    ['alter table goals add column share integer default 1 constraint ck_goals_share check (share > 0)', 'a foreign key or check'],
    ['alter table goals add constraint uq_goals_x unique (tenant_id, x)', 'a key builds'],
    ['alter table goals drop column name', 'the replica before it'],
    ['alter table goals rename column name to title', 'the replica before it'],
    ['drop table goals', 'the replica before it'],
    ['create index ix_goals_x on goals (x)', 'an index without'],
    ['update goals set name = name', 'rows of a standing table'],
    ['lock table goals', 'a command that locks'],
    ['create index concurrently ix_goals_x on goals (x)', 'what is built concurrently'],
  ])('REL-05 (online-safe) %s is refused', (sql, rule) => {
    expect(unsafeStatements([sql], true).map((one) => one.rule.startsWith(rule))).toEqual([true]);
  });

  it('REL-05 (online-safe) additive forms, functions and everything about a new table are let through', () => {
    const fine = [
      'create table marks (id uuid not null default gen_random_uuid())',
      'create index ix_marks on marks (id); alter table marks alter column id set not null',
      'alter table goals add column weight integer not null default 1',
      'alter table goals add column note text, add constraint ck_goals_note check (length(note) < 9) not valid',
      'create function app.f() returns void language sql as $$ update goals set name = name; drop table goals $$',
      `comment on table goals is 'drop table goals; it''s a word'`,
    ];
    expect(unsafeStatements(fine, true)).toEqual([]);
    expect(unsafeStatements(['create index concurrently ix_goals_x on goals (x)'], false)).toEqual([]);
  });
});
