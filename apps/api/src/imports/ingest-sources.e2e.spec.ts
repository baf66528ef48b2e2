import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatedApiKey, ExchangeRate, IngestCallPage, IngestResult, Sale, SalePage } from '@waymark/contracts';
import { countStatements, testDatabase, type TestDatabase } from '@waymark/testing';
import { type RunningApi, createTenant, signInAs, startApi } from '../testing/start-api.js';

const sources = ['sales', 'arr-movements', 'renewals', 'survey-responses'] as const;
type Source = (typeof sources)[number];

const at = '2026-03-02T10:00:00Z';
/** A row that is in order, another, and rows that are not with what is said of each. */
const told: Record<Source, { rows: [object, object]; corrected: object; wrong: [object, string][] }> = {
  sales: {
    rows: [
      { externalId: 's1', owner: 'Ben', occurredAt: at, amount: '10.01', shares: 'Ben=60; Cleo=40', company: 'Acme', note: 'fair' },
      { externalId: 's2', owner: 'cleo-1', occurredAt: '2026-03-03', amount: -0.5 },
    ],
    corrected: { externalId: 's1', owner: 'Ben', occurredAt: at, amount: '20.02' },
    wrong: [
      [{ amount: undefined }, 'required amount'],
      [{ amount: '1.005' }, 'not_an_amount amount'],
      [{ currency: 'EURO' }, 'not_a_currency currency'],
      [{ shares: 'Ben=60; Cleo=39.9999' }, 'sum shares'],
      [{ shares: 'Ben=50; Ben=50' }, 'repeated shares'],
      [{ shares: 'Cleo=50; cleo-1=50' }, 'repeated shares'],
      [{ shares: 'Ben=100; Cleo=0' }, 'not_shares shares'],
      [{ shares: 'half each' }, 'not_shares shares'],
      [{ shares: 'Ben=60; Nobody=40' }, 'unknown_person shares'],
      [{ owner: 'Nobody' }, 'unknown_person owner'],
      [{ company: 'Nothing' }, 'unknown_company company'],
      [{ occurredAt: '2999-01-01' }, 'future occurredAt'],
    ],
  },
  'arr-movements': {
    rows: [
      { externalId: 'm1', company: 'Acme', owner: 'Ben', occurredAt: at, kind: 'new', amount: '1200.00' },
      { externalId: 'm2', company: 'Acme', owner: 'Cleo', occurredAt: at, kind: 'handover' },
    ],
    corrected: { externalId: 'm1', company: 'Acme', owner: 'Ben', occurredAt: at, kind: 'expansion', amount: '1500.00' },
    wrong: [
      [{ kind: 'growth' }, 'not_a_choice kind'],
      [{ kind: 'churn', amount: '5' }, 'contradiction amount'],
      [{ company: 'Nothing' }, 'unknown_company company'],
      [{ company: '' }, 'required company'],
      [{ occurredAt: '2026-02-30' }, 'not_a_day occurredAt'],
    ],
  },
  renewals: {
    rows: [
      { externalId: 'r1', company: 'Acme', owner: 'Ben', dueOn: '2026-03-31', outcome: 'open', amount: '99.90' },
      { externalId: 'r2', company: 'Acme', owner: 'Ben', dueOn: '2026-03-01', outcome: 'lost', decidedAt: at },
    ],
    corrected: { externalId: 'r1', company: 'Acme', owner: 'Ben', dueOn: '2026-04-30', outcome: 'open' },
    wrong: [
      [{ dueOn: '31.03.2026' }, 'not_a_day dueOn'],
      [{ outcome: 'maybe' }, 'not_a_choice outcome'],
      [{ decidedAt: at }, 'contradiction outcome'],
      [{ amount: '-1' }, 'contradiction outcome'],
    ],
  },
  'survey-responses': {
    rows: [
      { externalId: 'a1', kind: 'nps', score: 9, contact: 'Pat@Acme.example', owner: 'Ben', answeredAt: at, company: 'Acme' },
      { externalId: 'a2', kind: 'nps', score: 0, contact: 'kim@acme.example', owner: 'Cleo', answeredAt: at },
    ],
    corrected: { externalId: 'a1', kind: 'nps', score: 10, contact: 'pat@acme.example', owner: 'Ben', answeredAt: at },
    wrong: [
      [{ score: 11 }, 'out_of_range score'],
      [{ score: 9.5 }, 'not_a_number score'],
      [{ kind: 'csat' }, 'not_a_choice kind'],
      [{ contact: null }, 'required contact'],
      [{ contact: 'x'.repeat(255) }, 'too_long contact'],
    ],
  },
};

describe('bulk ingestion of what customers do', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let tenantId: string;
  let admin: string;
  let token: string;

  beforeAll(async () => {
    database = await testDatabase();
    api = await startApi(database);
    const people = [
      { name: 'Ada', roles: ['admin'] },
      { name: 'Ben', roles: ['member'] },
      { name: 'Cleo', roles: ['member'] },
    ];
    const tenant = await createTenant(database, { slug: 'doors', zone: 'America/New_York', people });
    tenantId = tenant.tenantId;
    admin = await signInAs(api, 'doors', tenant.userIds['Ada'] as string);
    await database.admin.query(`update users set external_id = 'cleo-1' where tenant_id = $1 and name = 'Cleo'`, [tenantId]);
    await database.admin.query(`insert into companies (tenant_id, external_id, name, created_at) values ($1, 'c1', 'Acme', now())`, [tenantId]);
    const body = { label: 'Bulk', scopes: ['facts:write'], expiresInDays: 1 };
    token = (await api.call<CreatedApiKey>('POST', '/api/api-keys', { token: admin, body })).body.token as string;
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const send = async (source: string, rows: object[]) => {
    const answer = await api.call<IngestResult>('POST', `/api/ingest/${source}`, { token, body: { rows } });
    expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ rows: expect.any(Array) })]);
    return answer.body;
  };
  const outcomes = ({ rows }: IngestResult) => rows.map((row) => row.outcome);
  const versions = async (source: Source) =>
    (await database.admin.query(`select count(*)::int as n from ${source.replaceAll('-', '_')} where tenant_id = $1`, [tenantId])).rows[0]
      .n as number;
  const sale = async (externalId: string) => {
    const page = await api.call<SalePage>('GET', '/api/sales?limit=200', { token: admin });
    return page.body.items.find((item) => item.externalId === externalId) as Sale;
  };
  const credited = (of: Sale) => of.shares.map(({ user, amount, counted }) => [user.name, amount.amount, counted?.amount]);

  it.each(sources)(
    'SRC-09 rows of %s become facts by their external id, the same call again writes nothing, a correction is one version',
    async (source) => {
      const { rows, corrected } = told[source];
      const first = await send(source, rows);
      expect(outcomes(first)).toEqual(['created', 'created']);
      const stored = await versions(source);
      const again = await send(source, rows);
      expect([outcomes(again), await versions(source)]).toEqual([['unchanged', 'unchanged'], stored]);
      expect(again.rows.map(({ id }) => id)).toEqual(first.rows.map(({ id }) => id));
      const fixed = await send(source, [corrected]);
      expect([outcomes(fixed), fixed.rows[0]?.id]).toEqual([['updated'], first.rows[0]?.id]);
      expect(await versions(source)).toBe(stored + (source === 'sales' ? 2 : 1)); // a divided sale has a row for each of its two people
      const shown = await api.call<{ id: string; version: number; company: { name: string } | null }>('GET', `/api/${source}/${first.rows[0]?.id}`, {
        token: admin,
      });
      expect(shown.body).toMatchObject({ version: 2, company: { name: 'Acme' } }); // what the correction does not name stays
      expect(outcomes(await send(source, [corrected]))).toEqual(['unchanged']);
    },
  );

  it.each(sources)('SRC-09 each wrong row of %s is refused with its field and keeps no other out', async (source) => {
    const { rows, wrong } = told[source];
    const good = { ...rows[0], externalId: 'good' };
    const answer = await send(source, [...wrong.map(([change], n) => ({ ...rows[0], externalId: `w${n}`, ...change })), good, good]);
    expect(answer.rows.map(({ problems }) => problems.map(({ code, field }) => `${code} ${field}`))).toEqual([
      ...wrong.map(([, problem]) => [problem]),
      [],
      ['repeated externalId'],
    ]);
    expect(answer).toMatchObject({ created: 1, refused: wrong.length + 1 });
  });

  it.each(sources)('SRC-09 PLAT-06 a dry run of %s says what would become of the rows and writes nothing', async (source) => {
    const rows = [{ ...told[source].rows[0], externalId: 'dry' }, { externalId: 'bad' }];
    const before = await versions(source);
    const dry = await api.call<IngestResult>('POST', `/api/ingest/${source}?dryRun=true`, { token, body: { rows } });
    expect([dry.status, outcomes(dry.body), dry.body.rows[0]?.id]).toEqual([200, ['created', 'refused'], null]);
    expect(await versions(source)).toBe(before);
    expect((await api.call('POST', `/api/ingest/${source}?dryRun=perhaps`, { token, body: { rows } })).status).toBe(400);
  });

  it('SRC-07 SRC-08 SRC-09 a sale in another currency, shared 60 / 40, is counted to the cent at the rate of its day, and waits while there is none', async () => {
    const row = {
      externalId: 'eur',
      owner: 'Ben',
      occurredAt: '2026-05-04T15:00:00Z',
      amount: '10.01',
      currency: 'eur',
      shares: 'Ben=60; cleo-1=40',
    };
    const first = await send('sales', [row]);
    expect([outcomes(first), first.rows[0]?.problems.map(({ code, field }) => `${code} ${field}`)]).toEqual([['created'], ['no_rate currency']]);
    // 10.01 * 60 % = 6.006 and 10.01 * 40 % = 4.004: the cent left goes to the larger remainder
    expect(credited(await sale('eur'))).toEqual([
      ['Ben', '6.01', undefined],
      ['Cleo', '4.00', undefined],
    ]);
    const body = { currency: 'EUR', on: '2026-05-01', rate: '1.10' };
    const rate = await api.call<ExchangeRate>('POST', '/api/exchange-rates', { token: admin, body });
    expect(rate.status).toBe(201);
    // 10.01 * 1.1 = 11.011, counted 11.01: 60 % is 6.606 and 40 % 4.404, so 6.61 and 4.40
    expect([credited(await sale('eur')), (await sale('eur')).version]).toEqual([
      [
        ['Ben', '6.01', '6.61'],
        ['Cleo', '4.00', '4.40'],
      ],
      2,
    ]);
    expect(outcomes(await send('sales', [row]))).toEqual(['unchanged']);
    const corrected = await send('sales', [{ ...row, shares: 'Ben=50; Cleo=50' }]);
    expect(outcomes(corrected)).toEqual(['updated']);
    // 11.01 / 2 = 5.505 each: of equal remainders the first gets the cent; 10.01 / 2 likewise
    expect(credited(await sale('eur'))).toEqual([
      ['Ben', '5.01', '5.51'],
      ['Cleo', '5.00', '5.50'],
    ]);
    const beyond = await send('sales', [{ ...row, externalId: 'beyond', amount: '9999999999999.99' }]);
    expect([outcomes(beyond), beyond.rows[0]?.problems[0]?.code]).toEqual([['refused'], 'out_of_range']);
  });

  it('SRC-08 a changed rate counts a thousand shared sales again in as many statements as one', async () => {
    const rows = (from: number, n: number, currency: string) =>
      Array.from({ length: n }, (_, place) => ({
        externalId: `many${currency}${from + place}`,
        owner: 'Ben',
        occurredAt: '2026-06-04T15:00:00Z',
        amount: `${(place % 90) + 10}.01`,
        currency,
        shares: 'Ben=33.3333; Cleo=33.3333; Ada=33.3334',
      }));
    await send('sales', rows(0, 1, 'GBP'));
    await send('sales', rows(0, 1000, 'CHF'));
    const counted = async (currency: string) =>
      (
        await database.admin.query(
          `select count(*)::int as n, sum(amount_minor)::int as total, sum(whole_minor) filter (where position = 1)::int as whole
        from sales where tenant_id = $1 and given_currency = $2 and known_to is null and not unrated`,
          [tenantId, currency],
        )
      ).rows[0] as object;
    // What the server does beside it (sessions, pools) sends statements of its own, at times of its own.
    const statements = async (currency: string) => {
      const body = { currency, on: '2026-06-01', rate: '1.5' };
      const { result, statements: sent } = await countStatements(() => api.call('POST', '/api/exchange-rates', { token: admin, body }));
      expect(result.status).toBe(201);
      return sent.filter((text) => /\b(sales|pipeline_events|exchange_rates)\b/.test(text)).length;
    };
    const many = await statements('CHF');
    expect(many).toBeGreaterThan(2);
    expect(await statements('GBP')).toBe(many);
    // amounts 10.01 .. 99.01 eleven times and 10.01 .. 19.01 once more; each times 1.5, half a cent away from zero: 10.01 -> 15.02, 11.01 -> 16.52
    let whole = 0;
    for (let n = 0; n < 1000; n += 1) whole += Math.round(((n % 90) + 10) * 150 + 1.5);
    expect(await counted('CHF')).toEqual({ n: 3000, total: whole, whole });
  });

  it('PLAT-06 calls are noted by key with what became of their rows and no value of them, newest first, the latest two hundred of each key', async () => {
    const body = { label: 'Noted', scopes: ['facts:write'], expiresInDays: 1 };
    const key = (await api.call<CreatedApiKey>('POST', '/api/api-keys', { token: admin, body })).body;
    const post = (path: string, rows: object[], as = key.token as string) => api.call('POST', `/api/ingest/${path}`, { token: as, body: { rows } });
    const calls = async (query = '') => (await api.call<IngestCallPage>('GET', `/api/ingest/calls?keyId=${key.id}${query}`, { token: admin })).body;
    await post('companies', [
      { externalId: 'noted-1', name: 'One' },
      { externalId: 'noted-2', owner: 'Nobody' },
    ]);
    await post('companies?dryRun=true', [{ externalId: 'noted-1', name: 'One' }]);
    expect((await post('companies', [])).status).toBe(400); // refused as a whole: no call
    expect(await calls()).toMatchObject({
      items: [
        {
          source: 'companies',
          dryRun: true,
          key: { name: 'Noted' },
          user: { name: 'Ada' },
          rows: 1,
          created: 0,
          unchanged: 1,
          refused: 0,
          problems: [],
        },
        { dryRun: false, rows: 2, created: 1, refused: 1, problems: [{ row: 2, field: 'name', code: 'required' }] },
      ],
      nextCursor: null,
    });
    const first = await calls('&limit=1');
    expect((await calls(`&limit=1&cursor=${first.nextCursor}`)).items[0]?.rows).toBe(2);
    expect((await api.call('GET', '/api/ingest/calls', { token: key.token as string })).status).toBe(403);
    await database.admin.query(
      `insert into ingest_calls (tenant_id, api_key_id, user_id, source, dry_run, row_count, created, updated, unchanged, refused)
       select tenant_id, id, created_by, 'sales', false, 1, 1, 0, 0, 0 from api_keys cross join generate_series(1, 205) where tenant_id = $1 and id = $2`,
      [tenantId, key.id],
    );
    await post('companies', [{ externalId: 'noted-1', name: 'One' }]);
    const { rows } = await database.admin.query('select count(*)::int as n from ingest_calls where tenant_id = $1 and api_key_id = $2', [
      tenantId,
      key.id,
    ]);
    expect(rows).toEqual([{ n: 200 }]);
  });
});
