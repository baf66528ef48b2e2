import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { demoToday, loadDemo } from './demo.js';
import { createOrganisation } from './organisation.js';
import { startWorker } from './testing/start-api.js';

const folder = new URL('../../../tools/seed', import.meta.url).pathname;

describe('the demo', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  const load = (reset = false) =>
    loadDemo(worker.app, { ownerUrl: database.adminUrl, folder, password: 'long enough word', today: demoToday, reset });
  const one = async (sql: string) => (await database.admin.query<{ n: string }>(sql)).rows[0]?.n;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    expect(await load()).toBe(true);
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  it('SRC-11 opens on 2017-09-05 at 09:00 with everybody of the export, their teams below one root, and an administrator', async () => {
    expect(
      await one(`select to_char(now() - clock_offset_ms * interval '1 ms', 'YYYY-MM-DD HH24') as n from tenants where demo and slug = 'hardware'`),
    ).toBe('2017-09-05 09');
    expect(await one(`select count(*) as n from user_roles where role = 'member'`)).toBe('35');
    expect(await one(`select count(*) as n from user_roles where role = 'leader'`)).toBe('6');
    expect(await one(`select email as n from users where email is not null`)).toBe('admin@waymark.example');
    expect(await one(`select count(*) as n from teams t join teams p on p.id = t.parent_id where p.name = 'Sales' and t.category is not null`)).toBe(
      '6',
    );
  });

  it('SRC-11 knows nothing that lies after its clock, and says what it holds back', async () => {
    expect(await one(`select count(*) as n from pipeline_events where occurred_at >= '2017-09-06'`)).toBe('0');
    const counts = `select ((counts ->> 'held')::int + (counts ->> 'created')::int)::text as n from imports where file_name = 'sales_pipeline.csv'`;
    expect(await one(counts)).toBe('8800');
  });

  it('SRC-11 gives Elease Gluck 270,592 of open qualified value and two added deals of 26,768 to qualify', async () => {
    const hers = `from pipeline_items i join users u on u.id = i.owner_id where u.name = 'Elease Gluck' and i.kind = 'deal'`;
    expect(await one(`select sum(value_minor) as n ${hers} and qualified`)).toBe('27059200');
    expect(
      await one(
        `select string_agg(i.external_id || ' ' || value_minor, ', ' order by i.external_id) as n ${hers} and i.external_id like 'demo-%' and not qualified`,
      ),
    ).toBe('demo-1 2676800, demo-2 2676800');
    expect(await one(`select string_agg(distinct note, '') as n from pipeline_items where note is not null`)).toBe(
      'Added for the demo; no part of the export.',
    );
  });

  it('GOAL-02 (own metric) sets 100,000 for each of 35 agents and the sum of its members for each of 6 teams, known since 2017-06-30', async () => {
    expect(await one(`select count(*) || ' ' || sum(target) as n from goals where owner_user_id is not null`)).toBe('35 350000000');
    expect(await one(`select count(*) || ' ' || sum(target) as n from goals where owner_team_id is not null`)).toBe('6 350000000');
    expect(await one(`select string_agg(distinct to_char(target_known_at, 'YYYY-MM-DD'), '') as n from goals`)).toBe('2017-06-30');
    expect(await one(`select state || ' ' || backfilled || ' ' || to_char(activated_at, 'YYYY-MM-DD') as n from goal_periods`)).toBe(
      'active true 2017-06-30',
    );
  });

  it('GATE-06 has judged gates 1 and 2 as they were: 9 and 31 missed, 5 warnings and 29 blocks in force, gate 3 open', async () => {
    const missed = (order: number) =>
      one(`select count(*) as n from verdicts v join gates x on x.id = v.gate_id where x.step_order = ${order} and v.outcome = 'failed'`);
    expect([await missed(1), await missed(2), await missed(3)]).toEqual(['9', '31', '0']);
    const inForce = (kind: string) => one(`select count(*) as n from restrictions where kind = '${kind}' and state = 'in_force'`);
    expect([await inForce('warning'), await inForce('action_block')]).toEqual(['5', '29']); // 4 have reached 16 deals since, 2 have won the target
    expect(
      await one(
        `select string_agg(u.name, ', ' order by u.name) as n from gates x join users u on u.id = x.user_id where x.step_order = 2 and x.state = 'passed_late'`,
      ),
    ).toBe('Donn Cantrell, Reed Clapper');
    expect(await one(`select count(*) as n from gates where step_order = 3 and state = 'pending'`)).toBe('35');
  });

  it('SRC-11 leaves a whole demo alone, begins a half one anew, and never touches an organisation that is none', async () => {
    const id = () => one(`select id as n from tenants where slug = 'hardware'`);
    const first = await id();
    expect(await load()).toBe(false);
    expect(await id()).toBe(first);
    await database.admin.query(`update tenants set demo = false, name = 'Hardware Sales (demo, loading)' where slug = 'hardware'`);
    expect(await load()).toBe(true);
    expect(await id()).not.toBe(first);
    expect(await one('select count(*) as n from tenants')).toBe('1');
    await database.admin.query(`update tenants set slug = 'kept' where slug = 'hardware'`);
    await createOrganisation(database.adminUrl, {
      slug: 'hardware',
      name: 'A real shop',
      zone: 'UTC',
      admin: { name: 'Ada', email: 'a@b.example', password: 'long enough word' },
    });
    await expect(load(true)).rejects.toThrow('The organisation "hardware" is no demo; it stays as it is.');
    expect(await one(`select name as n from tenants where slug = 'hardware'`)).toBe('A real shop');
  });
});
