import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '@waymark/kernel';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { randomUUID } from 'node:crypto';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { createTenant, startWorker } from '../testing/start-api.js';
import { GoalsService } from './goals.service.js';

/** Pairs of a person and a goal; `npm run test:long visibility` looks at 100,000. */
const pairs = Number(process.env['VISIBILITY_PAIRS'] ?? '1500');
const peopleCount = 40;
const teamCount = 12;

interface Page {
  items: { id: string }[];
  nextCursor: string | null;
}

/** What stands for a refusal: not there, or no right to look at all. */
const refused =
  <T>(value: T) =>
  (error: unknown): T => {
    if (error instanceof DomainError && (error.code === 'not_found' || error.code === 'forbidden')) return value;
    throw error;
  };

describe('who sees which goal', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  const people: { id: string; session: string }[] = [];
  const teams: string[] = [];
  let goals: string[];
  let seed = Number(process.env['VISIBILITY_SEED'] ?? '20261121');
  const pick = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
  const sql = async <R extends object>(text: string, params: unknown[] = []) =>
    (await database.admin.query<R & Record<string, unknown>>(text, [tenantId, ...params])).rows;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    const roles = ['member', 'member', 'member', 'leader', 'leader', 'admin', 'director', 'coach'];
    const made = await createTenant(database, {
      slug: 'seen',
      people: Array.from({ length: peopleCount }, (_, n) => ({ name: `Person ${n}`, roles: [roles[n % roles.length] as string] })),
    });
    ({ tenantId } = made);
    for (const id of Object.values(made.userIds)) {
      const session = randomUUID();
      await sql(`insert into sessions (tenant_id, id, user_id, refresh_hash, expires_at) values ($1, $2, $3, 'x', now() + interval '1 day')`, [
        session,
        id,
      ]);
      people.push({ id, session });
    }
    for (let n = 0; n < teamCount; n += 1) {
      const [row] = await sql<{ id: string }>('insert into teams (tenant_id, name, parent_id) values ($1, $2, $3) returning id', [
        `Team ${n}`,
        n === 0 ? null : teams[pick(n)],
      ]);
      teams.push(row?.id as string);
    }
    const [period] = await sql<{ id: string }>(
      `insert into goal_periods (tenant_id, name, kind, starts_on, ends_on, time_zone, starts_at, ends_at, created_at)
       values ($1, 'Q', 'quarterly', '2026-10-01', '2026-12-31', 'UTC', '2026-10-01', '2027-01-01', now()) returning id`,
    );
    const owners = [...people.map((person) => ['owner_user_id', person.id]), ...teams.map((team) => ['owner_team_id', team])];
    for (const [column, owner] of owners)
      await sql(
        `insert into goals (tenant_id, period_id, ${column}, name, metric, target, target_known_at, created_at) values ($1, $2, $3, 'Goal', 'revenue', 100, now(), now())`,
        [period?.id, owner],
      );
    goals = (await sql<{ id: string }>('select id from goals where tenant_id = $1')).map((row) => row.id);
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  /** People move, teams hang elsewhere, roles come and go, memberships begin and end. */
  async function reorganise(): Promise<void> {
    const person = people[pick(peopleCount)]?.id;
    const kind = pick(5);
    if (kind === 0) {
      const n = 1 + pick(teamCount - 1);
      await sql('update teams set parent_id = $3 where tenant_id = $1 and id = $2', [teams[n], teams[pick(n)]]); // only below an earlier one: no circle
    } else if (kind === 1) await sql('delete from team_memberships where tenant_id = $1 and user_id = $2', [person]);
    else if (kind === 2) {
      await sql('delete from user_roles where tenant_id = $1 and user_id = $2', [person]);
      await sql('insert into user_roles (tenant_id, user_id, role) values ($1, $2, $3)', [
        person,
        ['member', 'leader', 'admin', 'director', 'coach', 'founder'][pick(6)],
      ]);
    } else {
      const spans = [
        ['2026-01-01', null],
        ['2026-01-01', '2026-06-01'],
        ['2030-01-01', null],
      ];
      const [from, until] = spans[pick(4) % 3] as [string, string | null];
      await sql(
        `insert into team_memberships (tenant_id, team_id, user_id, role, from_on, until_on) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
        [teams[pick(teamCount)], person, pick(2) === 0 ? 'leader' : 'member', from, until],
      ).catch((error: { code?: string }) => {
        if (!error.code?.startsWith('23')) throw error; // in that team on those days already
      });
    }
  }

  it(`PLAT-04 (scope) a goal opens for whom the list shows it, and for nobody else, in ${pairs} pairs while the organisation changes`, async () => {
    const found = { pairs: 0, seen: 0, contradictions: [] as string[] };
    const [units, service] = [worker.app.get(UnitOfWork), worker.app.get(GoalsService)];
    while (found.pairs < pairs) {
      for (let n = 0; n < 3; n += 1) await reorganise();
      const { id, session } = people[pick(peopleCount)] as (typeof people)[0];
      await units.runAs({ tenantId, sessionId: session, requestId: '-', readOnly: true }, async () => {
        const listed = new Set<string>();
        for (let cursor: string | null | undefined; cursor !== null;) {
          const page: Page = await service.page({ limit: 20, ...(cursor ? { cursor } : {}) }).catch(refused({ items: [], nextCursor: null }));
          page.items.forEach((goal) => listed.add(goal.id));
          cursor = page.nextCursor;
        }
        for (const goal of goals) {
          const opens = await service.get(goal).then(() => true, refused(false));
          found.pairs += 1;
          found.seen += opens ? 1 : 0;
          if (opens !== listed.has(goal)) found.contradictions.push(`${id} ${goal}: opens ${opens}, listed ${listed.has(goal)}`);
        }
      });
    }
    if (pairs > 50_000) console.log(JSON.stringify({ ...found, contradictions: found.contradictions.length }));
    expect(found.contradictions.slice(0, 5)).toEqual([]);
    expect(found.seen).toBeGreaterThan(pairs / 20);
    expect(found.seen).toBeLessThan(pairs - pairs / 20);
  });
});
