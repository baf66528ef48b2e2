import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createTenant, type RunningApi, signInAs, startApi } from '../testing/start-api.js';
import { hashPassword } from './sessions.service.js';

describe('sessions', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let people: Record<string, string>;
  const right = { organisation: 'north', email: 'ada@north.example', password: 'correct horse battery' };

  beforeAll(async () => {
    database = await testDatabase();
    const passwordHash = await hashPassword(right.password);
    const made = await createTenant(database, {
      slug: 'north',
      people: [
        { name: 'Ada', roles: ['admin'], email: right.email, passwordHash },
        { name: 'Ben', roles: ['member'] },
      ],
    });
    people = made.userIds;
    api = await startApi(database);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const cookieOf = (answer: { headers: Headers }) => refreshCookie(answer)?.split(';')[0] as string;
  const refreshCookie = (answer: { headers: Headers }) => answer.headers.getSetCookie().find((cookie) => cookie.includes('waymark-refresh'));

  it('PLAT-05 (sign-in) opens a session for organisation, e-mail and password, with an httpOnly refresh cookie', async () => {
    const answer = await api.call<{ accessToken: string; me: { name: string; roles: string[] } }>('POST', '/api/auth/sign-in', { body: right });
    expect(answer.status).toBe(201);
    expect(answer.body.me).toMatchObject({ name: 'Ada', roles: ['admin'] });
    expect(refreshCookie(answer)).toMatch(/^waymark-refresh=.+HttpOnly; SameSite=Strict$/);
    const me = await api.call<{ name: string }>('GET', '/api/me', { token: answer.body.accessToken });
    expect(me.body.name).toBe('Ada');
  });

  it('PLAT-05 (sign-in) answers a wrong password, an unknown e-mail and an unknown organisation with the same words', async () => {
    const wrong = [
      { ...right, password: 'wrong horse battery' },
      { ...right, email: 'eve@north.example' },
      { ...right, organisation: 'south' },
    ];
    const answers = await Promise.all(wrong.map((body) => api.call<{ detail: string }>('POST', '/api/auth/sign-in', { body })));
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401]);
    expect(new Set(answers.map((answer) => answer.body.detail)).size).toBe(1);
  });

  it('PLAT-05 (sign-in) rotates the refresh token, and sign-out ends the session at once', async () => {
    const own = { 'x-waymark-client': 'spec' };
    const first = await api.call<{ accessToken: string }>('POST', '/api/auth/sign-in', { body: right });
    const second = await api.call<{ accessToken: string }>('POST', '/api/auth/refresh', { headers: { cookie: cookieOf(first), ...own } });
    expect(second.status).toBe(201);
    expect(cookieOf(second)).not.toBe(cookieOf(first));
    expect((await api.call('POST', '/api/auth/sign-out', { headers: { cookie: cookieOf(second), ...own } })).status).toBe(204);
    expect((await api.call('GET', '/api/me', { token: second.body.accessToken })).status).toBe(401);
  });

  it('PLAT-05 (sign-in) refuses a token of another algorithm, another key or none', async () => {
    const parts = (await signInAs(api, 'north', people['Ben'] as string)).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    const tokens = [`${none}.${parts[1]}.`, `${parts[0]}.${parts[1]}.AAAA`, 'nonsense'];
    for (const token of tokens) expect((await api.call('GET', '/api/me', { token })).status).toBe(401);
    const answer = await api.call<{ code: string }>('GET', '/api/me');
    expect([answer.status, answer.body.code, answer.headers.get('www-authenticate')]).toEqual([401, 'unauthenticated', 'Bearer']);
  });

  it('PLAT-04 (roles) rights are those of this moment: a role taken away counts at the next request', async () => {
    const token = await signInAs(api, 'north', people['Ben'] as string);
    const me = () => api.call<{ capabilities: string[] }>('GET', '/api/me', { token });
    expect((await me()).body.capabilities).toContain('deals.write');
    await database.admin.query('delete from user_roles where user_id = $1', [people['Ben']]);
    expect((await me()).status).toBe(403);
    await database.admin.query(`insert into user_roles (tenant_id, user_id, role) select tenant_id, id, 'member' from users where id = $1`, [
      people['Ben'],
    ]);
  });

  it('PLAT-08 answers bad input with a problem document that names every field, and never a stack', async () => {
    const answer = await api.call<{ code: string; requestId: string; errors: { field: string; code: string }[] }>('POST', '/api/auth/sign-in', {
      body: { organisation: 'x'.repeat(50), email: 7, extra: true },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body.code).toBe('invalid');
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
    expect(new Set(answer.body.errors.map((error) => error.field))).toEqual(new Set(['organisation', 'email', 'password', 'extra']));
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|at .*\.ts/);
  });

  it.each([
    ['NUL in text', '{"organisation":"a\\u0000b","email":"a","password":"b"}'],
    ['a lone surrogate', '{"organisation":"\\ud800","email":"a","password":"b"}'],
    ['a number beyond all numbers', '{"organisation":"a","email":"a","password":"b","n":1e400}'],
    ['a prototype key', '{"organisation":"a","email":"a","password":"b","constructor":{}}'],
    ['3,000 levels', `{"a":${'['.repeat(3000)}${']'.repeat(3000)}}`],
    ['half a document', '{"organisation":'],
  ])('PLAT-08 refuses %s with 400', async (_what, body) => {
    const answer = await api.call<{ code: string }>('POST', '/api/auth/sign-in', { body, headers: { 'content-type': 'application/json' } });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid']);
  });

  it('PLAT-08 answers unknown addresses, methods, types and sizes with their own status', async () => {
    expect((await api.call('GET', '/api/nothing-here')).status).toBe(404);
    expect((await api.call('POST', '/api/auth/sign-in', { body: 'a=b', headers: { 'content-type': 'text/csv' } })).status).toBe(415);
    expect((await api.call('POST', '/api/auth/sign-in', { body: { organisation: 'x'.repeat(300_000) } })).status).toBe(413);
  });

  it('PLAT-13 tells whether it lives and can work, with figures', async () => {
    expect((await api.call('GET', '/api/health/live')).body).toEqual({ status: 'ok' });
    const ready = await api.call<{ checks: { name: string; ok: boolean }[] }>('GET', '/api/health/ready');
    expect([ready.status, ready.body.checks.map((check) => [check.name, check.ok])]).toEqual([
      200,
      [
        ['database', true],
        ['migrations', true],
        ['queue', true],
        ['clock', true],
      ],
    ]);
    expect((await api.call('GET', '/api/health/metrics')).body).toMatch(/waymark_pool_dirty_releases 0/);
  });
});
