import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { createTenant, type RunningApi, startApi } from '../testing/start-api.js';
import { OwnSessionsRepository } from './own-sessions.repository.js';
import { hashPassword } from './passwords.service.js';

interface Listed {
  id: string;
  current: boolean;
  kind: string;
  device: string;
  address: string | null;
  startedAt: string;
  lastUsedAt: string;
  expiresAt: string;
}

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0';
const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

describe('own sessions', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let password = 'correct horse battery';
  let passwordHash: string;

  beforeAll(async () => {
    database = await testDatabase();
    passwordHash = await hashPassword(password);
    const person = (name: string) => ({ name, roles: ['member'], email: `${name.toLowerCase()}@north.example`, passwordHash });
    await createTenant(database, { slug: 'north', people: [person('Ada'), person('Ben'), { name: 'Cyd', roles: ['member'] }] });
    await createTenant(database, { slug: 'south', people: [{ name: 'Ada', roles: ['admin'], email: 'ada@north.example', passwordHash }] });
    api = await startApi(database);
  });

  beforeEach(async () => {
    password = 'correct horse battery';
    await database.admin.query('update users set password_hash = $1 where password_hash is not null', [passwordHash]);
    await database.admin.query('update sessions set revoked_at = now()');
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const signIn = async (name: string, agent = firefox, organisation = 'north', given = password) => {
    const answer = await api.call<{ accessToken: string }>('POST', '/api/auth/sign-in', {
      body: { organisation, email: `${name}@north.example`, password: given },
      headers: { 'user-agent': agent },
    });
    return { status: answer.status, token: answer.body.accessToken };
  };
  const list = async (token: string) => (await api.call<{ items: Listed[] }>('GET', '/api/auth/sessions', { token })).body.items;
  const works = async (token: string) => (await api.call('GET', '/api/me', { token })).status;
  const change = (token: string, currentPassword: string, newPassword: string) =>
    api.call<{ code: string; errors: { field: string; code: string }[] }>('POST', '/api/auth/password', {
      token,
      body: { currentPassword, newPassword },
    });

  it('PLAT-05 (own sessions) lists where one is signed in, the own session marked, and nobody else', async () => {
    const first = await signIn('ada');
    const second = await signIn('ada', phone);
    await signIn('ben');
    await signIn('ada', firefox, 'south');
    const items = await list(second.token);
    expect(items.map(({ device, current, kind, address }) => [device, current, kind, address])).toEqual([
      ['Safari on iPhone', true, 'password', '127.0.0.1'],
      ['Firefox on Windows', false, 'password', '127.0.0.1'],
    ]);
    expect((await list(first.token)).filter((one) => one.current).map((one) => one.device)).toEqual(['Firefox on Windows']);
    const [session] = items;
    const days = (new Date(session?.expiresAt as string).getTime() - new Date(session?.startedAt as string).getTime()) / 86_400_000;
    expect(Math.round(days)).toBe(7);
  });

  it('PLAT-05 (own sessions) ends one of them at its next request; those of others and of other organisations do not exist', async () => {
    const first = await signIn('ada');
    const second = await signIn('ada', phone);
    const ben = await signIn('ben');
    const south = await signIn('ada', firefox, 'south');
    const end = (token: string, id: string) => api.call('DELETE', `/api/auth/sessions/${id}`, { token });
    const idOf = async (token: string) => (await list(token)).find((one) => one.current)?.id as string;
    for (const other of [await idOf(ben.token), await idOf(south.token), '00000000-0000-4000-8000-000000000000'])
      expect((await end(first.token, other)).status).toBe(404);
    expect((await end(first.token, 'x')).status).toBe(400);
    const target = await idOf(second.token);
    expect((await end(first.token, target)).status).toBe(204);
    expect([await works(first.token), await works(second.token), await works(ben.token), await works(south.token)]).toEqual([200, 401, 200, 200]);
    expect((await end(first.token, target)).status).toBe(404);
  });

  it('PLAT-05 (own sessions) case 9: one e-mail in two organisations is two people; a session stays in its own, whatever address or header names the other', async () => {
    const [north, south] = [await signIn('ada'), await signIn('ada', firefox, 'south')];
    const slugOf = async (token: string, path = '/api/me', headers: Record<string, string> = {}) =>
      (await api.call<{ organisation: { slug: string } }>('GET', path, { token, headers })).body.organisation.slug;
    expect([await slugOf(north.token), await slugOf(south.token)]).toEqual(['north', 'south']);
    const named = { host: 'south.example', referer: 'http://south.example/south/home', 'x-tenant-id': 'south', 'x-forwarded-host': 'south.example' };
    expect(await slugOf(north.token, '/api/me', named)).toBe('north');
    expect((await api.call('GET', '/api/me?organisation=south', { token: north.token })).status).toBe(200);
    const made = await api.call<{ id: string }>('POST', '/api/companies', { token: south.token, body: { name: 'Of the south' } });
    expect(made.status).toBe(201);
    expect((await api.call('GET', `/api/companies/${made.body.id}`, { token: north.token })).status).toBe(404);
    expect((await api.call('GET', '/south/api/me', { token: south.token })).status).toBe(404);
  });

  it('PLAT-05 (own sessions) signs out everywhere: each own session ends, this one too, and nobody else', async () => {
    const [first, second, ben] = [await signIn('ada'), await signIn('ada', phone), await signIn('ben')];
    const answer = await api.call('POST', '/api/auth/sign-out-everywhere', { token: first.token });
    expect([answer.status, answer.headers.get('clear-site-data')]).toEqual([204, '"cache"']);
    expect([await works(first.token), await works(second.token), await works(ben.token)]).toEqual([401, 401, 200]);
  });

  it('PLAT-05 (own password) a changed password ends every other session at its next request and keeps this one', async () => {
    const [first, second] = [await signIn('ada'), await signIn('ada', phone)];
    expect((await change(first.token, password, 'violet kettle sings')).status).toBe(204);
    expect([await works(first.token), await works(second.token)]).toEqual([200, 401]);
    expect((await signIn('ada')).status).toBe(401);
    expect((await signIn('ada', firefox, 'north', 'violet kettle sings')).status).toBe(201);
    expect((await signIn('ada', firefox, 'south')).status).toBe(201); // another organisation, another password
  });

  it('PLAT-05 (own password) names the field: a wrong present one, a short, common or own-named new one', async () => {
    const { token } = await signIn('ada');
    const refusals = [
      ['not the password', 'violet kettle sings'],
      [password, 'too short'],
      [password, 'leavemealone'],
      [password, 'ada@north.example'],
    ] as const;
    const found = [];
    for (const [present, next] of refusals) {
      const answer = await change(token, present, next);
      found.push([answer.status, answer.body.errors[0]?.field, answer.body.errors[0]?.code]);
    }
    expect(found).toEqual([
      [400, 'currentPassword', 'wrong_password'],
      [400, 'newPassword', 'min_length'],
      [400, 'newPassword', 'password_common'],
      [400, 'newPassword', 'password_context'],
    ]);
    expect((await signIn('ada')).status).toBe(201);
  });

  it('SEC-03 (passwords) case 87: 64 and 128 characters, blanks, emoji and a leading blank work exactly; 129 and a megabyte are refused unhashed', async () => {
    const sixtyFour = 'a clear violet kettle sings to eleven quiet engineers at noon ok';
    expect(sixtyFour).toHaveLength(64);
    let { token } = await signIn('ben');
    for (const next of [sixtyFour, sixtyFour + sixtyFour, '  violet kettle sings ', 'kettle 🫖 sings at 🌙']) {
      expect((await change(token, password, next)).status).toBe(204);
      expect((await signIn('ben', firefox, 'north', next.trim() === next ? `${next} ` : next.trim())).status).not.toBe(201);
      const again = await signIn('ben', firefox, 'north', next);
      expect([next, again.status]).toEqual([next, 201]);
      [password, token] = [next, again.token];
    }
    const long = await api.call<{ errors: { field: string; code: string }[] }>('POST', '/api/auth/sign-in', {
      body: { organisation: 'north', email: 'ben@north.example', password: 'x'.repeat(129) },
    });
    expect([long.status, long.body.errors[0]?.field]).toEqual([400, 'password']);
    const begun = performance.now();
    const huge = await api.call('POST', '/api/auth/sign-in', {
      body: { organisation: 'north', email: 'ben@north.example', password: 'x'.repeat(1_000_000) },
    });
    expect(huge.status).toBe(413); // the body's limit of 256 KiB comes first
    const large = await api.call('POST', '/api/auth/sign-in', {
      body: { organisation: 'north', email: 'ben@north.example', password: 'x'.repeat(200_000) },
    });
    expect(large.status).toBe(400);
    expect(performance.now() - begun).toBeLessThan(10_000); // some milliseconds on a calm machine
  });

  it('PLAT-05 (own password) who has none gets 409, and a new cost is stored at the next sign-in', async () => {
    const people = await api.call<{ people: { name: string; userId: string }[] }>('GET', '/api/auth/demo');
    const cyd = people.body.people.find(({ name }) => name === 'Cyd')?.userId;
    const demo = await api.call<{ accessToken: string }>('POST', '/api/auth/sign-in-as', { body: { organisation: 'north', userId: cyd } });
    expect((await change(demo.body.accessToken, 'whatever it was', 'violet kettle sings')).body.code).toBe('conflict');
    const dearer = await startApi(database, { PASSWORD_PASSES: '3' });
    try {
      const body = { organisation: 'north', email: 'ada@north.example', password };
      expect((await dearer.call('POST', '/api/auth/sign-in', { body })).status).toBe(201);
      const stored = async () =>
        (
          await database.admin.query<{ password_hash: string }>(
            `select password_hash from users u join tenants t on t.id = u.tenant_id where t.slug = 'north' and u.name = 'Ada'`,
          )
        ).rows[0]?.password_hash;
      expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=3,p=1\$/);
      expect((await dearer.call('POST', '/api/auth/sign-in', { body })).status).toBe(201);
    } finally {
      await dearer.close();
    }
  });

  it('PLAT-05 (own sessions) what ended long ago is forgotten by the daily job, what lives is not', async () => {
    const { token } = await signIn('ada');
    const old = await signIn('ada', phone);
    const oldId = (await list(old.token)).find((one) => one.current)?.id;
    await database.admin.query(`update sessions set revoked_at = now() - interval '91 days' where id = $1`, [oldId]);
    const { rows } = await database.admin.query<{ id: string }>(`select id from tenants where slug = 'north'`);
    await api.app.get(UnitOfWork).run({ tenantId: rows[0]?.id as string }, () => api.app.get(OwnSessionsRepository).forgetOld());
    const left = await database.admin.query('select 1 from sessions where id = $1', [oldId]);
    expect([left.rowCount, await works(token)]).toEqual([0, 200]);
  });
});
