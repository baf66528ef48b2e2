import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiKey, ApiKeyPage, CreatedApiKey, PipelineItem } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { randomUUID } from 'node:crypto';
import { GateWorld } from '../gates/gate-world.spec-data.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { newApiKey } from './api-key-token.js';

interface Refusal {
  code: string;
  detail: string;
  errors?: { field: string }[];
}

describe('API keys', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let api: RunningApi;
  let w: GateWorld;
  let admin: string;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    w = await new GateWorld(database, worker.app, 'keyed').open(['Ana', 'Ben']);
    await w.clock('2026-03-17T06:00:00Z');
    await w.drain();
    await w.daily();
    api = await startApi(database);
    admin = await signInAs(api, 'keyed', w.adminId);
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  const make = (scopes: string[], more: object = {}, token = admin) =>
    api.call<CreatedApiKey & Refusal>('POST', '/api/api-keys', { token, body: { label: 'CRM sync', scopes, expiresInDays: 30, ...more } });
  const key = async (...scopes: string[]) => {
    const { token, id } = (await make(scopes)).body;
    return { token: token as string, id };
  };
  const list = async () => (await api.call<ApiKeyPage>('GET', '/api/api-keys', { token: admin })).body.items;
  const listed = async (id: string) => (await list()).find((one) => one.id === id) as ApiKey;
  const ask = (token: string, path = '/api/companies') => api.call<Refusal>('GET', path, { token });
  const anybody = (sql: string, ...params: unknown[]) => database.admin.query(sql, params);

  it('PLAT-06 a key is shown once, in the answer to its making; only its hash is kept, and no list, trail or repeated request tells it again', async () => {
    const once = { 'idempotency-key': randomUUID() };
    const body = { label: 'Nightly sync', scopes: ['facts:write', 'facts:read'], expiresInDays: 90 };
    const made = await api.call<CreatedApiKey>('POST', '/api/api-keys', { token: admin, body, headers: once });
    expect(made.status).toBe(201);
    const token = made.body.token as string;
    expect(made.body).toMatchObject({
      label: 'Nightly sync',
      scopes: ['facts:read', 'facts:write'],
      state: 'active',
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(token.startsWith(made.body.hint)).toBe(true);
    expect(made.body.createdBy).toEqual({ id: w.adminId, name: 'Ada Admin' });
    expect(Math.round((Date.parse(made.body.expiresAt) - Date.parse(made.body.createdAt)) / 86_400_000)).toBe(90);
    const again = await api.call<CreatedApiKey>('POST', '/api/api-keys', { token: admin, body, headers: once });
    expect([again.headers.get('idempotency-replayed'), again.body.id, again.body.token]).toEqual(['true', made.body.id, null]);
    const secret = token.split('_')[2] as string;
    const { rows } = await anybody(
      `select query_to_xml('select * from ' || quote_ident(table_name), true, false, '')::text as text from information_schema.tables
       where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((row: { text: string }) => row.text.includes(secret))).toEqual([]);
    expect(JSON.stringify(await list())).not.toContain(secret);
    const { rows: trail } = await anybody(`select action, after from audit_events where object_id = $1`, made.body.id);
    expect(trail).toEqual([{ action: 'apiKey.created', after: { scopes: ['facts:read', 'facts:write'], expiresAt: made.body.expiresAt } }]);
  });

  it('PLAT-06 a read-only key reads and writes nothing; a writing key writes; both reach no more than their scopes', async () => {
    const read = await key('facts:read');
    const write = await key('facts:write');
    expect((await ask(read.token)).status).toBe(200);
    expect((await ask(read.token, '/api/pipeline-items')).status).toBe(200);
    const company = { body: { name: 'By key' } };
    const refused = await api.call<Refusal>('POST', '/api/companies', { ...company, token: read.token });
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([403, 'forbidden', 'No scope of this API key includes this.']);
    const made = await api.call<{ id: string }>('POST', '/api/companies', { ...company, token: write.token });
    expect(made.status).toBe(201);
    expect((await ask(write.token)).status).toBe(403);
    for (const path of ['/api/me', '/api/goals', '/api/api-keys', '/api/audit', '/api/settings', '/api/restrictions'])
      for (const { token } of [read, write]) expect([path, (await ask(token, path)).status]).toEqual([path, 403]);
    const { rows } = await anybody(`select actor_id, after ->> 'apiKeyId' as key from audit_events where object_id = $1`, made.body.id);
    expect(rows).toEqual([{ actor_id: w.adminId, key: write.id }]);
  });

  it('PLAT-06 keys open every kind of fact, by their scope, and nothing about how people do', async () => {
    const [read, write] = [await key('facts:read'), await key('facts:write')];
    const facts = [
      'partner-lists',
      'tasks',
      'task-updates',
      'interactions',
      'company-updates',
      'programmes',
      'enrolments',
      'arr-movements',
      'renewals',
    ];
    for (const path of facts) {
      const asked = [await ask(read.token, `/api/${path}`), await ask(write.token, `/api/${path}`)];
      expect([path, ...asked.map(({ status }) => status)]).toEqual([path, 200, 403]);
      const sent = [read, write].map(({ token }) => api.call('POST', `/api/${path}`, { token, body: {} }));
      expect([path, ...(await Promise.all(sent)).map(({ status }) => status)]).toEqual([path, 403, 400]); // 400: let in, and asked for its fields
    }
    for (const path of ['/api/metrics', '/api/gates', '/api/goals', '/api/imports', '/api/ingest/calls'])
      for (const { token } of [read, write]) expect([path, (await ask(token, path)).status]).toEqual([path, 403]);
  });

  it('PLAT-06 case 25 no key approves a block: 403; a key of a deactivated creator is 401', async () => {
    const both = await key('facts:read', 'facts:write');
    const { rows } = await anybody(`select id, evidence_hash from restrictions where tenant_id = $1 and kind = 'action_block'`, w.tenantId);
    expect(rows.length).toBeGreaterThan(0);
    const decision = await api.call<Refusal>('POST', `/api/restrictions/${rows[0].id}/decisions`, {
      token: both.token,
      body: { decision: 'lift', reason: 'By machine.', evidenceHash: rows[0].evidence_hash },
    });
    expect([decision.status, decision.body.code]).toEqual([403, 'forbidden']);
    await w.addPerson('Abe', 'admin');
    const { body } = await make(['facts:read'], {}, await signInAs(api, 'keyed', w.person('Abe')));
    expect((await ask(body.token as string)).status).toBe(200);
    await anybody(`update users set status = 'disabled' where tenant_id = $1 and id = $2`, w.tenantId, w.person('Abe'));
    const gone = await ask(body.token as string);
    expect([gone.status, gone.body.code]).toEqual([401, 'unauthenticated']);
    expect((await listed(body.id)).state).toBe('creator_inactive');
  });

  it('PLAT-06 a key has the rights that its person has now, not those of its making', async () => {
    await w.addPerson('Amy', 'admin');
    const { token } = (await make(['facts:write'], {}, await signInAs(api, 'keyed', w.person('Amy')))).body;
    const send = () => api.call<Refusal>('POST', '/api/companies', { token: token as string, body: { name: 'Amy Inc.' } });
    expect((await send()).status).toBe(201);
    await anybody(`update user_roles set role = 'member' where tenant_id = $1 and user_id = $2`, w.tenantId, w.person('Amy'));
    expect((await send()).status).toBe(403);
  });

  it('PLAT-06 a revoked key and one that has expired are 401 at their next request, though they were used a moment ago', async () => {
    const [revoked, expired] = [await key('facts:read'), await key('facts:read')];
    for (const { token } of [revoked, expired]) expect((await ask(token)).status).toBe(200);
    expect((await api.call('DELETE', `/api/api-keys/${revoked.id}`, { token: admin })).status).toBe(204);
    expect((await api.call('DELETE', `/api/api-keys/${revoked.id}`, { token: admin })).status).toBe(204);
    await anybody(`update api_keys set created_at = now() - interval '2 days', expires_at = now() - interval '1 second' where id = $1`, expired.id);
    for (const { token } of [revoked, expired]) {
      const answer = await ask(token);
      expect([answer.status, answer.body.code, answer.body.detail]).toEqual([401, 'unauthenticated', 'This API key does not work any more.']);
    }
    expect([(await listed(revoked.id)).state, (await listed(expired.id)).state]).toEqual(['revoked', 'expired']);
  });

  it('PLAT-06 the last use is shown, and written at most once a minute', async () => {
    const { token, id } = await key('facts:read');
    await ask(token);
    const first = (await listed(id)).lastUsedAt;
    expect(Date.now() - Date.parse(first as string)).toBeLessThan(60_000);
    for (let n = 0; n < 5; n += 1) await ask(token);
    expect((await listed(id)).lastUsedAt).toBe(first);
    const other = await startApi(database); // a process that has not seen the key yet
    await other.call('GET', '/api/companies', { token });
    expect((await listed(id)).lastUsedAt).toBe(first);
    await anybody(`update api_keys set last_used_at = last_used_at - interval '2 minutes' where id = $1`, id);
    await other.close();
    const third = await startApi(database);
    await third.call('GET', '/api/companies', { token });
    await third.close();
    expect(Date.parse((await listed(id)).lastUsedAt as string)).toBeGreaterThanOrEqual(Date.parse(first as string));
  });

  it('PLAT-06 whatever is no key of ours is 401: a wrong secret, another organisation, an unknown key, rubbish', async () => {
    const { id } = await key('facts:read');
    const unknown = '00000000-0000-4000-8000-000000000000';
    const wrong = [
      newApiKey({ tenantId: w.tenantId, keyId: id }),
      newApiKey({ tenantId: w.tenantId, keyId: unknown }),
      newApiKey({ tenantId: unknown, keyId: id }),
      'wmk_',
      'wmk_x_y_z',
    ];
    for (const token of wrong) {
      const answer = await ask(token);
      expect([answer.status, answer.body.detail]).toEqual([401, 'This is no API key that works here.']);
    }
  });

  it('PLAT-06 only who manages integrations makes keys; bad wishes are refused by field', async () => {
    const lea = await signInAs(api, 'keyed', w.person('Lea'));
    expect((await make(['facts:read'], {}, lea)).status).toBe(403);
    const problems = async (scopes: string[], more: object) => ((await make(scopes, more)).body.errors ?? []).map((error) => error.field);
    expect(await problems([], {})).toEqual(['scopes']);
    expect(await problems(['gates:decide'], {})).toEqual(['scopes']);
    expect(await problems(['facts:read', 'facts:read'], {})).toEqual(['scopes']);
    expect(await problems(['facts:read'], { expiresInDays: 0 })).toEqual(['expiresInDays']);
    expect(await problems(['facts:read'], { expiresInDays: 366 })).toEqual(['expiresInDays']);
    expect(await problems(['facts:read'], { label: ' ' })).toEqual(['label']);
    expect((await api.call('DELETE', `/api/api-keys/${w.adminId}`, { token: admin })).status).toBe(404);
  });

  it('GATE-07 (API key) case 40 a new deal for a restricted owner is refused through a key too, created or handed over; others may', async () => {
    expect(await w.restrictions('Ana')).toContain('action_block in_force');
    const { token } = await key('facts:read', 'facts:write');
    const deal = (owner: string) => ({
      name: 'By machine',
      stage: 'engaging',
      ownerId: w.person(owner),
      value: { amount: '10.00', currency: 'EUR' },
    });
    const currency = (await anybody('select currency from tenants where id = $1', w.tenantId)).rows[0].currency;
    const send = (owner: string) =>
      api.call<PipelineItem & Refusal>('POST', '/api/pipeline-items', { token, body: { ...deal(owner), value: { amount: '10.00', currency } } });
    const refused = await send('Ana');
    expect([refused.status, refused.body.code]).toEqual([403, 'restricted']);
    const made = await send('Lea');
    expect(made.status).toBe(201);
    const moved = await api.call<Refusal>('PATCH', `/api/pipeline-items/${made.body.id}`, { token, body: { ownerId: w.person('Ana') } });
    expect([moved.status, moved.body.code]).toEqual([403, 'restricted']);
  });

  it('SEC-03 a key has an allowance of its own: its requests do not use up those of its person', async () => {
    const { token } = await key('facts:read');
    const limited = await startApi(database, { RATE_LIMITS: 'on', LIMIT_USER_PER_MINUTE: '5' });
    const session = await signInAs(limited, 'keyed', w.adminId);
    const statuses: number[] = [];
    for (let n = 0; n < 7; n += 1) statuses.push((await limited.call('GET', '/api/companies', { token })).status);
    const person = (await limited.call('GET', '/api/companies', { token: session })).status;
    await limited.close();
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(person).toBe(200);
  });
});
