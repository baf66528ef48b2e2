import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { type Answer, createTenant, type RunningApi, signInAs, startApi } from '../testing/start-api.js';
import { hashPassword } from './passwords.service.js';

/** Rounds of the storm; REFRESH_ROUNDS=10000 is the full one. */
const rounds = Number(process.env['REFRESH_ROUNDS'] ?? 200);

interface Opened {
  accessToken: string;
  me: { id: string };
}

describe('refresh tokens', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let people: Record<string, string>;
  const right = { organisation: 'north', email: 'ada@north.example', password: 'correct horse battery' };
  const own = { 'x-waymark-client': 'spec' };

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

  const tokenOf = (answer: Answer<unknown>) =>
    /waymark-refresh=([^;]+)/.exec(answer.headers.getSetCookie().find((cookie) => cookie.includes('waymark-refresh=')) ?? '')?.[1] as string;
  const signIn = async () => {
    const answer = await api.call<Opened>('POST', '/api/auth/sign-in', { body: right });
    return { token: tokenOf(answer), access: answer.body.accessToken };
  };
  const refresh = (token: string, headers: Record<string, string> = own) =>
    api.call<Opened>('POST', '/api/auth/refresh', { headers: { cookie: `waymark-refresh=${token}`, ...headers } });
  const sessionOf = (token: string) => token.split('.')[1] as string;
  /** Lets `seconds` pass for every token of the session: their times move into the past. */
  const passes = (token: string, seconds: number) =>
    database.admin.query(`update session_tokens set rotated_at = rotated_at - $2 * interval '1 second' where session_id = $1`, [
      sessionOf(token),
      seconds,
    ]);

  it('PLAT-05 case 86: two tabs at once and a retry after 15 s get the same successor; after 21 s the session ends and its person is told', async () => {
    const { token } = await signIn();
    const both = await Promise.all([refresh(token), refresh(token)]);
    expect(both.map((answer) => answer.status)).toEqual([201, 201]);
    const successor = tokenOf(both[0] as Answer<Opened>);
    expect(successor).not.toBe(token);
    expect(tokenOf(both[1] as Answer<Opened>)).toBe(successor);
    await passes(token, 15); // of 20; a slow machine adds some of its own
    expect(tokenOf(await refresh(token))).toBe(successor);
    await passes(token, 6); // 15 + 6 = 21
    const stolen = await refresh(token);
    expect([stolen.status, stolen.headers.getSetCookie()]).toEqual([401, []]);
    expect((await refresh(successor)).status).toBe(401);
    const access = (both[0] as Answer<Opened>).body.accessToken;
    expect((await api.call('GET', '/api/me', { token: access })).status).toBe(401);
    const again = await signIn();
    const inbox = await api.call<{ items: { code: string; sentence: string }[] }>('GET', '/api/notifications', { token: again.access });
    expect(inbox.body.items.map((item) => item.code)).toEqual(['session.reuse']);
    expect(inbox.body.items[0]?.sentence).toMatch(/used a second time/);
    const trail = await api.call<{ items: { action: string; objectId: string; actor: unknown }[] }>('GET', '/api/audit?action=session', {
      token: again.access,
    });
    expect(trail.body.items.map((line) => [line.action, line.objectId, line.actor])).toEqual([['session.reuse_detected', sessionOf(token), null]]);
  });

  it('PLAT-05 a late retry gets the newest token of the chain, never one that was replaced meanwhile', async () => {
    const { token } = await signIn();
    const second = tokenOf(await refresh(token));
    const third = tokenOf(await refresh(second));
    expect(new Set([token, second, third]).size).toBe(3);
    expect(tokenOf(await refresh(token))).toBe(third);
    await passes(token, 600);
    expect((await refresh(third)).status).toBe(201);
  });

  it('PLAT-05 the stored successor can be read with the old token only, and is forgotten after the window', async () => {
    const { token } = await signIn();
    const successor = tokenOf(await refresh(token));
    const stored = async () =>
      (
        await database.admin.query<{ hash: string; successor: Buffer | null }>('select hash, successor from session_tokens where session_id = $1', [
          sessionOf(token),
        ])
      ).rows;
    const before = await stored();
    expect(before).toHaveLength(2);
    const everything = before.map((row) => `${row.hash} ${row.successor?.toString('latin1') ?? ''}`).join(' ');
    for (const secret of [token, successor]) expect(everything).not.toContain(secret.split('.')[2]);
    await passes(token, 30);
    await refresh(successor);
    expect((await stored()).filter((row) => row.successor !== null)).toHaveLength(1);
  });

  it('PLAT-05 a token that nobody ever got ends nothing, whatever session it names', async () => {
    const { token, access } = await signIn();
    const made = `${token.split('.').slice(0, 2).join('.')}.${'A'.repeat(43)}`;
    expect((await refresh(made)).status).toBe(401);
    const elsewhere = `00000000-0000-4000-8000-000000000000.${sessionOf(token)}.${token.split('.')[2]}`;
    for (const wrong of [elsewhere, 'x', '', `${token}A`, token.replaceAll('-', '')]) expect((await refresh(wrong)).status).toBe(401);
    expect((await api.call('GET', '/api/me', { token: access })).status).toBe(200);
    expect((await refresh(token)).status).toBe(201);
  });

  it('PLAT-05 a session ends when it was idle for seven days, and thirty days after it began however busy it was', async () => {
    const { token } = await signIn();
    const days = async () => {
      const { rows } = await database.admin.query<{ idle: string; total: string }>(
        `select round(extract(epoch from expires_at - now()) / 86400) as idle, round(extract(epoch from expires_at - created_at) / 86400) as total
         from sessions where id = $1`,
        [sessionOf(token)],
      );
      return [Number(rows[0]?.idle), Number(rows[0]?.total)];
    };
    expect(await days()).toEqual([7, 7]);
    await database.admin.query(`update sessions set created_at = created_at - interval '28 days' where id = $1`, [sessionOf(token)]);
    const next = tokenOf(await refresh(token));
    expect(await days()).toEqual([2, 30]); // 30 - 28 = 2, less than 7
    await database.admin.query(`update sessions set expires_at = now() where id = $1`, [sessionOf(token)]);
    expect((await refresh(next)).status).toBe(401);
  });

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', ...own }, 403],
    ['a sister site', { 'sec-fetch-site': 'same-site' }, 403],
    ['a typed address', { 'sec-fetch-site': 'none' }, 403],
    ['another origin in an old browser', { origin: 'https://evil.example' }, 403],
    ['no word about itself', {}, 403],
    ['its own page', { 'sec-fetch-site': 'same-origin' }, 201],
    ['its own page in an old browser', { origin: 'http://localhost:0' }, 201],
    ['a program that names itself', own, 201],
  ])('SEC-03 (forged requests) a refresh from %s', async (_what, headers, status) => {
    const { token } = await signIn();
    const settings = headers as Record<string, string>;
    if (settings['origin'] === 'http://localhost:0') settings['origin'] = api.url;
    expect((await refresh(token, settings)).status).toBe(status);
    if (status === 403)
      expect((await api.call('POST', '/api/auth/sign-out', { headers: { cookie: `waymark-refresh=${token}`, ...settings } })).status).toBe(403);
  });

  it('PLAT-05 takes over a token that a replica of the former version gave out', async () => {
    const { token } = await signIn();
    await database.admin.query('delete from session_tokens where session_id = $1', [sessionOf(token)]);
    const next = tokenOf(await refresh(token));
    expect((await refresh(next)).status).toBe(201);
  });

  it('PLAT-05 deactivation and sign-out count at the next request and at the next refresh', async () => {
    const access = await signInAs(api, 'north', people['Ben'] as string);
    await database.admin.query(`update users set status = 'disabled' where id = $1`, [people['Ben']]);
    expect((await api.call('GET', '/api/me', { token: access })).status).toBe(401);
    const { token } = await signIn();
    const answer = await api.call('POST', '/api/auth/sign-out', { headers: { cookie: `waymark-refresh=${token}`, ...own } });
    expect([answer.status, answer.headers.get('clear-site-data')]).toEqual([204, '"cache"']);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^waymark-refresh=; .*Expires=Thu, 01 Jan 1970/);
    expect((await refresh(token)).status).toBe(401);
  });

  it(
    'PLAT-05 (refresh storms) rounds of 2 to 10 refreshes at once sign nobody out, and each theft after the window is found',
    async () => {
      let { token } = await signIn();
      let refused = 0;
      let [thefts, found] = [0, 0];
      for (let round = 0; round < rounds; round += 1) {
        const answers = await Promise.all(Array.from({ length: 2 + (round % 9) }, () => refresh(token)));
        refused += answers.filter((answer) => answer.status !== 201).length;
        const successors = new Set(answers.map(tokenOf));
        expect(successors.size).toBe(1);
        const former = token;
        token = [...successors][0] as string;
        if (round % 50 !== 49) continue;
        await passes(token, 21);
        thefts += 1;
        const [thief, owner] = [await refresh(former), await refresh(token)];
        found += thief.status === 401 && owner.status === 401 ? 1 : 0;
        ({ token } = await signIn());
      }
      expect([refused, found]).toEqual([0, thefts]);
      expect(thefts).toBe(Math.floor(rounds / 50));
    },
    30 * 60_000,
  );
});
