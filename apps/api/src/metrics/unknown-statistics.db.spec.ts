import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plansOf, testDatabase, type TestDatabase } from '@waymark/testing';
import { createTenant, startWorker } from '../testing/start-api.js';
import { Recomputation } from './recomputation.service.js';

const days = 2000;

describe('recomputation in an organisation that the statistics of the database do not know', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    for (const table of ['metric_dirty', 'daily_measures', 'sales'])
      await database.admin.query(`alter table ${table} set (autovacuum_enabled = false)`);
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  /** One person with a sale on each of 2,000 days, all of them marked. */
  async function organisation(slug: string) {
    const { tenantId, userIds } = await createTenant(database, { slug, people: [{ name: 'A', roles: ['member'] }] });
    await database.admin.query(
      `insert into sales (tenant_id, owner_id, occurred_at, known_at, amount_minor, currency)
       select $1, $2, timestamptz '2012-01-01Z' + n * interval '1 day', now(), 100, 'USD' from generate_series(1, ${days}) n`,
      [tenantId, userIds['A']],
    );
    return tenantId;
  }
  const marks = async (tenantId: string) =>
    (await database.admin.query<{ n: number }>('select count(*)::int as n from metric_dirty where tenant_id = $1', [tenantId])).rows[0]?.n;
  const recomputation = () => worker.app.get(Recomputation);

  it('MET-06 PERF-02 finds marks and stored days by their keys: no step reads more than a few rows for each day', async () => {
    const known = await organisation('known');
    expect(await marks(known)).toBe(days);
    // The statistics are gathered while all rows belong to another organisation, with marks and with stored days.
    await database.admin.query('analyze');
    await recomputation().drain(known);
    await database.admin.query('analyze daily_measures, sales');

    const unknown = await organisation('unknown');
    const first = await plansOf(() => recomputation().drain(unknown), /metric_dirty|daily_measures/);
    await database.admin.query(`delete from sales where tenant_id = $1 and occurred_at < '2015-01-01Z'`, [unknown]);
    expect(await marks(unknown)).toBeGreaterThan(days / 2);
    const second = await plansOf(() => recomputation().rebuild(unknown), /metric_dirty|daily_measures/);

    for (const steps of [first, second]) {
      expect(steps.filter(({ statement, rows }) => statement.includes('stored as (insert') && rows >= days)).not.toEqual([]);
      expect(steps.filter(({ rows }) => rows > 40 * days)).toEqual([]);
    }
    expect(await recomputation().audit(unknown)).toEqual([]);
    const { rows } = await database.admin.query(
      `select count(*)::int as days from daily_measures where tenant_id = $1 and measure = 'sales_amount'`,
      [unknown],
    );
    expect(rows).toEqual([{ days: days - 1095 }]);
  });
});
