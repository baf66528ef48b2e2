import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricList, MetricReading } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import fc from 'fast-check';
import { createOrganisation } from '../organisation.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { Recomputation } from './recomputation.service.js';

/** A write of the played history, as numbers; what it does is decided by what exists when it comes. */
const step = fc.record({
  what: fc.constantFrom(
    'call',
    'call',
    'outcome',
    'deal',
    'deal',
    'move',
    'value',
    'hand_over',
    'sale',
    'refund',
    'correct_sale',
    'arr',
    'renewal',
    'decide',
    'answer',
  ),
  who: fc.nat(2),
  pick: fc.nat(1000),
  day: fc.integer({ min: 1, max: 14 }),
  amount: fc.integer({ min: 1, max: 900 }),
});
type Step = ReturnType<(typeof step)['generate']>['value'];

/** A number that was served, and when. */
interface Served {
  path: string;
  at: string;
  value: MetricReading['value'];
}

describe('numbers of a past instant', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let token: string;
  let company: string;
  let metricKeys: string[];
  const people: string[] = [];
  const scopes: string[] = ['', '', ''];
  const made: Record<string, string[]> = { activities: [], 'pipeline-items': [], sales: [], renewals: [] };

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    api = await startApi(database);
    const admin = { name: 'Ada', email: 'ada@past.example', password: 'long enough word' };
    const now = new Date('2026-08-15T12:00:00Z');
    const made = await createOrganisation(database.adminUrl, { slug: 'past', name: 'Past', zone: 'Europe/Berlin', demo: true, now, admin });
    ({ tenantId } = made);
    const sql = (text: string, values: unknown[]) =>
      database.admin.query<{ id: string }>(text, [tenantId, ...values]).then(({ rows }) => rows[0]?.id as string);
    for (const name of ['Ben', 'Cleo', 'Dan']) people.push(await sql('insert into users (tenant_id, name) values ($1, $2) returning id', [name]));
    const teams = [await sql(`insert into teams (tenant_id, name) values ($1, 'North') returning id`, [])];
    teams.push(await sql(`insert into teams (tenant_id, name, parent_id) values ($1, 'Fjord', $2) returning id`, [teams[0]]));
    // Ben has always been in the upper team, Cleo came to the lower one in between and left, Dan was in both for a while.
    const stays: [number, number, string, string | null][] = [
      [0, 0, '2020-01-01', null],
      [1, 1, '2026-08-04', '2026-08-09'],
      [0, 2, '2026-08-02', '2026-08-07'],
      [1, 2, '2026-08-05', null],
    ];
    for (const [team, person, from, until] of stays)
      await sql(
        `insert into team_memberships (tenant_id, team_id, user_id, role, from_on, until_on) values ($1, $2, $3, 'member', $4, $5) returning id`,
        [teams[team], people[person], from, until],
      );
    company = await sql(`insert into companies (tenant_id, name, created_at) values ($1, 'Customer', now()) returning id`, []);
    token = await signInAs(api, 'past', made.adminId);
    scopes.splice(0, 3, '', `&ownerId=${people[1]}`, `&teamId=${teams[0]}`);
    metricKeys = (await api.call<MetricList>('GET', '/api/metrics', { token })).body.items.map(({ key }) => key);
  });

  afterAll(async () => {
    await worker.close();
    await api.close();
    await database.drop();
  });

  const write = async (method: 'POST' | 'PATCH', path: string, body: object): Promise<string> => {
    const answer = await api.call<{ id: string; detail?: string }>(method, `/api/${path}`, { token, body });
    // Some changes make no sense of what they meet and are refused; what is added always makes sense.
    const refused = method === 'PATCH' && [400, 409, 422].includes(answer.status);
    expect([path, answer.status < 300 || refused || answer.body.detail]).toEqual([path, true]);
    return answer.body.id;
  };
  const add = async (source: string, body: object) => void made[source]?.push(await write('POST', source, body));
  const change = async (source: string, pick: number, body: object) => {
    const ids = made[source] ?? [];
    if (ids.length > 0) await write('PATCH', `${source}/${ids[pick % ids.length]}`, body);
  };

  const play = async ({ what, who, pick, day, amount }: Step): Promise<unknown> => {
    const at = `2026-08-${String(day).padStart(2, '0')}T${String(pick % 24).padStart(2, '0')}:30:00Z`;
    const ownerId = people[who];
    const money = { amount: `${amount}.00`, currency: 'USD' };
    const outcome = (['completed', 'no_show', 'cancelled'] as const)[pick % 3];
    switch (what) {
      case 'call':
        return add('activities', {
          type: pick % 4 === 0 ? 'qbr' : 'call',
          ownerId,
          scheduledAt: at,
          ...(outcome === 'completed' && { completedAt: at }),
          outcome,
          companyId: company,
        });
      case 'outcome':
        return change('activities', pick, { outcome });
      case 'deal':
        return add('pipeline-items', { name: 'd', stage: pick % 3 === 0 ? 'lead' : 'engaging', ownerId, value: money, occurredAt: at });
      case 'move':
        return change('pipeline-items', pick, { stage: ['engaging', 'won', 'lost'][day % 3] });
      case 'value':
        return change('pipeline-items', pick, { value: money });
      case 'hand_over':
        return change('pipeline-items', pick, { ownerId });
      case 'sale':
        return add('sales', { ownerId, occurredAt: at, amount: money });
      case 'refund':
        return add('sales', { ownerId, occurredAt: at, amount: { amount: `-${amount}.00`, currency: 'USD' } });
      case 'correct_sale':
        return change('sales', pick, { amount: money });
      case 'arr':
        return write('POST', 'arr-movements', { companyId: company, ownerId, occurredAt: at, kind: 'expansion', amount: money });
      case 'renewal':
        return add('renewals', { companyId: company, ownerId, dueOn: `2026-08-${String(day + 10).padStart(2, '0')}` });
      case 'decide':
        return change('renewals', pick, { outcome: pick % 2 ? 'renewed' : 'lost' });
      default:
        return write('POST', 'survey-responses', { kind: 'nps', score: pick % 11, contact: `c${pick % 5}`, ownerId, answeredAt: at });
    }
  };

  const serve = async (): Promise<Served[]> => {
    const served: Served[] = [];
    for (const key of metricKeys)
      for (const scope of scopes) {
        const path = `/api/metrics/${key}/value?from=2026-08-03&to=2026-08-31${scope}`;
        const { body } = await api.call<MetricReading>('GET', path, { token });
        served.push({ path, at: body.computedAt, value: body.value });
      }
    return served;
  };
  const inBetween = () => new Promise((resolve) => setTimeout(resolve, 5)); // facts are known to the millisecond

  it('MET-10 a number as of an instant is the number that was served at that instant, for everybody, a person and a team, while a random history is played', async () => {
    const history = fc.sample(fc.array(step, { minLength: 8, maxLength: 8 }), { numRuns: 6, seed: 20_261_121 });
    const served: Served[] = [];
    for (const steps of history) {
      for (const one of steps) await play(one);
      await worker.app.get(Recomputation).drain(tenantId);
      await inBetween();
      served.push(...(await serve()));
      await inBetween();
    }
    const differing: unknown[] = [];
    for (const { path, at, value } of served) {
      const { body } = await api.call<MetricReading>('GET', `${path}&asOf=${at}`, { token });
      if (JSON.stringify(body.value) !== JSON.stringify(value)) differing.push({ path, at, served: value, asOf: body.value });
    }
    expect(differing).toEqual([]);
    expect(served.length).toBe(6 * metricKeys.length * scopes.length);
    const changed = new Set(served.map(({ path, value }) => `${path} ${value.value}`));
    expect(changed.size).toBeGreaterThan(metricKeys.length * scopes.length); // the history did move the numbers
  });
});
