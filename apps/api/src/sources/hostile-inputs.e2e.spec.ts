import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { request as rawRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { createTenant, type RunningApi, signInAs, startApi } from '../testing/start-api.js';

interface Refusal {
  code: string;
  detail: string;
  errors?: { field: string; code: string }[];
}

interface Page {
  items: { id: string; name: string }[];
  nextCursor: string;
}

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const keys = (count: number) => `{${Array.from({ length: count }, (_, n) => `"k${n}":1`).join(',')}}`;

describe('hostile input', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let ada: string;
  let bea: string;
  let zoe: string;
  let zoesId: string;

  beforeAll(async () => {
    database = await testDatabase();
    const north = await createTenant(database, {
      slug: 'north',
      people: [
        { name: 'Ada', roles: ['admin'] },
        { name: 'Bea', roles: ['admin'] },
      ],
    });
    const south = await createTenant(database, { slug: 'south', people: [{ name: 'Zoe', roles: ['admin'] }] });
    zoesId = south.userIds['Zoe'] as string;
    api = await startApi(database);
    ada = await signInAs(api, 'north', north.userIds['Ada'] as string);
    bea = await signInAs(api, 'north', north.userIds['Bea'] as string);
    zoe = await signInAs(api, 'south', zoesId);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    api.call<Refusal>('POST', '/api/companies', { token: ada, body, headers: { 'content-type': 'application/json', ...headers } });
  const get = <T = Refusal>(path: string, token = ada) => api.call<T>('GET', `/api${path}`, { token });
  it.each(['/api/companies', '/api/pipeline-items', '/api/teams', '/api/users', '/api/goals', '/api/gate-policies'])(
    'SEC-02 a name at %s that nobody can see is refused in words; blanks around a name and blanks to look for are taken',
    async (path) => {
      for (const name of [' ', '\t \n', '\u00a0', '\u200b\u200d', '\u202e'])
        expect((await api.call<Refusal>('POST', path, { token: ada, body: { name } })).body.errors).toContainEqual({
          field: 'name',
          code: 'matches',
          message: 'name must not be blank',
        });
      expect((await get('/users?q=%20')).status).toBe(200);
      expect((await post({ name: ' Acme ' })).status).toBe(201);
    },
  );

  const companies = async () => (await database.admin.query<{ n: number }>('select count(*)::int as n from companies')).rows[0]?.n;

  it.each([
    ['3,000 levels in 18 kB', nested(3000), 400, 'too_deep'],
    ['33 levels', nested(33), 400, 'too_deep'],
    ['2,001 keys', keys(2001), 400, 'too_many_keys'],
    ['a list of 50,000', `{"name":[${'1,'.repeat(49_999)}1]}`, 400, 'too_many_items'],
    ['a list of 1,001', `{"name":[${'1,'.repeat(1000)}1]}`, 400, 'too_many_items'],
    ['a key that stands twice', '{"name":"a","name":"b"}', 400, 'twice'],
    ['a key that stands twice in two spellings', '{"name":"a","n\\u0061me":"b"}', 400, 'twice'],
    ['a prototype', '{"__proto__":{"admin":true}}', 400, 'unknown_field'],
    ['a constructor', '{"constructor":{"prototype":{"admin":true}}}', 400, 'unknown_field'],
    ['a byte order mark', '\ufeff{"name":"a"}', 400, 'json'],
    ['half a message', '{"name":"a', 400, 'json'],
    ['an empty message', ' ', 400, 'json'],
    ['a number beyond all', '{"employees":1e400}', 400, 'finite'],
    ['NUL in a text', '{"name":"a\\u0000b"}', 400, 'storable_text'],
    ['half a character', '{"name":"\\ud800"}', 400, 'storable_text'],
    ['a list instead of a message', '[]', 400, undefined],
    ['null instead of a message', 'null', 400, undefined],
    ['a name of 257 kB', `{"name":"${'x'.repeat(257 * 1024)}"}`, 413, undefined],
    ['a name of 250 kB', `{"name":"${'x'.repeat(250 * 1024)}"}`, 400, 'max_length'],
  ])('SEC-02 case 81 case 82 refuses %s', async (_what, body, status, code) => {
    const before = await companies();
    const answer = await post(body);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json; charset=utf-8']);
    if (code) expect(answer.body.errors?.map((one) => one.code)).toContain(code);
    expect(await companies()).toBe(before);
  });

  it('SEC-02 32 levels, 2,000 keys and 1,000 items are read and judged by the fields', async () => {
    for (const body of [nested(32), keys(2000), `{"name":[${'1,'.repeat(999)}1]}`]) {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(answer.body.errors?.some((one) => /^too_/.test(one.code))).toBe(false);
    }
  });

  it('SEC-02 case 81 refuses packed bodies, other encodings and other content types', async () => {
    const send = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) => {
      const answer = await fetch(`${api.url}/api/companies`, { method: 'POST', body, headers: { authorization: `Bearer ${ada}`, ...headers } });
      const problem = (await answer.json()) as Refusal;
      return [answer.status, problem.code];
    };
    const json = { 'content-type': 'application/json' };
    expect(await send(new Uint8Array(gzipSync('{"name":"a"}')), { ...json, 'content-encoding': 'gzip' })).toEqual([415, 'unsupported']);
    expect(await send(new Uint8Array(Buffer.from('{"name":"a"}', 'utf16le')), json)).toEqual([400, 'invalid']);
    expect(await send(new Uint8Array([0x7b, 0xff, 0x7d]), json)).toEqual([400, 'invalid']);
    expect(await send('name=a', { 'content-type': 'text/plain' })).toEqual([415, 'unsupported']);
    expect(await send('<a/>', { 'content-type': 'application/xml' })).toEqual([415, 'unsupported']);
    expect((await send('name=a', { 'content-type': 'application/x-www-form-urlencoded' }))[0]).toBe(415);
  });

  it('SEC-02 case 82 stores what is odd but text, and returns, finds and lists it unchanged', async () => {
    for (const name of [
      '\u202eEvil Inc.',
      '😀 Ltd',
      `e${'\u0301'.repeat(60)}`,
      '=HYPERLINK("http://x")',
      "Robert'); drop table companies;--",
      '<b>&amp;',
    ]) {
      const made = await api.call<{ id: string; name: string }>('POST', '/api/companies', { token: ada, body: { name } });
      expect([made.status, made.body.name]).toEqual([201, name]);
      expect((await get<{ name: string }>(`/companies/${made.body.id}`)).body.name).toBe(name);
      const found = await get<Page>(`/companies?q=${encodeURIComponent(name)}`);
      expect(found.body.items.map((one) => one.name)).toEqual([name]);
    }
  });

  it.each([
    ['/companies?q=a&q=b', 'q'],
    ['/companies?limit=99999999999999999999', 'limit'],
    ['/companies?limit=1e2', 'limit'],
    ['/companies?limit=0', 'limit'],
    ['/companies?offset=-1', 'offset'],
    ['/companies?sort=commission', 'sort'],
    ['/pipeline-items?confidence=2', 'confidence'],
    ['/goals?filter=baseline<2', 'filter'],
    ['/companies?q=%00', 'q'],
    ['/companies?cursor=', 'cursor'],
  ])('SEC-02 case 83 case 15 case 16 refuses GET %s and names %s', async (path, field) => {
    const answer = await get(path);
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, field]);
  });

  it('SEC-02 case 83 a question full of signs of patterns is plain text; one that is badly encoded is refused', async () => {
    for (const q of ['(', '%25', '_', '%5C', '[a-']) expect((await get<Page>(`/companies?q=${q}`)).status).toBe(200);
    expect((await get<Page>('/companies?q=(a%7C.*)')).body.items).toEqual([]);
    expect((await get('/companies?q=%E0%A4%A')).status).toBe(400);
  });

  it('SEC-02 an address of 8 KiB and more is refused as a problem of the address', async () => {
    const answer = await get(`/companies?q=${'a'.repeat(9000)}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid']);
  });

  it.each([
    'infinity',
    'now',
    '2026-02-30',
    '2026-02-30T10:00:00Z',
    '+010000-01-01',
    '0000-00-00',
    '2026-01-01T25:00:00Z',
    '2026-01-01T10:00:00',
    '',
  ])('SEC-02 case 62 takes no "%s" for an instant or a day', async (value) => {
    const body = { name: 'x', stage: 'lead', occurredAt: value, expectedCloseOn: value };
    const answer = await api.call<Refusal>('POST', '/api/pipeline-items', { token: ada, body });
    const fields = new Set(answer.body.errors?.map((one) => one.field));
    expect([answer.status, fields]).toEqual([400, new Set(['occurredAt', 'expectedCloseOn'])]);
  });

  it('SEC-01 case 14 a cursor is good for whom it was given to, as it was given', async () => {
    for (let n = 0; n < 3; n += 1) for (const token of [ada, zoe]) await api.call('POST', '/api/companies', { token, body: { name: `Paged ${n}` } });
    const list = (cursor: string, token = ada) => get<Page & Refusal>(`/companies?q=Paged&limit=1&cursor=${encodeURIComponent(cursor)}`, token);
    const first = (await get<Page>('/companies?q=Paged&limit=1')).body;
    const second = await list(first.nextCursor);
    expect(second.body.items.map((one) => one.name)).toEqual(['Paged 1']);
    const [packed, seal] = first.nextCursor.split('.') as [string, string];
    const forged = Buffer.from(JSON.stringify(['Paged 2', zoesId])).toString('base64url');
    for (const edited of [
      `${forged}.${seal}`,
      packed,
      `${packed}.`,
      `.${seal}`,
      `${first.nextCursor}=`,
      `${first.nextCursor}.`,
      `${packed}.${seal.slice(1)}A`,
    ])
      expect([(await list(edited)).status, (await list(edited)).body.errors?.[0]?.field]).toEqual([400, 'cursor']);
    for (const other of [zoe, bea]) expect((await list(first.nextCursor, other)).status).toBe(400);
  });

  it('SEC-01 case 6 the organisation is no field of any message, and case 5 an id of another organisation leaves no row', async () => {
    const patched = await api.call<Page & { id: string }>('POST', '/api/companies', { token: ada, body: { name: 'Kept' } });
    const answer = await api.call<Refusal>('PATCH', `/api/companies/${patched.body.id}`, { token: ada, body: { name: 'b', tenant_id: zoesId } });
    expect([answer.status, answer.body.errors?.[0]]).toMatchObject([400, { field: 'tenant_id', code: 'unknown_field' }]);
    const before = await companies();
    const foreign = await api.call<Refusal>('POST', '/api/companies', { token: ada, body: { name: 'Foreign', ownerId: zoesId } });
    expect(foreign.status).toBe(400);
    expect(await companies()).toBe(before);
  });

  it('SEC-01 case 12 a unique violation says neither the key nor the statement', async () => {
    const body = { name: 'First', externalId: 'secret-key-17' };
    expect((await api.call('POST', '/api/companies', { token: ada, body })).status).toBe(201);
    const again = await api.call<Refusal>('POST', '/api/companies', { token: ada, body: { ...body, name: 'Second' } });
    expect(again.status).toBe(409);
    expect(JSON.stringify(again.body)).not.toMatch(/secret-key-17|insert|duplicate key|Key \(/i);
    expect((await api.call('POST', '/api/companies', { token: zoe, body })).status).toBe(201);
  });

  it('SEC-01 case 21 a word beside ids reaches its own operation', async () => {
    const template = await get<{ steps?: unknown[]; definition?: unknown }>('/gate-policies/template');
    expect([template.status, (await get('/gate-policies/nothing')).status, (await get('/goals/leaderboard')).status]).toEqual([200, 400, 400]);
  });

  it('SEC-02 case 23 HEAD reads, other methods have no effect, and a header turns no method into another', async () => {
    const made = await api.call<{ id: string }>('POST', '/api/companies', { token: ada, body: { name: 'Methods' } });
    const path = `/api/companies/${made.body.id}`;
    const send = (method: string, headers: Record<string, string> = {}) =>
      new Promise<number>((resolve, reject) => {
        const sent = rawRequest(`${api.url}${path}`, { method, headers: { authorization: `Bearer ${ada}`, ...headers } }, (answer) => {
          answer.resume();
          answer.on('end', () => resolve(answer.statusCode ?? 0));
        });
        sent.on('error', reject);
        sent.end();
      });
    expect(await send('GET', { 'x-http-method-override': 'DELETE' })).toBe(200);
    expect(await send('HEAD')).toBe(200);
    for (const method of ['OPTIONS', 'TRACE', 'PROPFIND', 'PURGE', 'PUT', 'DELETE']) expect([method, await send(method)]).toEqual([method, 404]);
    expect(await send('GET')).toBe(200);
  });
});
