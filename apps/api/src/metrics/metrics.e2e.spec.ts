import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricComparison, MetricList, MetricReading, PipelineItem, Problem } from '@waymark/contracts';
import { countStatements, testDatabase, type TestDatabase } from '@waymark/testing';
import { createOrganisation } from '../organisation.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { Recomputation } from './recomputation.service.js';

const july = 'from=2026-07-01&to=2026-07-31';

describe('metrics over HTTP', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let teamId: string;
  const ids: Record<string, string> = {};
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    api = await startApi(database);
    const admin = { name: 'Ada', email: 'ada@metrics.example', password: 'long enough word' };
    const now = new Date('2026-08-15T12:00:00Z');
    const made = await createOrganisation(database.adminUrl, { slug: 'metrics', name: 'Metrics', zone: 'Europe/Berlin', demo: true, now, admin });
    ({ tenantId } = made);
    ids['Ada'] = made.adminId;
    for (const name of ['Ben', 'Cleo', 'Lea']) {
      const { rows } = await database.admin.query<{ id: string }>('insert into users (tenant_id, name) values ($1, $2) returning id', [
        tenantId,
        name,
      ]);
      ids[name] = rows[0]?.id as string;
      await database.admin.query('insert into user_roles (tenant_id, user_id, role) values ($1, $2, $3)', [
        tenantId,
        ids[name],
        name === 'Lea' ? 'leader' : 'member',
      ]);
    }
    const team = await database.admin.query<{ id: string }>(`insert into teams (tenant_id, name) values ($1, 'North') returning id`, [tenantId]);
    teamId = team.rows[0]?.id as string;
    await database.admin.query(
      `insert into team_memberships (tenant_id, team_id, user_id, role, from_on) values ($1, $2, $3, 'member', '2020-01-01'), ($1, $2, $4, 'leader', '2020-01-01')`,
      [tenantId, teamId, ids['Ben'], ids['Lea']],
    );
    for (const name of ['Ada', 'Ben', 'Cleo', 'Lea']) tokens[name] = await signInAs(api, 'metrics', ids[name] as string);
    // Two lie an hour before and after the turn of the month in Berlin (22:00 UTC), where the days are cut.
    const deals: [string, string, string][] = [
      ['Ben', '2026-06-30T21:00:00Z', '1.00'],
      ['Ben', '2026-06-30T22:00:00Z', '20.00'],
      ['Ben', '2026-07-31T21:59:59.999Z', '300.00'],
      ['Cleo', '2026-07-10T10:00:00Z', '4000.00'],
      ['Ben', '2026-07-31T22:00:00Z', '50000.00'],
    ];
    for (const [owner, occurredAt, amount] of deals) {
      const body = { name: 'd', stage: 'engaging', ownerId: ids[owner], value: { amount, currency: 'USD' }, occurredAt };
      const answer = await api.call<PipelineItem & Problem>('POST', '/api/pipeline-items', { token: tokens['Ada'] as string, body });
      expect([answer.status, answer.body.detail]).toEqual([201, undefined]);
    }
    await worker.app.get(Recomputation).drain(tenantId);
  });

  afterAll(async () => {
    await worker.close();
    await api.close();
    await database.drop();
  });

  const read = (who: string, path: string) => api.call<MetricReading & Problem>('GET', `/api/metrics/${path}`, { token: tokens[who] as string });
  const shown = async (who: string, path: string) => (await read(who, path)).body.value;

  it('MET-01 (API) lists every metric with its unit and what it counts', async () => {
    const answer = await api.call<MetricList>('GET', '/api/metrics', { token: tokens['Ben'] as string });
    expect(answer.body.items.map((metric) => [metric.key, metric.unit, metric.additive])).toEqual(
      expect.arrayContaining([
        ['calls_completed', 'count', true],
        ['deals_created', 'count', true],
        ['leads_created', 'count', true],
        ['open_qualified_pipeline_value', 'money', true],
        ['revenue', 'money', true],
        ['win_rate', 'percent', false],
      ]),
    );
  });

  it('MET-09 (API) cuts the days in the zone of the organisation, both ends inclusive', async () => {
    const { status, body } = await read('Ada', `deals_created/value?ownerId=${ids['Ben']}&${july}`);
    expect(status).toBe(200);
    expect(body.value).toEqual({ value: '2', unit: 'count', reason: null, display: '2' });
    expect(body.window).toEqual({ from: '2026-07-01', to: '2026-07-31', timeZone: 'Europe/Berlin' });
    const open = await shown('Ada', `open_qualified_pipeline_value/value?ownerId=${ids['Ben']}&${july}`);
    expect(open).toEqual({ value: '321.00', unit: 'money', currency: 'USD', reason: null, display: '$321' }); // 1 + 20 + 300, all that stands at the end
  });

  it('MET-01 (API) adds up the people whom the reader may see, and a team', async () => {
    const counts = await Promise.all(['Ada', 'Ben', 'Cleo', 'Lea'].map(async (who) => (await shown(who, `deals_created/value?${july}`)).value));
    expect(counts).toEqual(['3', '2', '1', '2']); // all; own; own; the led team
    expect((await shown('Lea', `open_qualified_pipeline_value/value?teamId=${teamId}&${july}`)).value).toBe('321.00');
  });

  it('MET-03 (API) says why there is no number', async () => {
    expect(await shown('Ada', `win_rate/value?${july}`)).toEqual({ value: null, unit: 'percent', reason: 'no_base', display: '–' });
    expect(await shown('Ada', `calls_completed/value?${july}`)).toEqual({ value: null, unit: 'count', reason: 'no_data', display: '–' });
  });

  const compared = async (who: string, path: string) =>
    (await api.call<MetricComparison & Problem>('GET', `/api/metrics/deals_created/comparison?${path}`, { token: tokens[who] as string })).body;

  it('MET-11 a window that is over is compared as a whole with the month before', async () => {
    expect(await compared('Ada', july)).toMatchObject({
      with: 'previous',
      part: 'whole',
      now: { from: '2026-07-01', to: '2026-07-31', value: { value: '3' } },
      then: { from: '2026-06-01', to: '2026-06-30', value: { value: '1' } },
      change: { value: '2', unit: 'count' },
      changePercent: { value: '200', display: '200 %' },
      verdict: 'better',
    });
  });

  it('MET-11 a window that runs is compared by the same share of its working days, for whom the reader asks', async () => {
    // Saturday 15 August: 10 of 21 working days are over; 10 / 21 * 23 of July = 10.95, so 11: up to Wednesday 15 July.
    const august = 'from=2026-08-01&to=2026-08-31';
    expect(await compared('Ada', august)).toMatchObject({
      part: 'same_share',
      now: { from: '2026-08-01', to: '2026-08-14', value: { value: '1' } },
      then: { from: '2026-07-01', to: '2026-07-15', value: { value: '2' } }, // Ben's on the 1st, Cleo's on the 10th
      change: { value: '-1' },
      changePercent: { value: '-50' },
      verdict: 'worse',
    });
    expect(await compared('Lea', `${august}&teamId=${teamId}`)).toMatchObject({
      then: { value: { value: '1' } },
      change: { value: '0' },
      verdict: 'same',
    });
    expect((await compared('Lea', `${august}&ownerId=${ids['Cleo']}`)).status).toBe(404);
    expect(await compared('Ada', `${august}&with=last_year`)).toMatchObject({
      then: { from: '2025-08-01', to: '2025-08-14' },
      changePercent: { reason: 'no_base' },
    });
    expect(await compared('Ada', 'from=2026-09-01&to=2026-09-30')).toMatchObject({
      now: { value: { value: null, reason: 'not_yet' } },
      change: { reason: 'not_yet' },
      verdict: null,
    });
  });

  it('MET-11 MET-06 the whole of a window that runs is read for nothing: it costs the statements of one that is over, and one that lies ahead reads no number', async () => {
    const cost = async (path: string) => (await countStatements(() => compared('Ada', path))).count;
    await compared('Ada', july); // what is kept after the first question is not counted
    const over = await cost(july);
    expect(await cost('from=2026-08-01&to=2026-08-31')).toBe(over);
    expect(await cost('from=2026-09-01&to=2026-09-30')).toBeLessThan(over);
  });

  it('MET-10 (as known) answers what was known at a past instant', async () => {
    // Everything was recorded after 14 August; seen from then there was nothing, seen from now all.
    expect((await shown('Ada', `deals_created/value?${july}&asOf=2026-08-14T00:00:00Z`)).value).toBe('0');
    expect((await shown('Ada', `deals_created/value?${july}&asOf=2026-08-16T00:00:00Z`)).value).toBe('3');
  });

  it('PLAT-08 (metrics) refuses what makes no sense, naming the field', async () => {
    const unknownId = '00000000-0000-7000-8000-000000000000';
    const cases: [string, number, string | undefined][] = [
      [`nonsense/value?${july}`, 404, undefined],
      ['revenue/value?from=2026-07-31&to=2026-07-01', 400, 'to'],
      ['revenue/value?from=2026-02-30&to=2026-07-01', 400, 'from'],
      ['revenue/value?from=10000-01-01&to=2026-07-01', 400, 'from'],
      ['revenue/value?from=NaN&to=2026-07-01', 400, 'from'],
      ['revenue/value?to=2026-07-01', 400, 'from'],
      [`revenue/value?${july}&ownerId=1`, 400, 'ownerId'],
      [`revenue/value?${july}&ownerId=${unknownId}`, 404, undefined],
      [`revenue/value?${july}&teamId=${unknownId}`, 404, undefined],
      [`revenue/value?${july}&ownerId=${ids['Ben']}&teamId=${teamId}`, 400, 'teamId'],
      [`revenue/value?${july}&asOf=yesterday`, 400, 'asOf'],
      [`revenue/value?${july}&surprise=1`, 400, 'surprise'],
      ['revenue/value?from=2999-12-31&to=2999-12-31', 200, undefined],
      [`%00/value?${july}`, 404, undefined],
    ];
    for (const [path, status, field] of cases) {
      const answer = await read('Ada', path);
      expect([path, answer.status, answer.body.errors?.[0]?.field]).toEqual([path, status, field]);
    }
  });

  it('PLAT-04 (scope) hides the numbers of people and teams outside of the own reach, as if they did not exist', async () => {
    expect((await read('Ben', `revenue/value?${july}&ownerId=${ids['Cleo']}`)).status).toBe(404);
    expect((await read('Lea', `revenue/value?${july}&ownerId=${ids['Cleo']}`)).status).toBe(404);
    expect((await read('Cleo', `revenue/value?${july}&teamId=${teamId}`)).status).toBe(404);
    expect((await read('Lea', `revenue/value?${july}&ownerId=${ids['Ben']}`)).status).toBe(200);
  });
});
