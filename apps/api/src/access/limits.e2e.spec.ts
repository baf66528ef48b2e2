import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { RequestLimits } from '../platform/limits/request-limits.js';
import { SharedLimits } from '../platform/limits/shared-limits.js';
import { type Answer, createTenant, type RunningApi, signInAs, startApi } from '../testing/start-api.js';
import { hashPassword } from './passwords.service.js';

interface Refusal {
  code: string;
  detail: string;
  params: { retryAfterSeconds: number; limit: number };
}

describe('rate limits', () => {
  let database: TestDatabase;
  let people: Record<string, string>;
  let running: RunningApi[] = [];
  const password = 'correct horse battery';
  const accounts = ['ada', 'ben', 'cyd', 'dov', 'eli', 'fay', 'gus', 'hal'];

  beforeAll(async () => {
    database = await testDatabase();
    const passwordHash = await hashPassword(password);
    const made = await createTenant(database, {
      slug: 'north',
      people: accounts.map((name) => ({ name, roles: ['member'], email: `${name}@north.example`, passwordHash })),
    });
    people = made.userIds;
  });

  afterEach(async () => {
    for (const api of running) await api.close();
    running = [];
    await database.admin.query('truncate rate_limits');
  });

  afterAll(() => database.drop());

  /** An API whose proxy may name the client's address, with limits as in production but for what is changed. */
  const start = async (settings: Record<string, string> = {}) => {
    const api = await startApi(database, { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.0/8', ...settings });
    running.push(api);
    return api;
  };
  const signIn = (api: RunningApi, name: string, given: string, from = '192.0.2.1', headers: Record<string, string> = {}) =>
    api.call<Refusal>('POST', '/api/auth/sign-in', {
      body: { organisation: 'north', email: `${name}@north.example`, password: given },
      headers: { 'x-forwarded-for': from, ...headers },
    });
  const statuses = (answers: Answer<unknown>[]) => answers.map((answer) => answer.status);
  const count = (found: number[], status: number) => found.filter((one) => one === status).length;
  /** An hour's counters without their minute's: as if the guesses had been spread over time. */
  const minutePasses = () => database.admin.query(`delete from rate_limits where key not like 'sign-in-hour%' and key not like 'sign-in-address%'`);

  it('SEC-03 (sign-in) takes five wrong passwords a minute for one account from one address, in all processes together, then says when', async () => {
    const [one, two] = [await start(), await start()];
    const answers = [];
    for (const api of [one, two, one, two, one, two, one]) answers.push(await signIn(api, 'ada', 'not the password'));
    expect(statuses(answers)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const last = answers.at(-1) as Answer<Refusal>;
    expect(last.body.code).toBe('rate_limited');
    expect(last.body.params.retryAfterSeconds).toBeGreaterThan(50);
    expect([last.headers.get('retry-after'), last.headers.get('ratelimit-limit'), last.headers.get('ratelimit-remaining')]).toEqual([
      String(last.body.params.retryAfterSeconds),
      '5',
      '0',
    ]);
    expect((await signIn(two, 'ben', password)).status).toBe(201);
  });

  it('SEC-03 (sign-in) the right password does not count, and twenty at once are no more than five guesses', async () => {
    const api = await start();
    for (let round = 0; round < 12; round += 1) expect((await signIn(api, 'cyd', password)).status).toBe(201);
    const found = statuses(await Promise.all(Array.from({ length: 20 }, () => signIn(api, 'cyd', 'not the password'))));
    expect([count(found, 401), count(found, 429)]).toEqual([5, 15]);
  });

  it('SEC-03 (sign-in) case 88: 500 wrong passwords from 500 addresses are 20 guesses an hour at most, with growing pauses; the known device gets in', async () => {
    const api = await start();
    const known = await signIn(api, 'dov', password, '198.51.100.7');
    const device = known.headers
      .getSetCookie()
      .find((cookie) => cookie.startsWith('waymark-device='))
      ?.split(';')[0] as string;
    const flood = async (size: number, from: number) => {
      const found: number[] = [];
      for (let n = 0; n < size; n += 10)
        found.push(
          ...statuses(
            await Promise.all(
              Array.from({ length: 10 }, (_, k) =>
                signIn(api, 'dov', 'not the password', `203.0.${Math.floor((from + n + k) / 250)}.${((from + n + k) % 250) + 1}`),
              ),
            ),
          ),
        );
      return found;
    };
    const found = await flood(500, 0);
    expect(count(found, 401)).toBeLessThanOrEqual(20);
    expect(count(found, 401) + count(found, 429)).toBe(500);
    const stranger = await signIn(api, 'dov', password, '198.51.100.99');
    expect(stranger.status).toBe(429);
    const owner = await signIn(api, 'dov', password, '198.51.100.8', { cookie: device });
    expect(owner.status).toBe(201);
    const forged = `${device.slice(0, -4)}AAAA`;
    expect((await signIn(api, 'dov', password, '198.51.100.8', { cookie: forged })).status).toBe(429);
    expect((await signIn(api, 'eli', 'not the password', '198.51.100.8', { cookie: device })).status).toBe(401); // another's mark says nothing here
  });

  it('SEC-03 (sign-in) the pauses between guesses grow: 2, 4, 8 seconds and on, and the 21st guess of an hour is refused', async () => {
    const api = await start();
    const pauses: number[] = [];
    for (let guess = 1; guess <= 20; guess += 1) {
      const answer = await signIn(api, 'fay', 'not the password', `192.0.2.${guess}`);
      expect([guess, answer.status]).toEqual([guess, 401]);
      const refused = await signIn(api, 'fay', password, `192.0.2.${guess + 100}`);
      if (refused.status === 429) pauses.push(refused.body.params.retryAfterSeconds);
      forgetPauses(api);
      await minutePasses();
    }
    // The refusal says what is left of the pause: on a busy machine a second of it may be over.
    const whole = [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900, 900];
    expect(pauses).toHaveLength(whole.length);
    expect(whole.filter((seconds, n) => pauses[n] !== seconds && pauses[n] !== seconds - 1)).toEqual([]);
    const last = await signIn(api, 'fay', password, '192.0.2.250');
    expect([last.status, last.body.params.limit]).toEqual([429, 20]);
    expect(last.body.params.retryAfterSeconds).toBeGreaterThan(3000);
  });

  it('SEC-03 (sign-in) one address may not try one password on many accounts', async () => {
    const api = await start({ LIMIT_SIGN_IN_PER_ADDRESS_PER_HOUR: '6' });
    const found = [];
    for (let n = 0; n < 9; n += 1) found.push((await signIn(api, `nobody${n}`, 'summer holidays', '2001:db8:1:2::7')).status);
    expect(found).toEqual([401, 401, 401, 401, 401, 401, 429, 429, 429]);
    expect((await signIn(api, 'gus', password, '2001:db8:1:2::8')).status).toBe(429); // the same household
    expect((await signIn(api, 'gus', password, '2001:db8:1:3::8')).status).toBe(201);
  });

  it('SEC-03 (proxies) case 89: an address that an unknown peer claims to have is ignored, in limits and in the list of sessions', async () => {
    const api = await start({ TRUST_PROXY: '10.0.0.0/8' });
    const found = [];
    for (let n = 0; n < 7; n += 1) found.push((await signIn(api, 'hal', 'not the password', `1.2.3.${n}`)).status);
    expect(found).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const { body } = await api.call<{ accessToken: string }>('POST', '/api/auth/sign-in', {
      body: { organisation: 'north', email: 'gus@north.example', password },
      headers: { 'x-forwarded-for': '1.2.3.4' },
    });
    const sessions = await api.call<{ items: { current: boolean; address: string }[] }>('GET', '/api/auth/sessions', { token: body.accessToken });
    expect(sessions.body.items.find((one) => one.current)?.address).toBe('127.0.0.1');
  });

  it('SEC-03 (sign-in) case 88: a wrong password, an unknown person and an unknown organisation take the same time and count alike', async () => {
    const api = await start({ RATE_LIMITS: 'off' });
    const who = { real: ['north', 'ada'], nobody: ['north', 'nobody'], nowhere: ['nowhere', 'ada'] } as const;
    const fastest = { real: Infinity, nobody: Infinity, nowhere: Infinity };
    // In turns, and the fastest of each: what else the machine does then weighs on none of them.
    for (let round = 0; round < 15; round += 1)
      for (const [name, [organisation, person]] of Object.entries(who) as [keyof typeof who, readonly [string, string]][]) {
        const begun = performance.now();
        await api.call('POST', '/api/auth/sign-in', { body: { organisation, email: `${person}@north.example`, password: 'not the password' } });
        fastest[name] = Math.min(fastest[name], performance.now() - begun);
      }
    expect(Math.abs(fastest.nobody - fastest.real) / fastest.real).toBeLessThan(0.5); // a missing hash would be 0.9 less
    expect(Math.abs(fastest.nowhere - fastest.real) / fastest.real).toBeLessThan(0.5);
    const limited = await start();
    const found = [];
    for (let n = 0; n < 7; n += 1) found.push((await signIn(limited, 'no-such-person', 'not the password')).status);
    expect(found).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });

  it('SEC-03 (requests) a person has so many requests a minute over all processes, told in headers; the organisation as well', async () => {
    const figures = { LIMIT_USER_PER_MINUTE: '10', LIMIT_TENANT_PER_MINUTE: '16' };
    const [one, two] = [await start(figures), await start(figures)];
    await wholeMinuteAhead();
    const ada = await signInAs(one, 'north', people['ada'] as string);
    const ben = await signInAs(one, 'north', people['ben'] as string);
    const ask = (api: RunningApi, token: string) => api.call<Refusal>('GET', '/api/me', { token });
    const tell = async () => {
      for (const api of [two, one]) await api.app.get(RequestLimits).tell();
    };
    const first = await ask(one, ada);
    expect([first.headers.get('ratelimit-limit'), first.headers.get('ratelimit-remaining')]).toEqual(['10', '9']);
    expect(Number(first.headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60);
    for (let n = 0; n < 5; n += 1) expect((await ask(two, ada)).status).toBe(200);
    await tell();
    const found = [];
    for (let n = 0; n < 6; n += 1) found.push((await ask(one, ada)).status);
    expect(found).toEqual([200, 200, 200, 200, 429, 429]); // 1 + 5 + 4 = 10
    const others = [];
    for (let n = 0; n < 8; n += 1) others.push((await ask(one, ben)).status);
    expect(others).toEqual([200, 200, 200, 200, 200, 200, 429, 429]); // 10 + 6 = 16 of the organisation
    const refused = await ask(one, ben);
    expect([refused.body.code, refused.body.params.limit]).toEqual(['rate_limited', 16]);
  });

  it('SEC-03 (requests) requests without a session count for their address', async () => {
    const api = await start({ LIMIT_ADDRESS_PER_MINUTE: '4' });
    await wholeMinuteAhead();
    const found = [];
    for (let n = 0; n < 6; n += 1)
      found.push((await api.call('GET', '/api/me', { token: 'x', headers: { 'x-forwarded-for': '192.0.2.77' } })).status);
    expect(found).toEqual([401, 401, 401, 401, 429, 429]);
    expect((await api.call('GET', '/api/me', { token: 'x', headers: { 'x-forwarded-for': '192.0.2.78' } })).status).toBe(401);
    expect((await api.call('GET', '/api/health/live', { headers: { 'x-forwarded-for': '192.0.2.77' } })).status).toBe(200);
  });

  it('SEC-03 (refresh) a session refreshes thirty times a minute', async () => {
    const api = await start();
    const signedIn = await signIn(api, 'ada', password);
    let cookie = cookieOf(signedIn);
    const found = [];
    for (let n = 0; n < 32; n += 1) {
      const answer = await api.call('POST', '/api/auth/refresh', { headers: { cookie, 'x-waymark-client': 'spec' } });
      if (answer.status === 201) cookie = cookieOf(answer);
      found.push(answer.status);
    }
    expect([count(found, 201), found.slice(30)]).toEqual([30, [429, 429]]);
  });

  it('SEC-03 (requests) counting goes on in memory when the table cannot be asked', async () => {
    const api = await start();
    await database.admin.query('alter table rate_limits rename to rate_limits_gone');
    try {
      const found = [];
      for (let n = 0; n < 7; n += 1) found.push((await signIn(api, 'ada', 'not the password')).status);
      expect(found).toEqual([401, 401, 401, 401, 401, 429, 429]);
    } finally {
      await database.admin.query('alter table rate_limits_gone rename to rate_limits');
    }
  });

  it('SEC-03 (requests) the table holds hashes, never an address or an e-mail', async () => {
    const api = await start();
    await signIn(api, 'ada', 'not the password', '192.0.2.1');
    await api.app.get(RequestLimits).tell();
    const { rows } = await database.admin.query<{ key: string }>('select key from rate_limits');
    expect(rows.length).toBeGreaterThanOrEqual(4); // minute, hour and address of the sign-in; the request of the address
    expect(JSON.stringify(rows)).not.toMatch(/ada|north|192\.0/);
  });

  /** A process that knows of no pause asks the table. */
  const forgetPauses = (api: RunningApi) => (api.app.get(SharedLimits) as unknown as { pauses: Map<string, number> }).pauses.clear();

  const cookieOf = (answer: { headers: Headers }) =>
    answer.headers
      .getSetCookie()
      .find((cookie) => cookie.startsWith('waymark-refresh='))
      ?.split(';')[0] as string;

  /** Counters begin anew each minute; a spec must not straddle it. */
  async function wholeMinuteAhead(): Promise<void> {
    const left = 60_000 - (Date.now() % 60_000);
    if (left < 15_000) await new Promise((resolve) => setTimeout(resolve, left + 50));
  }
});
