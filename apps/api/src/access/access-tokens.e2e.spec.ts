import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { createTenant, type RunningApi, signInAs, startApi } from '../testing/start-api.js';
import { keyPairOf } from './access-tokens.js';

type Json = Record<string, unknown>;

const ours = keyPairOf('x'.repeat(40)); // the secret of specs
const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const publicPem = ours.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const publicDer = ours.publicKey.export({ type: 'spki', format: 'der' });

const b64 = (value: string | Buffer) => Buffer.from(value).toString('base64url');
const es256 = (input: string, key: KeyObject = ours.privateKey) => b64(sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }));
const hs256 = (input: string, key: string | Buffer) => createHmac('sha256', key).update(input).digest('base64url');

describe('access tokens', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let trap: Server;
  let fetches = 0;
  let claims: Json;
  let issued: string;
  let benId: string;

  beforeAll(async () => {
    database = await testDatabase();
    const made = await createTenant(database, {
      slug: 'north',
      people: [
        { name: 'Ada', roles: ['admin'] },
        { name: 'Ben', roles: ['member'] },
      ],
    });
    benId = made.userIds['Ben'] as string;
    api = await startApi(database);
    issued = await signInAs(api, 'north', made.userIds['Ada'] as string);
    claims = JSON.parse(Buffer.from(issued.split('.')[1] as string, 'base64url').toString()) as Json;
    trap = createServer((_request, response) => {
      fetches += 1;
      response.end(JSON.stringify({ keys: [{ ...ours.publicKey.export({ format: 'jwk' }), kid: 'mine' }] }));
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    await api.close();
    await new Promise((resolve) => trap.close(resolve));
    await database.drop();
  });

  const now = () => Math.floor(Date.now() / 1000);
  const rightHeader = () => ({ alg: 'ES256', typ: 'at+jwt', kid: ours.kid });
  /** A token as we issue it, but for what is changed. A value undefined leaves the member out. */
  const made = (header: Json = {}, payload: Json = {}, seal: (input: string) => string = es256) =>
    ofText(JSON.stringify({ ...rightHeader(), ...header }), JSON.stringify({ ...claims, jti: randomUUID(), ...payload }), seal);
  const ofText = (header: string, payload: string, seal: (input: string) => string = es256) => {
    const input = `${b64(header)}.${b64(payload)}`;
    return `${input}.${seal(input)}`;
  };
  const address = () => `http://127.0.0.1:${(trap.address() as AddressInfo).port}/keys`;
  const ask = async (token: string) => (await api.call<{ code?: string }>('GET', '/api/me', { token })).status;
  const parts = () => made().split('.') as [string, string, string];
  const text = () => JSON.stringify({ ...claims, jti: randomUUID() });

  const attacks: [string, () => string][] = [
    ['alg none without signature', () => made({ alg: 'none' }, {}, () => '')],
    ['alg None', () => made({ alg: 'None' }, {}, () => '')],
    ['alg NONE', () => made({ alg: 'NONE' }, {}, () => '')],
    ['alg nOnE with a signature', () => made({ alg: 'nOnE' })],
    ['alg none with our signature', () => made({ alg: 'none' })],
    ['no alg', () => made({ alg: undefined })],
    ['alg null', () => made({ alg: null })],
    ['alg an array', () => made({ alg: ['ES256'] })],
    ['alg es256 in small letters', () => made({ alg: 'es256' })],
    ['HS256 with the public key as PEM', () => made({ alg: 'HS256' }, {}, (input) => hs256(input, publicPem))],
    ['HS256 with the public key as PEM without its last line feed', () => made({ alg: 'HS256' }, {}, (input) => hs256(input, publicPem.trim()))],
    ['HS256 with the public key as DER', () => made({ alg: 'HS256' }, {}, (input) => hs256(input, publicDer))],
    ['HS256 with the secret of the settings', () => made({ alg: 'HS256' }, {}, (input) => hs256(input, 'x'.repeat(40)))],
    ['HS256 with an empty key', () => made({ alg: 'HS256' }, {}, (input) => hs256(input, ''))],
    ['an ES256 header over an HMAC with the public key', () => made({}, {}, (input) => hs256(input, publicPem))],
    [
      'the former form: HS256, typ JWT, no kid',
      () => made({ alg: 'HS256', typ: 'JWT', kid: undefined }, {}, (input) => hs256(input, 'x'.repeat(40))),
    ],
    ['RS256 with a foreign key', () => made({ alg: 'RS256' }, {}, (input) => b64(sign('sha256', Buffer.from(input), rsa)))],
    ['PS256 under our kid', () => made({ alg: 'PS256' }, {}, (input) => b64(sign('sha256', Buffer.from(input), rsa)))],
    ['ES384 with a foreign key', () => made({ alg: 'ES384' }, {}, (input) => b64(sign('sha384', Buffer.from(input), p384)))],
    ['EdDSA with a foreign key', () => made({ alg: 'EdDSA' }, {}, (input) => b64(sign(null, Buffer.from(input), ed25519)))],
    ['a foreign ES256 key under our kid', () => made({}, {}, (input) => es256(input, foreign))],
    ['a signature in DER', () => made({}, {}, (input) => b64(sign('sha256', Buffer.from(input), ours.privateKey)))],
    ['a signature of zeros', () => made({}, {}, () => b64(Buffer.alloc(64)))],
    ['a signature that is too short', () => made({}, {}, (input) => es256(input).slice(0, 40))],
    ['a signature that is too long', () => made({}, {}, (input) => b64(Buffer.concat([Buffer.from(es256(input), 'base64url'), Buffer.alloc(8)])))],
    ['no signature', () => made({}, {}, () => '')],
    ['a signature of another token', () => made({}, {}, () => issued.split('.')[2] as string)],
    ['another person in a signed token', () => `${parts()[0]}.${b64(JSON.stringify({ ...claims, sub: benId }))}.${parts()[2]}`],
    ['no kid', () => made({ kid: undefined })],
    ['an unknown kid', () => made({ kid: 'AAAAAAAAAAAAAAAA' })],
    ['an empty kid', () => made({ kid: '' })],
    ['a kid with a path', () => made({ kid: '../../../../dev/null' }, {}, (input) => hs256(input, ''))],
    ['a kid with a path under ES256', () => made({ kid: '../../x' })],
    ['a kid with SQL', () => made({ kid: `x' union select 'key' --` })],
    ['a kid with NUL', () => made({ kid: `${ours.kid}\u0000` })],
    ['a kid that is a number', () => made({ kid: 0 })],
    ['a kid that is a list', () => made({ kid: [ours.kid] })],
    ['a kid that is a member of every object', () => made({ kid: 'constructor' })],
    ['a kid __proto__', () => made({ kid: '__proto__' })],
    ['jku with its own keys', () => made({ jku: address(), kid: 'mine' })],
    ['jku beside our kid', () => made({ jku: address() })],
    ['x5u with its own keys', () => made({ x5u: address(), kid: 'mine' })],
    [
      'an own key in jwk',
      () =>
        made({ jwk: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }) }, {}, (input) => es256(input, foreign)),
    ],
    ['crit with an extension nobody knows', () => made({ crit: ['b64'], b64: false })],
    ['typ JWT', () => made({ typ: 'JWT' })],
    ['typ of a refresh token', () => made({ typ: 'rt+jwt' })],
    ['no typ', () => made({ typ: undefined })],
    ['a media type as typ', () => made({ typ: 'application/at+jwt' })],
    ['no exp', () => made({}, { exp: undefined })],
    ['exp passed six seconds ago', () => made({}, { iat: now() - 300, nbf: now() - 300, exp: now() - 6 })],
    ['exp as text', () => made({}, { exp: String(now() + 300) })],
    ['exp null', () => made({}, { exp: null })],
    ['exp beyond all numbers', () => ofText(JSON.stringify(rightHeader()), text().replace(/"exp":\d+/, '"exp":1e400'))],
    ['a life of eleven minutes', () => made({}, { exp: (claims['iat'] as number) + 660 })],
    ['issued eleven minutes ago', () => made({}, { iat: now() - 660, nbf: now() - 660, exp: now() + 60 })],
    ['no iat', () => made({}, { iat: undefined })],
    ['no nbf', () => made({}, { nbf: undefined })],
    ['valid from ten seconds ahead', () => made({}, { nbf: now() + 10 })],
    ['another issuer', () => made({}, { iss: 'https://evil.example' })],
    ['no issuer', () => made({}, { iss: undefined })],
    ['a list of issuers', () => made({}, { iss: ['waymark', 'evil'] })],
    ['another audience', () => made({}, { aud: 'elsewhere' })],
    ['no audience', () => made({}, { aud: undefined })],
    ['a list of audiences', () => made({}, { aud: ['elsewhere', 'waymark'] })],
    ['no sub', () => made({}, { sub: undefined })],
    ['sub as object', () => made({}, { sub: { id: claims['sub'] } })],
    ['two sub', () => ofText(JSON.stringify(rightHeader()), text().replace('{', `{"sub":"${benId}",`))],
    ['two tid', () => ofText(JSON.stringify(rightHeader()), text().replace('{', `{"tid":"${randomUUID()}",`))],
    ['two alg', () => ofText(`{"alg":"none",${JSON.stringify(rightHeader()).slice(1)}`, text())],
    ['no jti', () => made({}, { jti: undefined })],
    ['no sid', () => made({}, { sid: undefined })],
    ['a session that does not exist', () => made({}, { sid: randomUUID() })],
    ['an organisation that does not exist', () => made({}, { tid: randomUUID() })],
    ['an organisation with SQL', () => made({}, { tid: `${claims['tid'] as string}'; drop table users; --` })],
    ['an organisation in capitals', () => made({}, { tid: (claims['tid'] as string).toUpperCase() })],
    ['blanks in the claims', () => ofText(JSON.stringify(rightHeader()), JSON.stringify({ ...claims, jti: randomUUID() }, null, 1))],
    [
      'padding at the parts',
      () =>
        parts()
          .map((part) => part + '='.repeat((4 - (part.length % 4)) % 4) + '=')
          .join('.'),
    ],
    ['plain base64 instead of base64url', () => `${parts()[0]}.${parts()[1]}.${Buffer.from(parts()[2], 'base64url').toString('base64')}==`],
    ['a line feed in the signature', () => `${parts()[0]}.${parts()[1]}.%0A${parts()[2]}`],
    ['two parts', () => parts().slice(0, 2).join('.')],
    ['four parts', () => `${made()}.AAAA`],
    ['five parts, as if encrypted', () => `${b64(JSON.stringify({ alg: 'dir', enc: 'A256GCM' }))}..AAAA.AAAA.AAAA`],
    ['dots only', () => '..'],
    ['a header that is no JSON', () => ofText('not json', text())],
    ['a header that is a list', () => ofText('[]', text())],
    ['a header null', () => ofText('null', text())],
    ['claims that are no JSON', () => ofText(JSON.stringify(rightHeader()), 'x')],
    ['claims that are text', () => ofText(JSON.stringify(rightHeader()), '"x"')],
    ['bytes that are no UTF-8', () => `${b64(Buffer.from([0xff, 0xfe]))}.${b64(Buffer.from([0xff]))}.AAAA`],
    ['claims 3,000 levels deep', () => ofText(JSON.stringify(rightHeader()), `{"a":${'['.repeat(3000)}${']'.repeat(3000)}}`)],
    ['a header of 16 kB', () => made({ pad: 'x'.repeat(12_000) })],
    ['a kid of 12 kB', () => made({ kid: 'k'.repeat(12_000) })],
    ['a refresh token', () => `${claims['tid'] as string}.${claims['sid'] as string}.${'A'.repeat(43)}`],
    ['a JSON document', () => '{"sub":"x"}'],
    ['a word', () => 'null'],
  ];

  it('PLAT-05 (tokens) takes a token that is made like the crafted ones, but right', async () => {
    expect(await ask(made())).toBe(200);
    expect(await ask(issued)).toBe(200);
    expect(JSON.parse(Buffer.from(issued.split('.')[0] as string, 'base64url').toString())).toEqual(rightHeader());
    expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sid', 'sub', 'tid']);
    expect((claims['exp'] as number) - (claims['iat'] as number)).toBe(600);
    expect(await ask(made({}, { iat: now() - 300, nbf: now() - 300, exp: now() - 1 }))).toBe(200); // clocks may differ by 5 s
  });

  it.each(attacks)('PLAT-05 (tokens) case 85: refuses %s', async (_what, craft) => {
    const answer = await api.call<{ code: string }>('GET', '/api/me', { token: craft() });
    expect([answer.status, answer.body.code, answer.headers.get('www-authenticate')]).toEqual([401, 'unauthenticated', 'Bearer']);
  });

  it('PLAT-05 (tokens) case 85: knows at least 60 attacks, fetched nothing for any of them, and stands', async () => {
    expect(attacks.length).toBeGreaterThanOrEqual(60);
    expect(new Set(attacks.map(([what]) => what)).size).toBe(attacks.length);
    expect(fetches).toBe(0);
    expect(await ask(made())).toBe(200);
  });

  it.each([
    ['two authorization headers', (token: string) => [`Authorization: Bearer ${token}`, 'Authorization: Bearer x']],
    ['the token in the query', (_token: string) => []],
    ['Basic', (token: string) => [`Authorization: Basic ${b64(`x:${token}`)}`]],
    ['a token of NUL', (_token: string) => ['Authorization: Bearer \u0001']],
  ])('PLAT-05 (tokens) case 85: answers %s without trouble of its own', async (what, headers) => {
    const query = what.includes('query') ? `?access_token=${made()}` : '';
    const status = await raw(
      `GET /api/me${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers(what.startsWith('two') ? 'y' : made()).join('\r\n')}\r\n\r\n`,
    );
    expect([400, 401]).toContain(status);
  });

  it('PLAT-05 (tokens) a token that was good before is refused from its last second on', async () => {
    const exp = now() - 1;
    const token = made({}, { iat: now() - 300, nbf: now() - 300, exp });
    expect(await ask(token)).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, (exp + 5) * 1000 + 100 - Date.now())); // clocks may differ by five seconds
    expect(await ask(token)).toBe(401);
  });

  it('PLAT-05 (tokens) keys rotate: a former or future secret is accepted while it is listed, one signs, and an unknown one never counts', async () => {
    const former = made();
    const next = await startApi(database, { JWT_SECRET: 'n'.repeat(40), JWT_SECRETS_ACCEPTED: 'x'.repeat(40) });
    const status = async (from: RunningApi, token: string) => (await from.call('GET', '/api/me', { token })).status;
    try {
      expect(await status(next, former)).toBe(200);
      const fresh = await signInAs(next, 'north', benId);
      expect(JSON.parse(Buffer.from(fresh.split('.')[0] as string, 'base64url').toString())).toMatchObject({ kid: keyPairOf('n'.repeat(40)).kid });
    } finally {
      await next.close();
    }
    const later = await startApi(database, { JWT_SECRET: 'n'.repeat(40) });
    try {
      expect(await status(later, former)).toBe(401);
    } finally {
      await later.close();
    }
  });

  function raw(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => socket.write(request));
      let answer = '';
      socket.on('data', (data) => (answer += data.toString()));
      socket.on('end', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])));
      socket.on('error', reject);
    });
  }
});
