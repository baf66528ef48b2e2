import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countStatements, plansOf, testDatabase, type TestDatabase } from '@waymark/testing';
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
    expect(scans).toHaveLength(1);
    for (const scan of scans) {
      expect([scan['Node Type'], scan['Index Name']]).toEqual(['Index Only Scan', 'pk_daily_measures']);
      for (const column of ['measure', 'owner_id', 'on_day']) expect(scan['Index Cond']).toContain(column);
    }
    // 67 days from 1 July to 5 September, 3 each
    const { rows } = await database.admin.query<{ value_num: string }>('select distinct value_num from goals where tenant_id = $1', [tenantId]);
    expect(rows).toEqual([{ value_num: '201' }]);
  });

  it("MET-06 PERF-02 come from a person's own days too where the statistics of the database do not know the organisation", async () => {
    const { tenantId: unknown, userIds } = await createTenant(database, {
      slug: 'unknown',
      now: new Date('2017-09-05T09:00:00Z'),
      people: Array.from({ length: 40 }, (_, n) => ({ name: `P${n}`, roles: ['member'] })),
    });
    for (const table of ['daily_measures', 'goals', 'goal_periods', 'users'])
      await database.admin.query(`alter table ${table} set (autovacuum_enabled = false)`);
    await database.admin.query(
      `insert into goal_periods (tenant_id, name, kind, starts_on, ends_on, time_zone, starts_at, ends_at, state, created_at)
       select $1, 'M' || n, 'monthly', date '2017-09-01' - make_interval(months => n), (date '2017-10-01' - make_interval(months => n))::date - 1, 'UTC',
         (date '2017-09-01' - make_interval(months => n)) at time zone 'UTC', (date '2017-10-01' - make_interval(months => n)) at time zone 'UTC', 'active', now() from generate_series(0, 11) n`,
      [unknown],
    );
    await database.admin.query(
      `insert into goals (tenant_id, period_id, owner_user_id, name, metric, target, target_known_at, created_at)
       select $1, p.id, u.id, 'goal', 'revenue', 1000, now(), now() from goal_periods p, users u where p.tenant_id = $1 and u.tenant_id = $1`,
      [unknown],
    );
    const people = Object.keys(userIds).length;
    await database.admin.query(
      `insert into daily_measures (tenant_id, measure, owner_id, on_day, sum, count)
       select $1, m, u.id, date '2016-10-01' + d, 3, 1 from users u, generate_series(0, 338) d, unnest('{sales_amount,deals_created}'::text[]) m where u.tenant_id = $1`,
      [unknown],
    );
    const units = worker.app.get(UnitOfWork);
    const steps = await plansOf(
      () => units.run({ tenantId: unknown }, () => worker.app.get(GoalRecalculation).recalculate(null)),
      /from daily_measures/,
    );
    // Each of the 339 days of each person up to 4 September is read once, although twelve goals look at a person.
    const read = steps.filter(({ node }) => node === 'Index Only Scan').map(({ rows }) => rows);
    expect(read).toEqual([people * 339]);
    const { rows } = await database.admin.query(
      `select p.name, min(g.value_num)::int as least, max(g.value_num)::int as most, count(*)::int as goals from goals g join goal_periods p on p.id = g.period_id
       where g.tenant_id = $1 and p.name in ('M0', 'M7') group by 1 order by 1`,
      [unknown],
    );
    // 1 to 4 September, and the 28 days of February, 3 each
    expect(rows).toEqual([
      { name: 'M0', least: 12, most: 12, goals: people },
      { name: 'M7', least: 84, most: 84, goals: people },
    ]);
  });

  it("GOAL-03 a team's sum counts a person who is in two of its teams at once a single time", async () => {
    const { tenantId: other, userIds } = await createTenant(database, {
      slug: 'twice',
      now: new Date('2017-09-05T09:00:00Z'),
      people: [{ name: 'A', roles: ['member'] }],
    });
    const id = async (text: string, params: unknown[]) =>
      (await database.admin.query<{ id: string }>(text, [other, ...params])).rows[0]?.id as string;
    const root = await id(`insert into teams (tenant_id, name) values ($1, 'All') returning id`, []);
    const spans = [
      ['East', '2017-07-01', '2017-08-11'],
      ['West', '2017-08-01', '2017-08-21'],
      ['North', '2017-09-01', null],
      ['South', '2017-09-01', null],
    ] as const;
    for (const [name, from, until] of spans) {
      const team = await id('insert into teams (tenant_id, name, parent_id) values ($1, $2, $3) returning id', [name, root]);
      await id(
        `insert into team_memberships (tenant_id, team_id, user_id, role, from_on, until_on) values ($1, $2, $3, 'member', $4, $5) returning id`,
        [team, userIds['A'], from, until],
      );
    }
    const period = await id(
      `insert into goal_periods (tenant_id, name, kind, starts_on, ends_on, time_zone, starts_at, ends_at, state, created_at)
       values ($1, 'Q3', 'quarterly', '2017-07-01', '2017-09-30', 'UTC', '2017-07-01Z', '2017-10-01Z', 'active', now()) returning id`,
      [],
    );
    for (const metric of ['revenue', 'open_qualified_pipeline_value'])
      await id(
        `insert into goals (tenant_id, period_id, owner_team_id, name, metric, target, target_known_at, created_at) values ($1, $2, $3, 'goal', $4, 1000, now(), now()) returning id`,
        [period, root, metric],
      );
    await database.admin.query(
      `insert into daily_measures (tenant_id, measure, owner_id, on_day, sum, count)
       select $1, m, $2, date '2017-06-21' + d, 1, 1 from generate_series(0, 76) d, unnest('{sales_amount,open_qualified_value}'::text[]) m`,
      [other, userIds['A']],
    );
    await worker.app.get(UnitOfWork).run({ tenantId: other }, () => worker.app.get(GoalRecalculation).recalculate(null));
    const { rows } = await database.admin.query<{ value_num: string }>('select metric, value_num from goals where tenant_id = $1 order by metric', [
      other,
    ]);
    expect(rows).toEqual([
      { metric: 'open_qualified_pipeline_value', value_num: '77' }, // all changes from 21 June to 5 September, of one person
      { metric: 'revenue', value_num: '56' }, // 31 days of July, 20 of August, 5 of September
    ]);
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
