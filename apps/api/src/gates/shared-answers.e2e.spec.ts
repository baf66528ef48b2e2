import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GatePage, GoalPage, Import, ImportFindingPage, MetricReading, Settings } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { openApiDocument } from '../platform/http/docs.js';
import { readDocument } from '../testing/described-operations.js';
import { resolve } from '../testing/schema-values.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { GateWorld } from './gate-world.spec-data.js';

describe('answers that readers might share', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let north: GateWorld;
  let south: GateWorld;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    north = await new GateWorld(database, worker.app, 'north').open(['Ana', 'Ben']);
    south = await new GateWorld(database, worker.app, 'south').open(['Zed']);
    for (const w of [north, south]) await w.clock('2026-03-12T09:00:00Z');
    api = await startApi(database);
    for (const name of ['Ana', 'Ben', 'Lea', 'Ada Admin']) tokens[name] = await signInAs(api, 'north', north.person(name));
    tokens['South'] = await signInAs(api, 'south', south.adminId);
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  const value = async (who: string, metric: string, from: string, to = from, query = '') =>
    Number(
      (await api.call<MetricReading>('GET', `/api/metrics/${metric}/value?from=${from}&to=${to}${query}`, { token: tokens[who] as string })).body
        .value.value ?? 0,
    );

  it('SEC-01 case 11 figures of one organisation that have just been computed are never those of another', async () => {
    await north.addDeals('Ana', 7, { at: '2026-03-03T10:00:00Z' });
    await south.addDeals('Zed', 2, { at: '2026-03-03T10:00:00Z' });
    const seen: number[] = [];
    const read = async (who: string) => seen.push(await value(who, 'deals_created', '2026-03-01', '2026-03-31'));
    await Promise.all([north.drain(), ...Array.from({ length: 12 }, () => read('South'))]);
    for (let n = 0; n < 5; n += 1) await read('South');
    expect(seen.filter((deals) => deals !== 0 && deals !== 2)).toEqual([]);
    await south.drain();
    expect([
      await value('South', 'deals_created', '2026-03-01', '2026-03-31'),
      await value('Ada Admin', 'deals_created', '2026-03-01', '2026-03-31'),
    ]).toEqual([2, 7]);
    const { rows } = await database.admin.query(
      `select tenant_id, sum(sum)::int as deals from daily_measures where measure = 'deals_created' and owner_id = any($1) group by 1 order by 2`,
      [[north.person('Ana'), south.person('Zed')]],
    );
    expect(rows).toEqual([
      { tenant_id: south.tenantId, deals: 2 },
      { tenant_id: north.tenantId, deals: 7 },
    ]);
  });

  it('SEC-01 case 13 the same address with the same filter answers each reader anew: nothing may be kept, and the mark of one reader’s answer opens nothing to another', async () => {
    const addresses = [`/api/goals?periodId=${north.periodId}&limit=200`, `/api/gates?periodId=${north.periodId}&limit=200`];
    for (const address of addresses)
      for (let round = 0; round < 3; round += 1) {
        const [leader, member] = await Promise.all(
          ['Lea', 'Ana'].map((who) => api.call<GoalPage | GatePage>('GET', address, { token: tokens[who] as string })),
        );
        expect([leader?.headers.get('cache-control'), member?.headers.get('cache-control')]).toEqual(['no-store', 'no-store']);
        expect(JSON.stringify(leader?.body)).toContain(north.person('Ben'));
        expect(JSON.stringify(member?.body)).not.toContain(north.person('Ben'));
        expect(member?.body.items.length).toBeGreaterThan(0);
      }
    const [goal] = (await api.call<GoalPage>('GET', `/api/goals?ownerId=${north.person('Ben')}`, { token: tokens['Lea'] as string })).body.items;
    const seen = await api.call('GET', `/api/goals/${goal?.id}`, { token: tokens['Lea'] as string });
    const headers = { 'if-none-match': seen.headers.get('etag') as string };
    expect(seen.headers.get('etag')).toMatch(/^"v\d+"$/);
    expect((await fetch(`${api.url}/api/goals/${goal?.id}`, { headers: { ...headers, authorization: `Bearer ${tokens['Lea']}` } })).status).toBe(304);
    expect((await api.call('GET', `/api/goals/${goal?.id}`, { token: tokens['Ana'] as string, headers })).status).toBe(404);
  });

  it('SEC-01 case 22 one row of a hundred that names somebody of another organisation is refused as unknown, and nothing of that organisation is touched', async () => {
    // The one batch there is comes by file and answers row by row (Q114): no message holds a list of ids.
    const { operations, schemas } = readDocument(openApiDocument(api.app));
    const lists = operations.filter((operation) => {
      const properties = operation.body ? (resolve(operation.body, schemas).properties ?? {}) : {};
      return Object.values(properties).some((field) => field.type === 'array' && field.items?.format === 'uuid');
    });
    expect(lists.map((operation) => operation.id)).toEqual([]);
    const theirs = async () => (await south.sql('select count(*)::int as n, max(version) as v from pipeline_items where tenant_id = $1'))[0];
    const before = await theirs();
    const rows = Array.from({ length: 100 }, (_, n) => `b${n},row ${n},${n === 57 ? 'Zed' : 'Ana'},lead,2026-03-10`);
    const form = new FormData();
    form.set('mapping', 'pipeline-items');
    form.set('file', new Blob([`external_id,name,owner,stage,occurred_at\n${rows.join('\n')}\n`]), 'batch.csv');
    const headers = { authorization: `Bearer ${tokens['Ada Admin']}` };
    const { id } = (await (await fetch(`${api.url}/api/imports`, { method: 'POST', headers, body: form })).json()) as Import;
    await worker.runner.runAll();
    const done = (await api.call<Import>('GET', `/api/imports/${id}`, { token: tokens['Ada Admin'] as string })).body;
    expect(done.counts).toMatchObject({ rows: 100, created: 99, errors: 1, byCode: { unknown_person: 1 } });
    const { items } = (await api.call<ImportFindingPage>('GET', `/api/imports/${id}/findings`, { token: tokens['Ada Admin'] as string })).body;
    expect(items.map((finding) => [finding.line, finding.code])).toEqual([[59, 'unknown_person']]); // the header is line 1
    expect(JSON.stringify(items)).not.toContain(south.person('Zed'));
    expect(await theirs()).toEqual(before);
  });

  it('MET-09 case 57 calls are counted in the zone of the organisation, and each once, also when it moves half round the world in mid-week', async () => {
    // 56 calls, one each three hours of Monday 2 to Sunday 8 March 2026 by UTC.
    await north.sql(
      `insert into activities (tenant_id, type, owner_id, completed_at, outcome, known_at)
       select $1, 'call', $2, at, 'completed', at from generate_series('2026-03-02T00:00:00Z'::timestamptz, '2026-03-08T21:00:00Z', interval '3 hours') at`,
      [north.person('Ben')],
    );
    await north.drain();
    const days = Array.from({ length: 10 }, (_, n) => `2026-03-${String(n + 1).padStart(2, '0')}`);
    const perDay = () => Promise.all(days.map((day) => value('Ada Admin', 'calls_completed', day, day, `&ownerId=${north.person('Ben')}`)));
    const whole = () => value('Ada Admin', 'calls_completed', '2026-03-01', '2026-03-10', `&ownerId=${north.person('Ben')}`);
    expect([await perDay(), await whole()]).toEqual([[0, 8, 8, 8, 8, 8, 8, 8, 0, 0], 56]);
    await north.clock('2026-03-05T09:00:00Z');
    const moved = await api.call<Settings>('PATCH', '/api/settings', {
      token: tokens['Ada Admin'] as string,
      body: { timeZone: 'Pacific/Auckland' },
    });
    expect(moved.body.timeZone).toBe('Pacific/Auckland');
    await worker.runner.runAll();
    await north.drain();
    await north.clock('2026-03-12T09:00:00Z');
    // Auckland is 13 hours ahead: the four calls from 00:00 to 09:00 UTC stay on their day there, the others fall on the next.
    const after = await perDay();
    expect(after.reduce((sum, calls) => sum + calls, 0)).toBe(56);
    expect([after, await whole()]).toEqual([[0, 4, 8, 8, 8, 8, 8, 8, 4, 0], 56]);
  });
});
