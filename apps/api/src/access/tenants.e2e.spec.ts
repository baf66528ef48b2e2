import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createOrganisation } from '../organisation.js';
import { openApiDocument } from '../platform/http/docs.js';
import { loadCrmSales } from '../sources/crm-sales.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';

const folder = new URL('../../../../tools/seed/crm-sales', import.meta.url).pathname;
/** Names that only the first organisation has. */
const canaries = /Elease Gluck|Dustin Brinkmann|Betasoloin|GTK 500|1C1I7A6R/;
const ids = `select id from pipeline_items where tenant_id = $1 union all select id from companies where tenant_id = $1 union all select id from users where tenant_id = $1
  union all select id from teams where tenant_id = $1 union all select id from imports where tenant_id = $1 union all select id from goal_periods where tenant_id = $1`;

describe('two organisations on one installation', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let stranger: string;
  let foreign: string[];
  let operations: { method: string; path: string }[];

  beforeAll(async () => {
    database = await testDatabase();
    const admin = { name: 'Ada', password: 'long enough word' };
    const first = await createOrganisation(database.adminUrl, {
      slug: 'first',
      name: 'First',
      zone: 'UTC',
      demo: true,
      admin: { ...admin, email: 'ada@first.example' },
    });
    const second = await createOrganisation(database.adminUrl, {
      slug: 'second',
      name: 'Second',
      zone: 'UTC',
      demo: true,
      admin: { ...admin, email: 'ada@second.example' },
    });
    const worker = await startWorker(database);
    await loadCrmSales(worker.app, { tenantId: first.tenantId, requestedBy: first.adminId, folder });
    await worker.close();
    api = await startApi(database);
    const owner = await signInAs(api, 'first', first.adminId);
    const body = { name: 'Q3', kind: 'quarterly', startsOn: '2017-07-01', endsOn: '2017-09-30' };
    await api.call('POST', '/api/goal-periods', { token: owner, body });
    stranger = await signInAs(api, 'second', second.adminId);
    const rows = (await database.admin.query<{ id: string }>(`select distinct on (left(id::text, 13)) id from (${ids}) x`, [first.tenantId])).rows;
    foreign = [...rows.slice(0, 5), ...rows.slice(-5)].map((row) => row.id);
    operations = Object.entries(openApiDocument(api.app).paths).flatMap(([path, item]) =>
      ['get', 'post', 'patch', 'delete'].filter((method) => Object.hasOwn(item, method)).map((method) => ({ method: method.toUpperCase(), path })),
    );
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const skip = /\/api\/(auth|stream|health)/;

  it('PLAT-01 no list of the second organisation shows anything of the first', async () => {
    const lists = operations.filter(({ method, path }) => method === 'GET' && !path.includes('{') && !skip.test(path));
    expect(lists.length).toBeGreaterThan(12);
    const leaks: string[] = [];
    for (const { path } of lists) {
      const answer = await api.call<unknown>('GET', path, { token: stranger });
      if (answer.status >= 500 || canaries.test(JSON.stringify(answer.body))) leaks.push(`${path} ${answer.status}`);
    }
    expect(leaks).toEqual([]);
  });

  it('PLAT-01 every operation on an id of the other organisation answers as if there were none, and changes nothing', async () => {
    const single = operations.filter(({ path }) => path.includes('{') && !skip.test(path));
    expect(single.length).toBeGreaterThan(15);
    const state = async () =>
      (await database.admin.query<{ n: string }>(`select count(*) || ' ' || sum(version) as n from pipeline_items`)).rows[0]?.n;
    const before = await state();
    const wrong: string[] = [];
    for (const { method, path } of single)
      for (const id of foreign) {
        const address = path.replaceAll(/\{\w+\}/g, id);
        const answer = await api.call<unknown>(method, address, {
          token: stranger,
          ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
        });
        const refused = answer.status === 404 || (answer.status === 400 && method !== 'GET');
        if (!refused || canaries.test(JSON.stringify(answer.body))) wrong.push(`${method} ${path} ${answer.status}`);
      }
    expect([...new Set(wrong)]).toEqual(['GET /api/metrics/{key}/value 400'].filter((known) => wrong.includes(known)));
    expect(await state()).toBe(before);
  });

  it('PLAT-01 ids of the other organisation inside a message are unknown', async () => {
    const owner = (await database.admin.query<{ id: string }>(`select id from users where name = 'Elease Gluck'`)).rows[0]?.id;
    const company = (await database.admin.query<{ id: string }>(`select id from companies limit 1`)).rows[0]?.id;
    const create = (body: Record<string, unknown>) =>
      api.call<{ errors?: { field: string }[] }>('POST', '/api/pipeline-items', {
        token: stranger,
        body: { name: 'X', stage: 'prospecting', ...body },
      });
    expect((await create({ ownerId: owner })).body.errors?.[0]?.field).toBe('ownerId');
    expect((await create({ companyId: company })).body.errors?.[0]?.field).toBe('companyId');
    const reading = await api.call('GET', `/api/metrics/revenue/value?ownerId=${owner}&from=2017-07-01&to=2017-09-30`, { token: stranger });
    expect(reading.status).toBe(404);
  });
});
