import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Company, Problem } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { randomUUID } from 'node:crypto';
import { createTenant, type RunningApi, signInAs, startApi } from '../testing/start-api.js';

type Answered = Company & Problem;

describe('repeated and competing requests', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let people: Record<string, string>;
  let ada: string;
  let lea: string;

  beforeAll(async () => {
    database = await testDatabase();
    ({ userIds: people } = await createTenant(database, {
      slug: 'repeats',
      people: [
        { name: 'Ada', roles: ['admin'] },
        { name: 'Lea', roles: ['leader'] },
      ],
    }));
    api = await startApi(database);
    ada = await signInAs(api, 'repeats', people['Ada'] as string);
    lea = await signInAs(api, 'repeats', people['Lea'] as string);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const create = (name: string, key: string | null, token = ada) =>
    api.call<Answered>('POST', '/api/companies', { token, body: { name }, ...(key ? { headers: { 'idempotency-key': key } } : {}) });
  const patch = (id: string, name: string, ifMatch: string) =>
    api.call<Answered>('PATCH', `/api/companies/${id}`, { token: ada, body: { name }, headers: { 'if-match': ifMatch } });
  const count = async (name: string) =>
    Number((await database.admin.query<{ n: string }>('select count(*) as n from companies where name = $1', [name])).rows[0]?.n);

  it('REL-04 case 64 fifty requests with one key at once have one effect; the others are answered the same, or asked to come again', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 50 }, () => create('One', key)));
    const made = answers.filter((answer) => answer.status === 201);
    expect(new Set(made.map((answer) => answer.body.id)).size).toBe(1);
    expect(made.filter((answer) => answer.headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(answers.every((answer) => [201, 409, 503].includes(answer.status))).toBe(true);
    expect(await count('One')).toBe(1);
    const lines = await database.admin.query(`select 1 from audit_events where action = 'companies.create'`);
    expect(lines.rowCount).toBe(1);
  });

  it('REL-04 case 65 the same key with another body is refused; of another person it is another key', async () => {
    const key = randomUUID();
    expect((await create('Two', key)).status).toBe(201);
    const other = await create('Two other', key);
    expect([other.status, other.body.code]).toEqual([422, 'unprocessable']);
    expect((await create('Two', key, lea)).status).toBe(201);
    expect([await count('Two'), await count('Two other')]).toEqual([2, 0]);
  });

  it('REL-04 case 66 a request whose answer was lost after the commit is answered again, marked as repeated', async () => {
    const key = randomUUID();
    const first = await create('Three', key);
    const again = await create('Three', key);
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([201, first.body, 'true']);
    expect(await count('Three')).toBe(1);
  });

  it('REL-04 case 67 nobody is told again what they may not see any more', async () => {
    const key = randomUUID();
    const body = await create('Four', key, lea);
    expect(body.status).toBe(201);
    await database.admin.query(`update user_roles set role = 'member' where user_id = $1`, [people['Lea']]);
    const after = await create('Four', key, lea);
    await database.admin.query(`update user_roles set role = 'leader' where user_id = $1`, [people['Lea']]);
    expect([after.status, JSON.stringify(after.body).includes(body.body.id)]).toEqual([403, false]);
  });

  it('REL-04 a refused request leaves no key: put right, it may be sent under the same one', async () => {
    const key = randomUUID();
    expect((await create('', key)).status).toBe(400);
    expect((await create('Five', key)).status).toBe(201);
    const bad = await api.call<Problem>('POST', '/api/companies', {
      token: ada,
      body: { name: 'x' },
      headers: { 'idempotency-key': 'k'.repeat(256) },
    });
    expect([bad.status, bad.body.errors?.[0]?.field]).toEqual([400, 'Idempotency-Key']);
  });

  it('REL-04 case 68 of two changes made for the same version one is taken; the version rises by one and never falls', async () => {
    const { body } = await create('Six', null);
    for (let round = 1; round <= 10; round += 1) {
      const answers = await Promise.all([patch(body.id, `Six a${round}`, `"v${round}"`), patch(body.id, `Six b${round}`, `"v${round}"`)]);
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
      expect(answers.find((answer) => answer.status === 200)?.headers.get('etag')).toBe(`"v${round + 1}"`);
      expect(answers.find((answer) => answer.status === 412)?.body.params).toEqual({ version: round + 1, etag: `"v${round + 1}"` });
    }
    await database.admin.query('update companies set version = 1 where id = $1', [body.id]); // even by hand it cannot be set back
    expect((await api.call<Company>('GET', `/api/companies/${body.id}`, { token: ada })).body.version).toBe(12);
  });

  it('REL-04 case 69 a change without If-Match is 428; a star or a list is no version', async () => {
    const { body } = await create('Seven', null);
    expect((await patch(body.id, 'x', '')).status).toBe(428);
    for (const header of ['*', '"v1", "v2"', 'W/"v1"', 'v1', '"v0"', '"v99999999999"']) expect((await patch(body.id, 'x', header)).status).toBe(400);
    expect((await patch(body.id, 'Seven', '"v1"')).status).toBe(200);
  });

  it('REL-04 a reader who has the present version is answered 304 without a body', async () => {
    const { body } = await create('Eight', null);
    const read = (tag: string) => fetch(`${api.url}/api/companies/${body.id}`, { headers: { authorization: `Bearer ${ada}`, 'if-none-match': tag } });
    const same = await read('"v1"');
    expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', '"v1"']);
    expect((await read('"v2"')).status).toBe(200);
  });
});
