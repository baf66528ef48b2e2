import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Goal, GoalPage } from '@waymark/contracts';
import { countStatements, testDatabase, type TestDatabase } from '@waymark/testing';
import { Recomputation } from '../metrics/recomputation.service.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { createTenant, type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { GoalRecalculation } from './goal-recalculation.service.js';

/** The second quarter is locked, the third runs; Rob sold 300 in the second and 200 before it. */
describe('restatements of locked periods', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let people: Record<string, string>;
  let rob: string;
  const sql = <R extends object>(text: string, values: unknown[] = []) =>
    database.admin.query<R & Record<string, unknown>>(text, [tenantId, ...values]).then(({ rows }) => rows);
  const drain = () => worker.app.get(Recomputation).drain(tenantId);

  beforeAll(async () => {
    database = await testDatabase();
    const made = await createTenant(database, {
      slug: 'restated',
      now: new Date('2026-08-17T09:00:00Z'),
      people: [
        { name: 'Rob', roles: ['member'] },
        { name: 'Eve', roles: ['member'] },
      ],
    });
    ({ tenantId, userIds: people } = made);
    await sql(`insert into teams (tenant_id, name) values ($1, 'West')`);
    await sql(
      `insert into team_memberships (tenant_id, team_id, user_id, role, from_on) select $1, t.id, $2, 'member', '2026-01-01' from teams t where t.tenant_id = $1`,
      [people['Rob']],
    );
    await sql(`insert into goal_periods (tenant_id, name, kind, starts_on, ends_on, time_zone, starts_at, ends_at, state, created_at) values
      ($1, 'Q2', 'quarterly', '2026-04-01', '2026-06-30', 'UTC', '2026-04-01Z', '2026-07-01Z', 'active', now()),
      ($1, 'Q3', 'quarterly', '2026-07-01', '2026-09-30', 'UTC', '2026-07-01Z', '2026-10-01Z', 'active', now())`);
    await sql(
      `insert into goals (tenant_id, period_id, owner_user_id, owner_team_id, name, metric, target, target_known_at, created_at)
       select $1, p.id, o.person, case when o.person is null then t.id end, o.name || ' ' || p.name, o.metric, 100000, now(), now()
       from goal_periods p, teams t, (values ('Rob', $2::uuid, 'revenue'), ('Eve', $3::uuid, 'revenue'), ('West', null, 'revenue'), ('Pipe', $2, 'open_qualified_pipeline_value')) as o (name, person, metric)
       where p.tenant_id = $1 and t.tenant_id = $1`,
      [people['Rob'], people['Eve']],
    );
    api = await startApi(database);
    worker = await startWorker(database);
    rob = await signInAs(api, 'restated', people['Rob'] as string);
    await sale('2026-03-31', 20_000);
    await sale('2026-06-30', 30_000);
    await drain();
    await worker.app.get(UnitOfWork).run({ tenantId }, () => worker.app.get(GoalRecalculation).recalculate(null));
    await sql(`update goal_periods set locked_at = '2026-07-06Z', state = 'completed' where tenant_id = $1 and name = 'Q2'`);
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  const sale = (on: string, minor: number) =>
    sql<{ id: string }>(
      `insert into sales (tenant_id, owner_id, occurred_at, known_at, amount_minor, currency) values ($1, $2, $3, now(), $4, 'USD') returning id`,
      [people['Rob'], on, minor],
    );
  const goals = async () => {
    const { body } = await api.call<GoalPage>('GET', '/api/goals', { token: rob });
    return new Map(body.items.map((goal) => [goal.name, goal]));
  };
  const shown = ({ value, restatement }: Goal) => [value.value, restatement?.value.value ?? null];

  it('MET-10 a late fact leaves the value of the locked period alone and stands beside it, for the person and the team', async () => {
    const [{ id }] = (await sale('2026-06-15', 4_500)) as [{ id: string }];
    await drain();
    const seen = await goals();
    expect(shown(seen.get('Rob Q2') as Goal)).toEqual(['300.00', '345.00']); // 300 + 45
    expect(seen.get('Rob Q2')?.restatement?.restatedAt.slice(0, 10)).toBe('2026-08-17');
    expect(shown(seen.get('Rob Q3') as Goal)).toEqual(['0.00', null]);
    expect(
      await sql(`select name, r.value_num from goal_restatements r join goals g on g.id = r.goal_id where r.tenant_id = $1 order by name`),
    ).toEqual([
      { name: 'Rob Q2', value_num: '34500' },
      { name: 'West Q2', value_num: '34500' },
    ]);
    expect((await api.call<Goal>('GET', `/api/goals/${seen.get('Rob Q2')?.id}`, { token: rob })).body.restatement?.value.display).toBe('$345');
    expect(await sql(`select value_num from goals where tenant_id = $1 and name = 'West Q2'`)).toEqual([{ value_num: '30000' }]);

    await sql('update sales set known_to = now() where tenant_id = $1 and id = $2', [id]);
    await drain();
    expect(shown((await goals()).get('Rob Q2') as Goal)).toEqual(['300.00', null]);
    expect(
      await sql(
        `select r.value_num from goal_restatements r join goals g on g.id = r.goal_id where r.tenant_id = $1 and g.name = 'Rob Q2' order by r.id`,
      ),
    ).toEqual([{ value_num: '34500' }, { value_num: '30000' }]);
  });

  it('MET-10 the first and the last day belong to the period, the days around it do not; nothing is told twice', async () => {
    const told = () => sql<{ count: number }>('select count(*)::int as count from goal_restatements where tenant_id = $1');
    const [{ count }] = (await told()) as [{ count: number }];
    await sale('2026-03-31', 700);
    await sale('2026-07-01', 900);
    await drain();
    expect((await told())[0]?.count).toBe(count);
    await sale('2026-04-01', 100);
    await drain();
    expect(shown((await goals()).get('Rob Q2') as Goal)).toEqual(['300.00', '301.00']);
    await worker.app.get(Recomputation).rebuild(tenantId);
    expect((await told())[0]?.count).toBe(count + 2); // Rob's and the team's
  });

  it('MET-10 the number of statements does not grow with the number of late facts', async () => {
    await sale('2026-05-01', 100);
    const one = await countStatements(drain);
    for (let day = 1; day <= 30; day++) await sale(`2026-05-${String(day).padStart(2, '0')}`, 100);
    const many = await countStatements(drain);
    expect(many.count).toBe(one.count);
    expect(shown((await goals()).get('Rob Q2') as Goal)).toEqual(['300.00', '332.00']); // 301 + 1 + 30
  });
});
