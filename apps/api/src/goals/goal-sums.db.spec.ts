import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countStatements, testDatabase, type TestDatabase } from '@waymark/testing';
import pg from 'pg';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { createTenant, startWorker } from '../testing/start-api.js';
import { GoalRecalculation } from './goal-recalculation.service.js';

type Node = Record<string, unknown>;

/** Every node of a plan that reads the daily measures. */
function scansOf(plan: unknown): Node[] {
  if (Array.isArray(plan)) return plan.flatMap(scansOf);
  if (typeof plan !== 'object' || plan === null) return [];
  const node = plan as Node;
  return [...(node['Relation Name'] === 'daily_measures' ? [node] : []), ...Object.values(node).flatMap(scansOf)];
}

describe('the sums behind goals', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    ({ tenantId } = await createTenant(database, { slug: 'sums', now: new Date('2017-09-05T09:00:00Z'), people: [] }));
    const sql = (text: string) => database.admin.query(text, [tenantId]);
    await sql(`insert into users (tenant_id, name) select $1, 'u' || n from generate_series(1, 100) n`);
    await sql(`insert into goal_periods (tenant_id, name, kind, starts_on, ends_on, time_zone, starts_at, ends_at, state, created_at)
      values ($1, 'Q3', 'quarterly', '2017-07-01', '2017-09-30', 'UTC', '2017-07-01Z', '2017-10-01Z', 'active', now())`);
    await sql(`insert into goals (tenant_id, period_id, owner_user_id, name, metric, target, target_known_at, created_at)
      select $1, p.id, u.id, 'goal', m, 1000, now(), now() from goal_periods p, users u, unnest('{revenue,deals_created}'::text[]) m where p.tenant_id = $1 and u.tenant_id = $1`);
    await sql(`insert into daily_measures (tenant_id, measure, owner_id, on_day, sum, count)
      select $1, m, u.id, date '2016-07-01' + d, 3, 1 from users u, generate_series(1, 480) d, unnest('{sales_amount,deals_created}'::text[]) m where u.tenant_id = $1`);
    for (const table of ['daily_measures', 'goals', 'goal_periods']) await database.admin.query(`vacuum analyze ${table}`);
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  const recalculate = (ids: string[] | null) =>
    worker.app.get(UnitOfWork).run({ tenantId }, () => worker.app.get(GoalRecalculation).recalculate(ids));

  /** What is sent meanwhile: texts with their values. */
  const sentBy = async (work: () => Promise<unknown>) => {
    const sent: { text: string; values: unknown[] }[] = [];
    const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
    const original = prototype.query;
    prototype.query = function (this: unknown, ...args: unknown[]) {
      if (typeof args[0] === 'string') sent.push({ text: args[0], values: (args[1] as unknown[] | undefined) ?? [] });
      return original.apply(this, args);
    };
    await work().finally(() => (prototype.query = original));
    return sent;
  };

  it('MET-06 come from index-only ranges, never from a scan of all days', async () => {
    const sums = (await sentBy(() => recalculate(null))).filter(({ text }) => text.includes('from daily_measures'));
    expect(sums).toHaveLength(1);
    const { text, values } = sums[0] as (typeof sums)[number];
    const { rows: plan } = await database.admin.query<{ 'QUERY PLAN': object[] }>(`explain (format json) ${text}`, values);
    const scans = scansOf(plan[0]?.['QUERY PLAN']);
    expect(scans.length).toBeGreaterThanOrEqual(2);
    for (const scan of scans) {
      expect(scan['Node Type']).toBe('Index Only Scan');
      for (const column of ['measure', 'owner_id', 'on_day']) expect(scan['Index Cond']).toContain(column);
    }
    // 67 days from 1 July to 5 September, 3 each
    const { rows } = await database.admin.query<{ value_num: string }>('select distinct value_num from goals where tenant_id = $1', [tenantId]);
    expect(rows).toEqual([{ value_num: '201' }]);
  });

  it('MET-06 take as many statements for 200 goals as for 2', async () => {
    const { rows } = await database.admin.query<{ id: string }>('select id from goals where tenant_id = $1 limit 2', [tenantId]);
    await database.admin.query('update daily_measures set sum = sum + 1 where tenant_id = $1', [tenantId]);
    const few = await countStatements(() => recalculate(rows.map((row) => row.id)));
    const all = await countStatements(() => recalculate(null));
    expect([few.result.length, all.result.length]).toEqual([2, 198]);
    expect(all.count).toBe(few.count);
  });
});
