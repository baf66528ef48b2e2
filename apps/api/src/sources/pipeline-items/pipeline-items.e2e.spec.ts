import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Import, PipelineEventPage, PipelineItem, PipelineItemPage, Problem } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createOrganisation } from '../../organisation.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../../testing/start-api.js';

const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('pipeline items', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  const ids: Record<string, string> = {};
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    database = await testDatabase();
    // The worker first: passport keeps one strategy per process, and the API's must be the last.
    worker = await startWorker(database);
    api = await startApi(database);
    const admin = { name: 'Ada', email: 'ada@deals.example', password: 'long enough word' };
    const made = await createOrganisation(database.adminUrl, { slug: 'deals', name: 'Deals', zone: 'UTC', demo: true, admin });
    ({ tenantId } = made);
    ids['Ada'] = made.adminId;
    for (const [name, role] of [
      ['Ben', 'member'],
      ['Cleo', 'member'],
      ['Lea', 'leader'],
    ] as const) {
      const { rows } = await database.admin.query<{ id: string }>('insert into users (tenant_id, name) values ($1, $2) returning id', [
        tenantId,
        name,
      ]);
      ids[name] = rows[0]?.id as string;
      await database.admin.query('insert into user_roles (tenant_id, user_id, role) values ($1, $2, $3)', [tenantId, ids[name], role]);
    }
    const team = await database.admin.query<{ id: string }>(`insert into teams (tenant_id, name) values ($1, 'North') returning id`, [tenantId]);
    await database.admin.query(
      `insert into team_memberships (tenant_id, team_id, user_id, role, from_on) values ($1, $2, $3, 'member', '2020-01-01'), ($1, $2, $4, 'leader', '2020-01-01')`,
      [tenantId, team.rows[0]?.id, ids['Ben'], ids['Lea']],
    );
    for (const name of ['Ada', 'Ben', 'Cleo', 'Lea']) tokens[name] = await signInAs(api, 'deals', ids[name] as string);
  });

  afterEach(() => unblock());

  afterAll(async () => {
    await worker.close();
    await api.close();
    await database.drop();
  });

  const call = <T = PipelineItem & Problem>(who: string, method: string, path: string, body?: unknown) =>
    api.call<T>(method, `/api${path}`, { token: tokens[who] as string, ...(body === undefined ? {} : { body }) });

  const made = async (who: string, body: Record<string, unknown>): Promise<PipelineItem> => {
    const answer = await call(who, 'POST', '/pipeline-items', { name: 'x', stage: 'engaging', value: usd('10.00'), ...body });
    expect([answer.status, answer.body.detail]).toEqual([201, undefined]);
    return answer.body;
  };

  /** A block as the gates would write it. */
  const block = async (who: string) => {
    const user = ids[who];
    await database.admin.query(
      `with p as (insert into goal_periods (tenant_id, name, kind, starts_on, ends_on, time_zone, starts_at, ends_at, created_at)
           values ($1, 'Q', 'quarterly', '2026-10-01', '2026-12-31', 'UTC', '2026-10-01', '2027-01-01', now()) returning id),
         g as (insert into goals (tenant_id, period_id, owner_user_id, name, metric, target, target_known_at, created_at) select $1, id, $2, 'Revenue', 'revenue', 100, now(), now() from p returning id),
         o as (insert into gate_policies (tenant_id, name, created_at) values ($1, 'P', now()) returning id),
         v as (insert into gate_policy_versions (tenant_id, policy_id, number, state, definition, definition_hash, published_at, created_at)
           select $1, id, 1, 'published', '{}', 'h', now(), now() from o returning id),
         t as (insert into gates (tenant_id, goal_id, user_id, policy_version_id, step_order, name, step, blocking, starts_at, deadline_on, deadline_at, judge_at, ends_at)
           select $1, g.id, $2, v.id, 2, 'Pipeline coverage', '{}', true, now() - interval '9 days', current_date, now() - interval '2 days', now() - interval '1 day',
             now() + interval '30 days' from g, v returning id)
       insert into restrictions (tenant_id, gate_id, user_id, kind, actions, state, imposed_at, starts_at, ends_at, evidence_hash)
         select $1, id, $2, 'action_block', '{deal.create}', 'in_force', now(), now() - interval '1 day', now() + interval '30 days', 'h' from t`,
      [tenantId, user],
    );
  };

  async function unblock(): Promise<void> {
    for (const table of ['restrictions', 'gates', 'gate_policy_versions', 'gate_policies', 'goals', 'goal_periods'])
      await database.admin.query(`delete from ${table} where tenant_id = $1`, [tenantId]);
  }

  it('SRC-03 keeps stage, value, owner and the fields of a list, and answers them as they were sent', async () => {
    const fields = {
      agreementDate: '2026-03-01',
      partnerListDueDate: '2026-03-10',
      partnerListSentDate: '2026-03-09',
      firstSaleDate: '2026-04-01',
      partnerListSize: 12,
    };
    const item = await made('Ben', {
      ...fields,
      name: 'Länder & Co',
      stage: 'CALL_BOOKED',
      totalSalesFromList: '99.50',
      category: 'bank',
      expectedCloseOn: '2026-12-24',
    });
    expect(item).toMatchObject({
      ...fields,
      name: 'Länder & Co',
      stage: { key: 'CALL_BOOKED', kind: 'lead', qualified: false },
      owner: { id: ids['Ben'], name: 'Ben' },
    });
    expect(item).toMatchObject({
      value: usd('10.00'),
      totalSalesFromList: usd('99.50'),
      category: 'bank',
      expectedCloseOn: '2026-12-24',
      version: 1,
    });
    expect((await call('Ben', 'GET', `/pipeline-items/${item.id}`)).body).toEqual(item);
  });

  it('SRC-05 records every stage, owner and value change as an event with event time and record time', async () => {
    const item = await made('Lea', { ownerId: ids['Ben'], stage: 'lead', occurredAt: '2026-01-05T10:00:00Z' });
    await call('Lea', 'PATCH', `/pipeline-items/${item.id}`, { stage: 'engaging', occurredAt: '2026-01-06T10:00:00Z' });
    await call('Lea', 'PATCH', `/pipeline-items/${item.id}`, { value: usd('25.00'), occurredAt: '2026-01-07T10:00:00Z' });
    await call('Lea', 'PATCH', `/pipeline-items/${item.id}`, { ownerId: ids['Cleo'], occurredAt: '2026-01-08T10:00:00Z' });
    await call('Ada', 'PATCH', `/pipeline-items/${item.id}`, { stage: 'won', occurredAt: '2026-01-09T10:00:00Z' });
    await call('Ada', 'PATCH', `/pipeline-items/${item.id}`, { note: 'no event' });
    const { items } = (await call<PipelineEventPage>('Ada', 'GET', `/pipeline-items/${item.id}/events`)).body;
    expect(items.map((event) => [event.occurredAt.slice(0, 10), event.stage.key, event.owner.name, event.value.amount, event.entered])).toEqual([
      ['2026-01-05', 'lead', 'Ben', '10.00', 'lead'],
      ['2026-01-06', 'engaging', 'Ben', '10.00', 'deal'],
      ['2026-01-07', 'engaging', 'Ben', '25.00', null],
      ['2026-01-08', 'engaging', 'Cleo', '25.00', null],
      ['2026-01-09', 'won', 'Cleo', '25.00', 'won'],
    ]);
    expect(new Set(items.map((event) => event.recordedBy))).toEqual(new Set(['Lea', 'Ada']));
    expect(items.every((event) => event.knownAt > '2026-11')).toBe(true);
    const ends = await database.admin.query<{ end: string }>(
      `select to_char(ended_at, 'MM-DD') as end from pipeline_events where item_id = $1 order by sequence`,
      [item.id],
    );
    expect(ends.rows.map((row) => row.end)).toEqual(['01-06', '01-07', '01-08', '01-09', null]);
  });

  it('SRC-05 winning makes a sale, re-opening takes it back and keeps the old version', async () => {
    const item = await made('Ben', { occurredAt: '2026-02-01T00:00:00Z' });
    const sales = async () =>
      (
        await database.admin.query('select amount_minor as amount, known_to is null as present from sales where item_id = $1 order by known_at', [
          item.id,
        ])
      ).rows;
    await call('Ben', 'PATCH', `/pipeline-items/${item.id}`, { stage: 'won', value: usd('12.34') });
    expect(await sales()).toEqual([{ amount: '1234', present: true }]);
    await call('Ben', 'PATCH', `/pipeline-items/${item.id}`, { stage: 'engaging' });
    expect(await sales()).toEqual([{ amount: '1234', present: false }]);
    await call('Ben', 'PATCH', `/pipeline-items/${item.id}`, { stage: 'won' });
    expect(await sales()).toEqual([
      { amount: '1234', present: false },
      { amount: '1234', present: true },
    ]);
  });

  it('SRC-05 refuses what has not happened yet and what lies before the last change', async () => {
    const item = await made('Ben', { occurredAt: '2026-02-01T00:00:00Z' });
    const future = await call('Ben', 'PATCH', `/pipeline-items/${item.id}`, { stage: 'won', occurredAt: '2999-01-01T00:00:00Z' });
    expect([future.status, future.body.errors?.[0]?.code]).toEqual([400, 'future']);
    const before = await call('Ben', 'PATCH', `/pipeline-items/${item.id}`, { stage: 'won', occurredAt: '2026-01-31T00:00:00Z' });
    expect([before.status, before.body.errors?.[0]?.code]).toEqual([400, 'before_last_change']);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown stage', { stage: 'nowhere' }, 'stage'],
    ['a number as amount', { value: { amount: 1e300, currency: 'USD' } }, 'value.amount'],
    ['NaN as amount', { value: usd('NaN') }, 'value.amount'],
    ['a negative amount', { value: usd('-1.00') }, 'value.amount'],
    ['thirds of a cent', { value: usd('1.001') }, 'value.amount'],
    ['a currency that is none', { value: { amount: '1.00', currency: 'euro' } }, 'value.currency'],
    ['a day that does not exist', { expectedCloseOn: '2026-02-30' }, 'expectedCloseOn'],
    ['year 10000', { occurredAt: '10000-01-01T00:00:00Z' }, 'occurredAt'],
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['an owner of nowhere', { ownerId: '01900000-0000-7000-8000-000000000000' }, 'ownerId'],
    ['a company of nowhere', { companyId: '01900000-0000-7000-8000-000000000000' }, 'companyId'],
    ['a name of 121 characters', { name: 'x'.repeat(121) }, 'name'],
  ])('PLAT-08 refuses %s and names the field', async (_what, wrong, field) => {
    const answer = await call('Ben', 'POST', '/pipeline-items', { name: 'x', stage: 'lead', ...wrong });
    expect([answer.status, [...new Set(answer.body.errors?.map((error) => error.field))]]).toEqual([400, [field]]);
  });

  it('PLAT-04 (roles) shows a member the own items, a leader those of the team, an admin all', async () => {
    const names = async (who: string) =>
      new Set((await call<PipelineItemPage>(who, 'GET', '/pipeline-items?limit=200')).body.items.map((item) => item.owner.name));
    const cleos = await made('Cleo', {});
    await made('Ben', {});
    expect(await names('Cleo')).toEqual(new Set(['Cleo']));
    expect((await names('Lea')).has('Cleo')).toBe(false);
    expect(await names('Ada')).toEqual(new Set(['Ben', 'Cleo']));
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['GET', '/events'],
      ['POST', '/duplicate'],
    ] as const)
      expect((await call('Ben', method, `/pipeline-items/${cleos.id}${path}`, method === 'PATCH' ? { name: 'mine' } : undefined)).status).toBe(404);
  });

  it('SRC-03 pages through the list without losing or repeating an item, and searches by the beginning of the name', async () => {
    for (let n = 0; n < 5; n += 1) await made('Cleo', { name: `paged ${n} 100%` });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: PipelineItemPage = (
        await call<PipelineItemPage>('Cleo', 'GET', `/pipeline-items?q=paged&limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      ).body;
      seen.push(...page.items.map((item) => item.name));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([4, 3, 2, 1, 0].map((n) => `paged ${n} 100%`));
    expect((await call<PipelineItemPage>('Cleo', 'GET', '/pipeline-items?q=%25')).body.items).toEqual([]);
    expect((await call('Cleo', 'GET', '/pipeline-items?cursor=nonsense')).status).toBe(400);
    expect((await call('Cleo', 'GET', '/pipeline-items?limit=201')).status).toBe(400);
  });

  it('SRC-03 lists what is worth between two values, both included, in the currency of the organisation and to the cent', async () => {
    for (const amount of ['99.99', '100.00', '100.01', '250.00', '250.01'])
      await made('Cleo', { name: `worth ${amount}`, value: { amount, currency: 'USD' } });
    const worth = async (limits: string) =>
      (await call<PipelineItemPage>('Cleo', 'GET', `/pipeline-items?q=worth&${limits}`)).body.items.map((item) => item.value.amount);
    expect(await worth('minValue=100&maxValue=250.00')).toEqual(['250.00', '100.01', '100.00']);
    expect(await worth('minValue=250.01')).toEqual(['250.01']);
    expect(await worth('maxValue=99.99')).toEqual(['99.99']);
    expect(await worth('minValue=100.01&maxValue=100.01')).toEqual(['100.01']);
    expect(await worth('minValue=300')).toEqual([]);
    const refused = async (limits: string) => {
      const { status, body } = await call<{ errors: { field: string; code: string }[] }>('Cleo', 'GET', `/pipeline-items?${limits}`);
      return [status, ...body.errors.map(({ field, code }) => `${field} ${code}`)];
    };
    expect(await refused('minValue=2&maxValue=1')).toEqual([400, 'maxValue order']);
    expect(await refused('minValue=1.005')).toEqual([400, 'minValue matches']);
    expect(await refused('maxValue=-1')).toEqual([400, 'maxValue matches']);
    expect(await refused('maxValue=many')).toEqual([400, 'maxValue matches']);
  });

  it('GATE-07 (REST) case 40 refuses a new deal, a promotion, a copy and a re-opening of a blocked person; leads, edits and qualifying stay open', async () => {
    const lead = await made('Ben', { stage: 'lead' });
    const open = await made('Ben', { stage: 'prospecting' });
    const won = await made('Ben', { stage: 'won' });
    await block('Ben');
    const refused = [
      await call('Ben', 'POST', '/pipeline-items', { name: 'new', stage: 'prospecting' }),
      await call('Ben', 'POST', '/pipeline-items', { name: 'new', stage: 'won' }),
      await call('Ben', 'PATCH', `/pipeline-items/${lead.id}`, { stage: 'engaging' }),
      await call('Ben', 'POST', `/pipeline-items/${open.id}/duplicate`),
      await call('Ben', 'PATCH', `/pipeline-items/${won.id}`, { stage: 'engaging' }),
      await call('Lea', 'POST', '/pipeline-items', { name: 'for Ben', stage: 'engaging', ownerId: ids['Ben'] }),
    ];
    expect(refused.map((answer) => [answer.status, answer.body.code])).toEqual(refused.map(() => [403, 'restricted']));
    expect(refused[0]?.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(refused[0]?.body.restriction).toMatchObject({ kind: 'action_block', userId: ids['Ben'], gateName: 'Pipeline coverage' });
    const allowed = [
      await call('Ben', 'POST', '/pipeline-items', { name: 'a lead', stage: 'lead' }),
      await call('Ben', 'PATCH', `/pipeline-items/${open.id}`, { stage: 'engaging' }),
      await call('Ben', 'PATCH', `/pipeline-items/${open.id}`, { value: usd('500.00') }),
      await call('Ben', 'PATCH', `/pipeline-items/${open.id}`, { stage: 'won' }),
      await call('Ben', 'PATCH', `/pipeline-items/${lead.id}`, { note: 'call again' }),
    ];
    expect(allowed.map((answer) => answer.status)).toEqual([201, 200, 200, 200, 200]);
    await unblock();
    expect((await call('Ben', 'POST', '/pipeline-items', { name: 'free again', stage: 'prospecting' })).status).toBe(201);
  });

  it('GATE-07 (reassignment) case 40 refuses an open deal for a blocked person, whoever gives it, and a blocked person giving one away', async () => {
    const cleos = await made('Cleo', {});
    const bens = await made('Ben', {});
    await block('Ben');
    const given = await call('Ada', 'PATCH', `/pipeline-items/${cleos.id}`, { ownerId: ids['Ben'] });
    expect([given.status, given.body.restriction?.['userName']]).toEqual([403, 'Ben']);
    expect((await call('Ben', 'PATCH', `/pipeline-items/${bens.id}`, { ownerId: ids['Cleo'] })).status).toBe(403);
    expect((await call('Ada', 'PATCH', `/pipeline-items/${bens.id}`, { ownerId: ids['Cleo'] })).status).toBe(200);
  });

  const upload = async (mapping: unknown, csv: string): Promise<Import> => {
    const form = new FormData();
    form.set('mapping', typeof mapping === 'string' ? mapping : JSON.stringify(mapping));
    form.set('file', new Blob([csv], { type: 'text/csv' }), 'deals.csv');
    const sent = await fetch(`${api.url}/api/imports`, { method: 'POST', headers: { authorization: `Bearer ${tokens['Ada']}` }, body: form });
    const started = (await sent.json()) as Import;
    expect([sent.status, started.state]).toEqual([202, 'queued']);
    await worker.runner.runAll();
    return (await call<Import>('Ada', 'GET', `/imports/${started.id}`)).body;
  };

  it('GATE-07 (import) case 40 fails the rows of a blocked owner one by one, and takes unchanged rows and leads', async () => {
    const header = 'external_id,name,owner,stage,occurred_at,value\n';
    const before = [
      'i1,open,Ben,prospecting,2026-03-01,5',
      'i2,lead,Ben,lead,2026-03-01,5',
      'i3,lost,Ben,lost,2026-03-01,5',
      'i4,cleos,Cleo,engaging,2026-03-01,5',
    ];
    expect((await upload('pipeline-items', `${header}${before.join('\n')}\n`)).counts).toMatchObject({ created: 4, errors: 0 });
    await block('Ben');
    const after = [
      'i1,open,Ben,prospecting,2026-03-01,5', // unchanged: no creation
      'i2,lead,Ben,engaging,2026-03-01,5', // promoted
      'i3,lost,Ben,engaging,2026-03-01,5', // re-opened
      'i4,cleos,Ben,engaging,2026-03-01,5', // reassigned
      'i5,new,Ben,prospecting,2026-03-02,5',
      'i6,sold at once,Ben,won,2026-03-02,5',
      'i7,a lead,Ben,lead,2026-03-02,5',
      'i8,not his,Cleo,engaging,2026-03-02,5',
    ];
    const done = await upload('pipeline-items', `${header}${after.join('\n')}\n`);
    expect(done.counts).toMatchObject({ rows: 8, created: 2, updated: 0, unchanged: 1, errors: 5, byCode: { restricted: 5 } });
    const csv = await call<string>('Ada', 'GET', `/imports/${done.id}/findings?format=csv`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(
      csv.body
        .split('\r\n')
        .slice(1, -1)
        .map((line) => line.split(',')[0]),
    ).toEqual(['"3"', '"4"', '"5"', '"6"', '"7"']);
    await unblock();
    expect((await upload('pipeline-items', `${header}${after.join('\n')}\n`)).counts).toMatchObject({
      created: 2,
      updated: 3,
      unchanged: 3,
      errors: 0,
    });
  });

  it('GATE-07 (import) fails every new deal when the importing person is blocked', async () => {
    await block('Ada');
    const done = await upload(
      'pipeline-items',
      'external_id,name,owner,stage,occurred_at\nj1,a,Cleo,engaging,2026-03-01\nj2,b,Cleo,lead,2026-03-01\n',
    );
    expect(done.counts).toMatchObject({ created: 1, errors: 1, byCode: { restricted: 1 } });
  });

  it('SRC-10 (CSV) looks into a file before it is imported and suggests the mapping', async () => {
    const form = new FormData();
    form.set(
      'file',
      new Blob([
        '\uFEFFopportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n1,Ben,GTXPro,,Won,2017-01-01,2017-01-02,5\n',
      ]),
      'x.csv',
    );
    const sent = await fetch(`${api.url}/api/imports/inspect`, { method: 'POST', headers: { authorization: `Bearer ${tokens['Ada']}` }, body: form });
    expect(await sent.json()).toMatchObject({
      suggestedPreset: 'crm-sales-pipeline',
      encoding: 'utf-8',
      delimiter: ',',
      sampleRows: [['1', 'Ben', 'GTXPro', '', 'Won', '2017-01-01', '2017-01-02', '5']],
    });
  });

  it('SRC-10 (errors) refuses a wrong mapping, no file, no multipart and people without the right, each with its problem', async () => {
    const send = async (who: string, fields: Record<string, string>, file?: string) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      if (file !== undefined) form.set('file', new Blob([file]), 'x.csv');
      const sent = await fetch(`${api.url}/api/imports`, { method: 'POST', headers: { authorization: `Bearer ${tokens[who]}` }, body: form });
      return [sent.status, ((await sent.json()) as Problem).errors?.map((error) => error.field)];
    };
    expect(await send('Ada', { mapping: 'no-such-preset' }, 'a,b\n')).toEqual([400, ['mapping']]);
    expect(await send('Ada', {}, 'a,b\n')).toEqual([400, ['mapping']]);
    expect(await send('Ada', { mapping: 'products' })).toEqual([400, ['file']]);
    expect(await send('Ada', { mapping: '{"source":"products","fields":{"price":{"column":"a"}}}' }, 'a\n')).toEqual([
      400,
      ['mapping.fields.price', 'mapping.fields.name', 'mapping.fields.listPrice'],
    ]);
    expect((await send('Ben', { mapping: 'products' }, 'a,b\n'))[0]).toBe(403);
    expect((await call('Ada', 'POST', '/imports', {})).status).toBe(400);
  });
});
