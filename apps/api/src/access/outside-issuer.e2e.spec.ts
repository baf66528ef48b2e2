import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTenant, type RunningApi, startApi } from '../testing/start-api.js';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

describe('tokens of an outside issuer', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let issuer: Server;
  let url: string;
  let keys: Record<'first' | 'second' | 'foreign', Keys>;
  let published: ('first' | 'second')[] = ['first'];
  let fetches = 0;
  let answers = true;

  beforeAll(async () => {
    database = await testDatabase();
    const here = {
      slug: 'north',
      people: [
        { name: 'Ada', roles: ['admin'], email: 'ada@corp.example' },
        { name: 'Ben', roles: ['member'], email: 'ben@corp.example' },
      ],
    };
    await createTenant(database, here);
    await createTenant(database, { slug: 'south', people: [{ name: 'Eve of the south', roles: ['admin'], email: 'eve@corp.example' }] });
    await database.admin.query(`update users set external_id = 'emp-7' where name = 'Ben'`);
    keys = { first: await generateKeyPair('RS256'), second: await generateKeyPair('RS256'), foreign: await generateKeyPair('RS256') };
    issuer = createServer((_request, response) => {
      fetches += 1;
      if (!answers) return void response.writeHead(500).end();
      void Promise.all(published.map(async (kid) => ({ ...(await exportJWK(keys[kid].publicKey)), kid, alg: 'RS256', use: 'sig' }))).then((set) =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: set })),
      );
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    api = await startApi(database, settings());
  });

  afterAll(async () => {
    await api.close();
    await new Promise((resolve) => issuer.close(resolve));
    await database.drop();
  });

  const settings = (more: Record<string, string> = {}) => ({
    OIDC_ISSUER: 'https://login.corp.example',
    OIDC_JWKS_URL: `${url}/jwks`,
    OIDC_AUDIENCE: 'waymark-prod',
    OIDC_ORGANISATION: 'north',
    ...more,
  });
  const made = (claims: JWTPayload = {}, key: keyof typeof keys = 'first', header: Record<string, unknown> = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const right = {
      iss: 'https://login.corp.example',
      aud: 'waymark-prod',
      sub: 'u1',
      email: 'ada@corp.example',
      email_verified: true,
      iat: now,
      exp: now + 300,
    };
    return new SignJWT({ jti: randomUUID(), ...right, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: key, ...header })
      .sign(keys[key].privateKey);
  };
  const ask = (token: string, from = api) => from.call<{ name: string; organisation: { slug: string }; code: string }>('GET', '/api/me', { token });

  it('PLAT-05 (outside issuer) a token of the issuer is its person, in the organisation to which the issuer is bound, with the rights of now', async () => {
    const answer = await ask(await made());
    expect([answer.status, answer.body.name, answer.body.organisation.slug]).toEqual([200, 'Ada', 'north']);
    const ben = await made({ email: 'Ben@Corp.Example', sub: 'u2' });
    expect((await ask(ben)).body.name).toBe('Ben');
    expect((await api.call('GET', '/api/users', { token: ben })).status).toBe(200);
    await database.admin.query(`delete from user_roles where user_id = (select id from users where name = 'Ben')`);
    expect((await api.call('GET', '/api/users', { token: ben })).status).toBe(403);
    await database.admin.query(`update users set status = 'disabled' where name = 'Ben'`);
    expect((await ask(ben)).status).toBe(401);
    await database.admin.query(`update users set status = 'active' where name = 'Ben'`);
  });

  it('PLAT-05 (outside issuer) an outside session is listed and ended like any other, and its token is worth nothing afterwards', async () => {
    const token = await made({ sid: 'outside-session' });
    expect((await ask(token)).status).toBe(200);
    const sessions = await api.call<{ items: { id: string; kind: string; current: boolean }[] }>('GET', '/api/auth/sessions', { token });
    const own = sessions.body.items.find((one) => one.current);
    expect(own?.kind).toBe('outside');
    expect((await api.call('DELETE', `/api/auth/sessions/${own?.id}`, { token })).status).toBe(204);
    expect((await ask(token)).status).toBe(401);
    expect((await ask(await made({ sid: 'outside-session' }))).status).toBe(401); // the same session under a new token
    expect((await ask(await made({ sid: 'next-session' }))).status).toBe(200);
  });

  it.each<[string, () => Promise<string>]>([
    ['another audience', () => made({ aud: 'other-app' })],
    ['no audience', () => made({ aud: undefined as never })],
    ['another issuer', () => made({ iss: 'https://login.evil.example' })],
    ['an issuer with a slash more', () => made({ iss: 'https://login.corp.example/' })],
    ['no exp', () => made({ exp: undefined as never })],
    ['an expired one', () => made({ exp: Math.floor(Date.now() / 1000) - 10 })],
    ['one that is not valid yet', () => made({ nbf: Math.floor(Date.now() / 1000) + 60 })],
    ['a foreign key under the right kid', () => made({}, 'foreign', { kid: 'first' })],
    ['a person of another organisation', () => made({ email: 'eve@corp.example' })],
    ['nobody we know', () => made({ email: 'zoe@corp.example' })],
    ['an e-mail that the issuer did not check', () => made({ email_verified: false })],
    ['an e-mail of which the issuer says nothing', () => made({ email_verified: undefined })],
    ['no e-mail', () => made({ email: undefined })],
    ['an e-mail that is a list', () => made({ email: ['ada@corp.example'] })],
    ['the organisation named by the token itself', () => made({ email: 'eve@corp.example', tid: 'south', org: 'south', organisation: 'south' })],
    ['no sub', () => made({ sub: undefined as never })],
    ['alg none', async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await made()).split('.')[1]}.`],
  ])('PLAT-05 (outside issuer) refuses %s', async (_what, craft) => {
    const answer = await ask(await craft());
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
  });

  it('PLAT-05 (outside issuer) an algorithm that the settings do not name is refused, though the key is right', async () => {
    const strict = await startApi(database, settings({ OIDC_ALGORITHMS: 'ES256' }));
    try {
      expect((await ask(await made(), strict)).status).toBe(401);
    } finally {
      await strict.close();
    }
  });

  it('PLAT-05 (outside issuer) another claim may name the person, by external id', async () => {
    const other = await startApi(database, settings({ OIDC_CLAIM: 'employee', OIDC_MATCH: 'external_id' }));
    try {
      expect((await ask(await made({ employee: 'emp-7', email: 'ada@corp.example' }), other)).status).toBe(403); // Ben, who has no role left
      expect((await ask(await made({ employee: 'EMP-7' }), other)).status).toBe(401);
    } finally {
      await other.close();
    }
  });

  it('PLAT-05 (outside issuer) keys are fetched once and not for each token; unknown ones are asked for once in a while, and the issuer may be silent', async () => {
    const fresh = await startApi(database, settings());
    try {
      fetches = 0;
      for (let round = 0; round < 5; round += 1) expect((await ask(await made({ jti: randomUUID() }), fresh)).status).toBe(200);
      expect(fetches).toBe(1);
      for (let round = 0; round < 20; round += 1) expect((await ask(await made({}, 'second'), fresh)).status).toBe(401);
      expect(fetches).toBe(1); // at most one every 30 seconds
      for (const crafted of [await made({ iss: 'https://login.evil.example' }), 'x', 'a.b.c']) await ask(crafted, fresh);
      expect(fetches).toBe(1);
    } finally {
      await fresh.close();
    }
    published = ['first', 'second'];
    const rotated = await startApi(database, settings());
    expect((await ask(await made({}, 'second'), rotated)).status).toBe(200);
    await rotated.close();
    answers = false;
    const silent = await startApi(database, settings());
    const answer = await ask(await made(), silent);
    expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
    await silent.close();
    answers = true;
  });

  it('PLAT-05 (outside issuer) without settings no outside token is accepted', async () => {
    const plain = await startApi(database);
    try {
      expect((await ask(await made(), plain)).status).toBe(401);
    } finally {
      await plain.close();
    }
  });
});
