import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatedApiKey, IngestResult } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import pg from 'pg';
import { GateWorld } from '../gates/gate-world.spec-data.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';

interface Refusal {
  code: string;
  errors?: { field: string; code: string }[];
}

describe('bulk ingestion', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let api: RunningApi;
  let w: GateWorld;
  let token: string;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    w = await new GateWorld(database, worker.app, 'bulk').open(['Ana', 'Ben']);
    await w.clock('2026-03-17T06:00:00Z');
    await w.drain();
    await w.daily();
    await database.admin.query(`update restrictions set state = 'lifted', closed_at = now() where tenant_id = $1 and user_id = $2`, [
      w.tenantId,
      w.person('Ben'),
    ]);
    api = await startApi(database);
    const admin = await signInAs(api, 'bulk', w.adminId);
    const body = { label: 'Bulk', scopes: ['facts:write'], expiresInDays: 1 };
    token = (await api.call<CreatedApiKey>('POST', '/api/api-keys', { token: admin, body })).body.token as string;
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  const send = (source: string, rows: unknown[]) => api.call<IngestResult & Refusal>('POST', `/api/ingest/${source}`, { token, body: { rows } });
  const outcomes = ({ rows }: IngestResult) => rows.map((row) => row.outcome);
  const problems = ({ rows }: IngestResult) => rows.map((row) => row.problems.map((problem) => `${problem.code} ${problem.field}`));
  const rowsOf = async (sql: string) => (await database.admin.query(sql, [w.tenantId])).rows as Record<string, unknown>[];
  /** Everything that a call could have written, as one text. */
  const facts = async () => {
    const all = ['companies', 'pipeline_items', 'pipeline_events', 'activities', 'sales', 'metric_dirty'].map(
      (table) => `(select md5(string_agg(x::text, '|' order by x::text)) from ${table} x where tenant_id = $1)`,
    );
    return JSON.stringify(await rowsOf(`select ${all.join(', ')}`));
  };
  const deal = (externalId: string, more: object = {}) => ({
    ...{ externalId, name: `Deal ${externalId}`, owner: 'Ben', stage: 'engaging', occurredAt: '2026-03-02T10:00:00Z', value: '1054.00' },
    ...more,
  });

  it.each(['pipeline-items', 'activities', 'companies'])(
    'SRC-09 SEC-02 rows of %s of which none is an object are refused one by one',
    async (source) => {
      const before = await facts();
      const answer = await send(source, [null, 'text', 7, []]);
      expect([answer.status, outcomes(answer.body)]).toEqual([200, ['refused', 'refused', 'refused', 'refused']]);
      expect(problems(answer.body).map(([first]) => first)).toEqual(Array(4).fill('not_an_object null'));
      expect(await facts()).toBe(before);
    },
  );

  it('SRC-09 rows become items by their external id, each with its result in order; the same call again changes nothing', async () => {
    const rows = [deal('b1'), deal('b2', { stage: 'lead', value: 12 }), deal('b3', { owner: 'Nobody' })];
    const first = await send('pipeline-items', rows);
    expect([first.status, outcomes(first.body), problems(first.body)]).toEqual([
      200,
      ['created', 'created', 'refused'],
      [[], [], ['unknown_person owner']],
    ]);
    expect(first.body).toMatchObject({ created: 2, updated: 0, unchanged: 0, refused: 1 });
    expect(first.body.rows.map((row) => [row.row, row.externalId])).toEqual([
      [1, 'b1'],
      [2, 'b2'],
      [3, 'b3'],
    ]);
    const stored = await rowsOf(
      `select id, external_id, kind, value_minor from pipeline_items where tenant_id = $1 and external_id like 'b%' order by external_id`,
    );
    expect(stored).toEqual([
      { id: first.body.rows[0]?.id, external_id: 'b1', kind: 'deal', value_minor: '105400' },
      { id: first.body.rows[1]?.id, external_id: 'b2', kind: 'lead', value_minor: '1200' },
    ]);
    const before = await facts();
    const again = await send('pipeline-items', rows);
    expect(outcomes(again.body)).toEqual(['unchanged', 'unchanged', 'refused']);
    expect(again.body.rows.map((row) => row.id)).toEqual(first.body.rows.map((row) => row.id));
    expect(await facts()).toBe(before);
  });

  it('SRC-09 a later row goes on with the history of an item, a row of the same stage and instant corrects it, and its sale follows', async () => {
    await send('pipeline-items', [deal('h1')]);
    const won = await send('pipeline-items', [deal('h1', { stage: 'won', occurredAt: '2026-03-05T10:00:00Z', value: '1200.00' })]);
    expect(outcomes(won.body)).toEqual(['updated']);
    expect(outcomes((await send('pipeline-items', [deal('h1', { value: '1100.00' })])).body)).toEqual(['updated']);
    const history = `select s.key, e.value_minor as value, e.known_to is null as present from pipeline_events e join pipeline_items i on i.tenant_id = e.tenant_id and i.id = e.item_id
      join pipeline_stages s on s.tenant_id = e.tenant_id and s.id = e.stage_id where e.tenant_id = $1 and i.external_id = 'h1' order by e.occurred_at, e.id`;
    expect(await rowsOf(history)).toEqual([
      { key: 'engaging', value: '105400', present: false },
      { key: 'engaging', value: '110000', present: true },
      { key: 'won', value: '120000', present: true },
    ]);
    expect(await rowsOf(`select kind, value_minor from pipeline_items where tenant_id = $1 and external_id = 'h1'`)).toEqual([
      { kind: 'won', value_minor: '120000' },
    ]);
    const sale = `select s.amount_minor as amount from sales s join pipeline_items i on i.tenant_id = s.tenant_id and i.id = s.item_id
      where s.tenant_id = $1 and i.external_id = 'h1' and s.known_to is null`;
    expect(await rowsOf(sale)).toEqual([{ amount: '120000' }]);
  });

  it('SRC-09 every wrong row is told why, by field, and does not keep the others out', async () => {
    const wrong: [object | string, string][] = [
      [deal('w1', { owner: undefined }), 'required owner'],
      [deal('w2', { stage: 'nowhere' }), 'unknown_stage stage'],
      [deal('w3', { occurredAt: '2026-02-30' }), 'not_a_day occurredAt'],
      [deal('w4', { occurredAt: '2026-03-18T00:00:00Z' }), 'future occurredAt'],
      [deal('w5', { value: 'NaN' }), 'not_an_amount value'],
      [deal('w6', { value: '1.005' }), 'not_an_amount value'],
      [deal('w7', { value: '-1' }), 'negative_value value'],
      [deal('w8', { value: { amount: '1' } }), 'not_a_value value'],
      [deal('w9', { company: 'No such' }), 'unknown_company company'],
      [deal('w10', { product: 'No such' }), 'unknown_product product'],
      [deal('w11', { colour: 'red' }), 'unknown_field colour'],
      [deal('w12', { name: 'x'.repeat(121) }), 'too_long name'],
      [deal('w13', { partnerListSize: 1.5 }), 'not_a_number partnerListSize'],
      [deal('w14', { expectedCloseOn: '10000-01-01' }), 'not_a_day expectedCloseOn'],
      [deal(''), 'required externalId'],
      ['text', 'not_an_object null'],
    ];
    const answer = await send('pipeline-items', [...wrong.map(([row]) => row), deal('fine'), deal('fine', { name: 'Again' })]);
    expect(problems(answer.body)).toEqual([...wrong.map(([, problem]) => [problem]), [], ['repeated externalId']]);
    expect(outcomes(answer.body)).toEqual([...wrong.map(() => 'refused'), 'created', 'refused']);
    expect(answer.body.rows.at(-1)?.problems[0]?.message).toBe('Row 17 has the same externalId already.');
    expect(await rowsOf(`select 1 from pipeline_items where tenant_id = $1 and external_id like 'w%'`)).toEqual([]);
  });

  it('GATE-07 (bulk) case 40 a new deal for a restricted owner is refused row by row; what is no creation goes through', async () => {
    expect(await w.restrictions('Ana')).toContain('action_block in_force');
    const rows = [deal('g1', { owner: 'Ana' }), deal('g2'), deal('g3', { owner: 'Ana', stage: 'lead' })];
    const first = await send('pipeline-items', rows);
    expect([outcomes(first.body), problems(first.body)]).toEqual([
      ['refused', 'created', 'created'],
      [['restricted owner'], [], []],
    ]);
    expect(first.body.rows[0]?.problems[0]?.message).toBe('Ana cannot get new deals right now: Pipeline gate is not met.');
    const later = { occurredAt: '2026-03-04T10:00:00Z' };
    const next = await send('pipeline-items', [deal('g3', { owner: 'Ana', ...later }), deal('g2', { owner: 'Ana', ...later })]);
    expect([outcomes(next.body), problems(next.body)]).toEqual([
      ['refused', 'refused'],
      [['restricted owner'], ['restricted owner']], // promotion of a lead, and a colleague's deal handed over
    ]);
    expect(await rowsOf(`select external_id, kind, owner_id from pipeline_items where tenant_id = $1 and external_id like 'g%' order by 1`)).toEqual([
      { external_id: 'g2', kind: 'deal', owner_id: w.person('Ben') },
      { external_id: 'g3', kind: 'lead', owner_id: w.person('Ana') },
    ]);
  });

  it('SRC-09 companies and activities are taken alike; fields that no row names stay', async () => {
    const companies = [
      { externalId: 'k1', name: 'Acme', industry: 'steel', employees: 12, revenue: '1000.50', parent: 'k2' },
      { externalId: 'k2', name: 'Holding', owner: 'Ben' },
      { externalId: 'k3', name: 'Lost', owner: 'Nobody' },
    ];
    const first = await send('companies', companies);
    expect([outcomes(first.body), problems(first.body)[2]]).toEqual([['created', 'created', 'refused'], ['unknown_person owner']]);
    const before = await facts();
    expect(outcomes((await send('companies', companies)).body)).toEqual(['unchanged', 'unchanged', 'refused']);
    expect(await facts()).toBe(before);
    expect(outcomes((await send('companies', [{ externalId: 'k1', name: 'Acme Inc.' }])).body)).toEqual(['updated']);
    const stored = `select c.name, c.industry, c.employees, c.revenue_minor as revenue, p.name as parent from companies c left join companies p on p.tenant_id = c.tenant_id and p.id = c.parent_id
      where c.tenant_id = $1 and c.external_id = 'k1'`;
    expect(await rowsOf(stored)).toEqual([{ name: 'Acme Inc.', industry: 'steel', employees: 12, revenue: '100050', parent: 'Holding' }]);
    const call = { externalId: 'v1', type: 'call', owner: 'Ben', company: 'k1', completedAt: '2026-03-03T09:00:00+02:00', durationSeconds: 60 };
    const calls = [call, { ...call, externalId: 'v2', completedAt: '2026-04-01' }, { ...call, externalId: 'v3', type: 'dance' }];
    const made = await send('activities', calls);
    expect([outcomes(made.body), problems(made.body)]).toEqual([
      ['created', 'refused', 'refused'],
      [[], ['future completedAt'], ['not_a_choice type']],
    ]);
    const then = await facts();
    expect(outcomes((await send('activities', calls)).body)).toEqual(['unchanged', 'refused', 'refused']);
    expect(await facts()).toBe(then);
    expect(outcomes((await send('activities', [{ ...call, outcome: 'no_show' }])).body)).toEqual(['updated']);
  });

  it('SRC-09 two calls at once with the same new ids make each once', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => deal(`t${n}`));
    const [one, two] = await Promise.all([send('pipeline-items', rows), send('pipeline-items', rows)]);
    expect([one.status, two.status]).toEqual([200, 200]);
    expect([one.body.created + two.body.created, one.body.unchanged + two.body.unchanged]).toEqual([50, 50]);
    expect(await rowsOf(`select count(*)::int as n from pipeline_items where tenant_id = $1 and external_id ~ '^t[0-9]'`)).toEqual([{ n: 50 }]);
  });

  it('SRC-09 ten thousand rows go in one call with as many statements as ten; one more is refused', async () => {
    const statements = async (rows: object[]) => {
      const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
      const original = prototype.query;
      let count = 0;
      prototype.query = function (...args: unknown[]) {
        count += 1;
        return original.apply(this, args);
      };
      const answer = await send('pipeline-items', rows).finally(() => (prototype.query = original));
      return { answer, count };
    };
    const few = await statements(Array.from({ length: 10 }, (_, n) => deal(`few${n}`)));
    const many = Array.from({ length: 10_000 }, (_, n) => deal(`many${n}`));
    const started = performance.now();
    const full = await statements(many);
    const seconds = (performance.now() - started) / 1000;
    expect([full.answer.status, full.answer.body.created]).toEqual([200, 10_000]);
    expect(few.count).toBeGreaterThan(20);
    expect(full.count - few.count).toBeLessThanOrEqual(15); // ANALYZE and DISCARD PLANS after a large write, the note that the key was used
    const again = await send('pipeline-items', many);
    expect(again.body).toMatchObject({ created: 0, updated: 0, unchanged: 10_000 });
    process.stdout.write(`10,000 rows: ${seconds.toFixed(1)} s\n`);
    const more = await send('pipeline-items', [...many, deal('one more')]);
    expect([more.status, more.body.errors?.[0]?.code]).toEqual([400, 'too_many_items']);
  });

  it('SRC-09 SEC-02 only this door takes large messages, from who shows a token, and what is no list of rows is refused as a whole', async () => {
    const large = JSON.stringify({ rows: [deal('large', { note: 'x'.repeat(300_000) })] });
    const call = (path: string, body: unknown, headers: Record<string, string> = { authorization: `Bearer ${token}` }) =>
      api.call<Refusal>('POST', path, { body, headers });
    expect(problems((await call('/api/ingest/pipeline-items', large)).body as unknown as IngestResult)).toEqual([['too_long note']]);
    expect((await call('/api/companies', large)).status).toBe(413);
    expect((await call('/api/ingest/pipeline-items', large, {})).status).toBe(401);
    expect((await call('/api/ingest/pipeline-items', `{"rows":["${'x'.repeat(17 * 1024 * 1024)}"]}`)).status).toBe(413);
    for (const body of [{}, { rows: [] }, { rows: 'x' }, { rows: null }, { rows: [{}], more: 1 }])
      expect((await call('/api/ingest/activities', body)).status).toBe(400);
  });
});
