import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createTenant } from '../testing/start-api.js';
import { checkDatabase } from './check.js';

describe('the check of a whole database', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
    const { tenantId } = await createTenant(database, { slug: 'checked', people: [{ name: 'Ada', roles: ['admin'] }] });
    for (const n of [1, 2, 3])
      await database.admin.query(`insert into audit_events (tenant_id, request_id, action, object_type) values ($1, $2, 'goal.changed', 'goal')`, [
        tenantId,
        `r${n}`,
      ]);
  });

  afterAll(() => database.drop());

  it('DX-05 (restore) finds nothing wrong with a database that is whole', async () => {
    expect(await checkDatabase(database.adminUrl)).toEqual({ organisations: 1, auditLines: 3, faults: [] });
  });

  it('DX-05 (restore) says nothing of audit chains to a login that does not see them', async () => {
    expect(await checkDatabase(database.appUrl)).toMatchObject({ auditLines: null, faults: [] });
  });

  it.each([
    ['a migration that did not come along', `delete from migrations where name like 'Suspension%'`, 'a migration is missing: Suspension'],
    ['a migration of another version', `insert into migrations (timestamp, name) values (1, 'Strange1')`, 'a migration of another version: Strange1'],
    ['isolation that was lost', 'alter table goals no force row level security', 'no forced row-level security: goals'],
    [
      'a changed line of an audit trail',
      `set session_replication_role = replica; update audit_events set action = 'goal.read' where request_id = 'r2'; set session_replication_role = origin`,
      'an audit chain is not whole: checked, line 2: its event is not what was sealed',
    ],
  ])('DX-05 (restore) names %s', async (_what, harm, fault) => {
    await database.admin.query(harm);
    const { faults } = await checkDatabase(database.adminUrl);
    expect(faults.some((found) => found.startsWith(fault))).toBe(true);
  });
});
