import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Import } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { Recomputation } from '../metrics/recomputation.service.js';
import { MetricsRepository } from '../metrics/metrics.repository.js';
import { createOrganisation } from '../organisation.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { loadCrmSales } from '../sources/crm-sales.js';
import { startWorker } from '../testing/start-api.js';
import { measures } from '@waymark/metrics';

const folder = new URL('../../../../tools/seed/crm-sales', import.meta.url).pathname;

describe('the real CRM export', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let adminId: string;
  let first: Import[];

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    const made = await createOrganisation(database.adminUrl, {
      slug: 'crm',
      name: 'CRM',
      zone: 'UTC',
      admin: { name: 'Ada', email: 'ada@crm.example', password: 'long enough word' },
    });
    ({ tenantId, adminId } = made);
    first = await loadCrmSales(worker.app, { tenantId, requestedBy: adminId, folder });
    await worker.app.get(Recomputation).drain(tenantId);
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  const one = async (sql: string) => (await database.admin.query<{ n: string }>(sql)).rows[0]?.n;

  it('SRC-11 imports all four files with one documented mapping, nothing silently dropped', () => {
    expect(first.map((file) => [file.fileName, file.state, file.failure])).toEqual([
      ['products.csv', 'done', null],
      ['accounts.csv', 'done', null],
      ['sales_teams.csv', 'done', null],
      ['sales_pipeline.csv', 'done', null],
    ]);
    expect(first.map((file) => file.counts && [file.counts.rows, file.counts.created, file.counts.errors, file.counts.held])).toEqual([
      [7, 7, 0, 0],
      [85, 85, 0, 0],
      [35, 35, 0, 0],
      [8800, 8800, 0, 0],
    ]);
  });

  it('SRC-11 reports the known dirt row by row: 1,480 aliases, 1,425 rows without company, 500 without date', () => {
    expect(first[3]?.counts).toMatchObject({ repaired: 1480, byCode: { alias: 1480, no_company: 1425, no_date: 500 } });
  });

  it('SRC-01 (companies) finds parents in a second pass, forward references included, and keeps the spelling of the source', async () => {
    expect(await one('select count(parent_id) as n from companies')).toBe('15');
    expect(await one(`select count(*) as n from companies where industry = 'technolgy' or country = 'Philipines'`)).toBe('13');
  });

  it('SRC-05 every stage change is an event, and the pipeline of a past day can be read from them', async () => {
    // 500 prospecting + 8,300 engaged + 6,711 closed
    expect(await one('select count(*) as n from pipeline_events where known_to is null')).toBe('15511');
    expect(
      await one(
        `select sum(value_minor) / 100 as n from pipeline_events where qualified and kind = 'deal' and occurred_at < '2017-08-16' and (ended_at is null or ended_at >= '2017-08-16')`,
      ),
    ).toMatch(/^5533174/);
  });

  it('SRC-10 (CSV, dry run, errors) the same files again change nothing at all', async () => {
    const before = await one('select count(*) || max(version)::text as n from pipeline_items');
    const again = await loadCrmSales(worker.app, { tenantId, requestedBy: adminId, folder });
    expect(again.map((file) => file.counts && [file.counts.created, file.counts.updated, file.counts.unchanged])).toEqual([
      [0, 0, 7],
      [0, 0, 85],
      [0, 0, 35],
      [0, 0, 8800],
    ]);
    expect(await one('select count(*) as n from pipeline_events')).toBe('15511');
    expect(await one('select count(*) as n from sales')).toBe('4238');
    expect(await one('select count(*) as n from metric_dirty')).toBe('0');
    expect(await one('select count(*) || max(version)::text as n from pipeline_items')).toBe(before);
  });

  it('MET-02 (these) stored measures of July to September 2017 are those of the independent script', async () => {
    const sum = (measure: string, from: string, to: string) =>
      one(`select coalesce(sum(sum), 0) as n from daily_measures where measure = '${measure}' and on_day between '${from}' and '${to}'`);
    expect(await sum('deals_won', '2017-07-01', '2017-09-30')).toBe('1257');
    expect(await sum('deals_lost', '2017-07-01', '2017-09-30')).toBe('790');
    expect(await sum('sales_amount', '2017-07-01', '2017-09-30')).toBe('298225500');
    expect(await sum('deals_created', '2017-07-01', '2017-07-23')).toBe('834');
    expect(await sum('deals_created', '2017-07-01', '2017-07-25')).toBe('933');
    expect(await sum('open_qualified_value', '2016-01-01', '2017-08-15')).toBe('553317400');
    expect(await sum('open_qualified_value', '2016-01-01', '2017-08-16')).toBe('549137000');
    expect([await sum('deals_won', '2016-01-01', '2018-01-01'), await sum('deals_lost', '2016-01-01', '2018-01-01')]).toEqual(['4238', '2473']);
  });

  it('MET-06 measures read as known at an instant equal the stored ones when nothing was corrected', async () => {
    const { app } = worker;
    const owners = (await database.admin.query<{ id: string }>('select id from users')).rows.map((row) => row.id);
    const perOwner = await app
      .get(UnitOfWork)
      .run({ tenantId }, () =>
        app
          .get(MetricsRepository)
          .sumsPerOwner(
            measures,
            owners,
            { from: new Date('2017-07-01T00:00:00Z'), to: new Date('2017-08-16T00:00:00Z') },
            new Date('2017-08-16T04:00:00Z'),
          ),
      );
    let open = 0n;
    for (const sums of perOwner.values()) open += sums.get('open_qualified_value') ?? 0n;
    expect(open).toBe(553_317_400n);
  });
});
