import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { readConfig } from '../../config/config.js';
import { currentContext } from '../request-context.js';
import { Database } from './database.js';
import { Db } from './db.js';
import { UnitOfWork } from './unit-of-work.js';

describe('the unit of work', () => {
  let test: TestDatabase;
  let database: Database;
  let units: UnitOfWork;
  const db = new Db();
  let one: string;
  let two: string;
  const names = async () => (await db.many<{ name: string }>('select name from users order by name')).map((row) => row.name);

  beforeAll(async () => {
    test = await testDatabase();
    database = new Database(readConfig('api', { APP_DATABASE_URL: test.appUrl, JWT_SECRET: 'x'.repeat(40), DATABASE_POOL: '2' }));
    units = new UnitOfWork(database);
    const { rows } = await test.admin.query<{ id: string }>(
      `insert into tenants (slug, name, clock_offset_ms) values ('one', 'One', 0), ('two', 'Two', 3600000) returning id`,
    );
    [one, two] = rows.map((row) => row.id) as [string, string];
    await test.admin.query(`insert into users (tenant_id, name) values ($1, 'canary one'), ($2, 'canary two')`, [one, two]);
  });

  afterAll(async () => {
    await database.onApplicationShutdown();
    await test.drop();
  });

  it('PLAT-01 reads only its own tenant, whatever the pool hands out', async () => {
    const seen = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        units.run({ tenantId: n % 2 ? one : two }, async () => ({ own: n % 2 ? 'canary one' : 'canary two', names: await names() })),
      ),
    );
    expect(seen).toHaveLength(40);
    for (const { own, names: found } of seen) expect(found).toEqual([own]);
  });

  it('PLAT-01 a missing tenant context is an error before any SQL', async () => {
    await expect(db.many('select 1')).rejects.toThrow('no unit of work');
    await expect(units.run({ tenantId: '' }, () => Promise.resolve())).rejects.toThrow('tenant context missing');
    expect(() => currentContext()).toThrow('tenant context missing');
  });

  it('PLAT-01 a client time-out inside a transaction does not hand the transaction to the next one', async () => {
    const impatient = new Database(readConfig('api', { APP_DATABASE_URL: test.appUrl, JWT_SECRET: 'x'.repeat(40), DATABASE_POOL: '1' }));
    Object.assign(impatient.pool.options, { query_timeout: 200 });
    const own = new UnitOfWork(impatient);
    // Both the query and the ROLLBACK behind it time out: node-postgres drops the ROLLBACK and the transaction stays open on the server.
    await expect(own.run({ tenantId: one }, () => db.run('select pg_sleep(2)'))).rejects.toThrow(/timeout/i);
    expect(impatient.pool.dirtyReleases).toBe(1);
    for (let round = 0; round < 6; round += 1) expect(await own.run({ tenantId: two }, names)).toEqual(['canary two']);
    await impatient.onApplicationShutdown();
  });

  it('PLAT-01 a client that comes back with an open transaction is destroyed, not lent again', async () => {
    const client = await database.pool.connect();
    await client.query('begin');
    await client.query(`select set_config('app.tenant_id', $1, true)`, [one]);
    const dirty = database.pool.dirtyReleases;
    client.release();
    expect(database.pool.dirtyReleases).toBe(dirty + 1);
    await expect(database.pool.query('select * from users')).rejects.toThrow(/app\.tenant_id|type uuid: ""/);
  });

  it('PLAT-01 a swallowed SQL error makes the unit fail instead of looking saved', async () => {
    const unit = units.run({ tenantId: one }, async () => {
      await db.run(`insert into users (tenant_id, name) values ($1, 'lost')`, [one]);
      await db.run('select 1 / 0').catch(() => undefined);
    });
    await expect(unit).rejects.toThrow(/aborted/);
    expect(await units.run({ tenantId: one }, names)).toEqual(['canary one']);
  });

  it('PLAT-01 a unit whose tenant was changed on the way is not committed', async () => {
    const unit = units.run({ tenantId: one }, () => db.run(`select set_config('app.tenant_id', $1, true)`, [two]));
    await expect(unit).rejects.toThrow(/division by zero/);
  });

  it('PLAT-01 read-only units cannot write, and the clock is that of the tenant (Q100)', async () => {
    await expect(
      units.run({ tenantId: one, readOnly: true }, () => db.run(`update users set name = 'x' where tenant_id = $1`, [one])),
    ).rejects.toThrow(/read-only/);
    const clock = (tenantId: string) => units.run({ tenantId }, () => Promise.resolve(currentContext().now.getTime()));
    const apart = (await clock(one)) - (await clock(two));
    expect(Math.round(apart / 60_000)).toBe(60);
  });
});
