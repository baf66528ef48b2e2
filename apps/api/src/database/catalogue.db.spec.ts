import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import pg from 'pg';
import { catalogueFaults } from './catalogue.js';

describe('the catalogue', () => {
  let database: TestDatabase;
  let app: pg.Pool;

  beforeAll(async () => {
    database = await testDatabase();
    app = new pg.Pool({ connectionString: database.appUrl, max: 2 });
  });

  afterAll(async () => {
    await app.end();
    await database.drop();
  });

  it('PLAT-01 every tenant table has forced row-level security, the tenant policy, tenant_id first in every key and composite foreign keys', async () => {
    expect(await catalogueFaults(database.admin)).toEqual([]);
  });

  it.each([
    [
      'a table without policies',
      'create table leak (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id))',
      'drop table leak',
      'no forced row-level security: leak',
    ],
    [
      'row-level security that the owner escapes',
      'alter table goals no force row level security',
      'alter table goals force row level security',
      'no forced row-level security: goals',
    ],
    [
      'a dropped policy',
      'drop policy tenant_isolation on sales',
      `create policy tenant_isolation on sales as restrictive for all to public using (tenant_id = current_setting('app.tenant_id')::uuid) with check (tenant_id = current_setting('app.tenant_id')::uuid)`,
      'no restrictive tenant policy for all commands: sales',
    ],
    [
      'a policy opened to everybody',
      'alter policy tenant_isolation on sales using (true)',
      `alter policy tenant_isolation on sales using (tenant_id = current_setting('app.tenant_id')::uuid)`,
      'no restrictive tenant policy for all commands: sales',
    ],
    [
      'a unique index over all tenants',
      'create unique index uq_leak on users (email)',
      'drop index uq_leak',
      'unique index does not begin with tenant_id: users uq_leak',
    ],
    [
      'a foreign key on the id alone',
      'alter table users add constraint uq_x unique (id); alter table sessions add constraint fk_leak foreign key (user_id) references users (id)',
      'alter table sessions drop constraint fk_leak; alter table users drop constraint uq_x',
      'foreign key without tenant_id: sessions fk_leak',
    ],
  ])('PLAT-01 catches %s', async (_what, harm, heal, fault) => {
    await database.admin.query(harm);
    const faults = await catalogueFaults(database.admin);
    await database.admin.query(heal);
    expect(faults).toContain(fault);
    expect(await catalogueFaults(database.admin)).toEqual([]);
  });

  it('PLAT-01 a query without a tenant is an error, never an empty answer', async () => {
    await expect(app.query('select * from goals')).rejects.toThrow(/app\.tenant_id/);
    const client = await app.connect();
    await client.query('begin');
    await client.query(`select set_config('app.tenant_id', '00000000-0000-0000-0000-000000000001', true)`);
    await client.query('commit');
    await expect(client.query('select * from goals')).rejects.toThrow(/uuid|app\.tenant_id/);
    client.release();
  });

  it('PLAT-01 neither reads, writes nor points into another tenant', async () => {
    const { rows } = await database.admin.query<{ id: string }>(
      `insert into tenants (slug, name) values ('one', 'One'), ('two', 'Two') returning id`,
    );
    const [one, two] = rows.map((row) => row.id) as [string, string];
    const user = (await database.admin.query<{ id: string }>(`insert into users (tenant_id, name) values ($1, 'Ann') returning id`, [one])).rows[0]
      ?.id;
    const client = await app.connect();
    try {
      await client.query('begin');
      await client.query(`select set_config('app.tenant_id', $1, true)`, [two]);
      expect((await client.query('select * from users')).rowCount).toBe(0);
      expect((await client.query(`update users set name = 'Eve' where tenant_id = $1`, [one])).rowCount).toBe(0);
      await client.query('savepoint s');
      await expect(client.query(`insert into users (tenant_id, name) values ($1, 'Eve')`, [one])).rejects.toThrow(/row-level security/);
      await client.query('rollback to s');
      await expect(client.query(`insert into user_roles (tenant_id, user_id, role) values ($1, $2, 'admin')`, [two, user])).rejects.toThrow(
        /fk_user_roles_user/,
      );
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('PLAT-01 the clock of a tenant cannot be turned by the application (Q100)', async () => {
    const client = await app.connect();
    await client.query('begin');
    await client.query(`select set_config('app.tenant_id', (select id::text from app.list_tenants() limit 1), true)`);
    await expect(client.query('update tenants set clock_offset_ms = 1')).rejects.toThrow(/permission denied/);
    await client.query('rollback');
    client.release();
  });
});
