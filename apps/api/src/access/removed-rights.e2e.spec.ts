import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { GateWorld } from '../gates/gate-world.spec-data.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';

/** Rights taken away and asked for at once; `npm run test:long rights` takes 10,000. */
const removals = Number(process.env['RIGHT_REMOVALS'] ?? '240');

describe('a right that is taken away', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let w: GateWorld;
  let tokens: Record<string, string>;
  let goal: string;
  let company: string;
  const people = ['Lea', 'Ana', 'Ben', 'Cora', 'Ada Admin'];

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    w = await new GateWorld(database, worker.app, 'rights').open(['Ana', 'Ben']);
    await w.addPerson('Cora', 'coach');
    const made = `insert into companies (tenant_id, name, created_at) values ($1, 'Coached', now()) returning id`;
    company = (await w.row<{ id: string }>(made, [])).id;
    await w.sql(
      `insert into company_people (tenant_id, company_id, user_id, role, from_on, created_at) values ($1, $2, $3, 'coach', '2026-01-01', now())`,
      [company, w.person('Cora')],
    );
    api = await startApi(database);
    await signIn();
    goal = (await w.row<{ id: string }>('select id from goals where tenant_id = $1 and owner_user_id = $2', [w.person('Ana')])).id;
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  async function signIn(): Promise<void> {
    tokens = Object.fromEntries(await Promise.all(people.map(async (name) => [name, await signInAs(api, 'rights', w.person(name))] as const)));
  }
  const call = async (who: string, method: string, path: string, body?: object) =>
    (await api.call(method, path, { token: tokens[who] as string, ...(body ? { body } : {}) })).status;
  const gate = () => w.row<{ id: string }>('select id from gates where tenant_id = $1 and user_id = $2 and step_order = 2', [w.person('Ana')]);

  /** What is taken, how it is asked for, what that answers without it, and how it is given back. */
  const rights: Record<string, { take: () => Promise<unknown>; ask: () => Promise<number>; without: number; give: () => Promise<unknown> }> = {
    'a role': {
      take: () => w.sql(`delete from user_roles where tenant_id = $1 and user_id = $2 and role = 'admin'`, [w.adminId]),
      ask: () => call('Ada Admin', 'GET', '/api/audit?limit=1'),
      without: 403,
      give: () => w.sql(`insert into user_roles (tenant_id, user_id, role) values ($1, $2, 'admin')`, [w.adminId]),
    },
    'a team': {
      take: () => w.sql(`update team_memberships set until_on = '2026-02-01' where tenant_id = $1 and user_id = $2`, [w.person('Ana')]),
      ask: () => call('Lea', 'GET', `/api/goals/${goal}`),
      without: 404,
      give: () => w.sql('update team_memberships set until_on = null where tenant_id = $1 and user_id = $2', [w.person('Ana')]),
    },
    'a leadership': {
      take: () => w.sql(`update team_memberships set role = 'member' where tenant_id = $1 and user_id = $2`, [w.person('Lea')]),
      ask: () => call('Lea', 'GET', `/api/goals/${goal}`),
      without: 404,
      give: () => w.sql(`update team_memberships set role = 'leader' where tenant_id = $1 and user_id = $2`, [w.person('Lea')]),
    },
    'a company that one coaches': {
      take: () => w.sql(`update company_people set until_on = '2026-02-01' where tenant_id = $1 and user_id = $2`, [w.person('Cora')]),
      ask: () => call('Cora', 'GET', `/api/companies/${company}`),
      without: 404,
      give: () => w.sql('update company_people set until_on = null where tenant_id = $1 and user_id = $2', [w.person('Cora')]),
    },
    'an account': {
      take: () => w.sql(`update users set status = 'disabled' where tenant_id = $1 and id = $2`, [w.person('Ben')]),
      ask: () => call('Ben', 'GET', '/api/me'),
      without: 401,
      give: () => w.sql(`update users set status = 'active' where tenant_id = $1 and id = $2`, [w.person('Ben')]),
    },
    'a session': {
      take: () => w.sql(`update sessions set revoked_at = now() where tenant_id = $1 and user_id = $2`, [w.person('Ben')]),
      ask: () => call('Ben', 'GET', '/api/me'),
      without: 401,
      give: () => w.sql(`update sessions set revoked_at = null where tenant_id = $1 and user_id = $2`, [w.person('Ben')]),
    },
    'creating deals': {
      take: async () =>
        w.sql(
          `insert into restrictions (tenant_id, gate_id, user_id, kind, actions, state, imposed_at, starts_at, ends_at, evidence_hash)
           values ($1, $2, $3, 'action_block', '{deal.create}', 'in_force', '2026-02-20', '2026-02-20', '2026-04-01', 'h')`,
          [(await gate()).id, w.person('Ana')],
        ),
      ask: () => call('Ana', 'POST', '/api/pipeline-items', { name: 'x', stage: 'prospecting' }),
      without: 403,
      give: () => w.sql('delete from restrictions where tenant_id = $1'),
    },
  };

  it(`SEC-01 (at once) is gone at the very next request, ${removals} times, also while the same person keeps asking`, async () => {
    const stale: string[] = [];
    const lost: string[] = [];
    const list = Object.entries(rights);
    for (let n = 0; n < removals; n += 1) {
      if (n % 2000 === 1999) await signIn(); // access tokens are good for ten minutes
      const [what, right] = list[n % list.length] as (typeof list)[0];
      const during = [right.ask(), right.ask()];
      await right.take();
      const after = await right.ask();
      if (after !== right.without) stale.push(`${what}: ${after}`);
      await Promise.all(during);
      await right.give();
      const again = await right.ask();
      if (again !== 200 && again !== 201) lost.push(`${what}: ${again}`);
    }
    if (removals > 5000) console.log(JSON.stringify({ removals, stale: stale.length, lost: lost.length }));
    expect([stale.slice(0, 5), lost.slice(0, 5)]).toEqual([[], []]);
  });
});
