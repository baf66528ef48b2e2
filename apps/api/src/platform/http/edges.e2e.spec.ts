import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTenant, type RunningApi, startApi } from '../../testing/start-api.js';

describe('the edges of the server', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let web: string;

  beforeAll(async () => {
    database = await testDatabase();
    await createTenant(database, { slug: 'north', people: [{ name: 'Ada', roles: ['admin'] }] });
    web = mkdtempSync(join(tmpdir(), 'waymark-edges-'));
    mkdirSync(join(web, 'assets'));
    writeFileSync(join(web, 'index.html'), '<!doctype html><meta property="csp-nonce" nonce="__NONCE__"><div id="root"></div>');
    writeFileSync(join(web, 'assets', 'main-abc.js'), 'export {};');
    api = await startApi(database, { WEB_ROOT: web });
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
    rmSync(web, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}) => api.call('GET', path, { headers });
  const always = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'x-frame-options': 'DENY',
  };
  const found = (headers: Headers, names: Record<string, string>) => Object.fromEntries(Object.keys(names).map((name) => [name, headers.get(name)]));

  it.each([
    ['an answer', '/api/auth/demo', 200],
    ['a refusal', '/api/me', 401],
    ['an unknown address', '/api/nothing', 404],
    ['health', '/api/health/live', 200],
    ['the document', '/api/openapi.json', 200],
  ])('SEC-03 (headers) %s of the API may show and load nothing, and is not kept', async (_what, path, status) => {
    const { headers, status: answered } = await get(path);
    expect(answered).toBe(status);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(found(headers, always)).toEqual(always);
    expect([headers.get('strict-transport-security'), headers.get('x-powered-by'), headers.get('access-control-allow-origin')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it.each(['/', '/index.html', '/north/home', '/signin'])(
    'SEC-03 (headers) the page at %s runs own scripts only, styles by a fresh nonce, no HTML from scripts',
    async (path) => {
      const first = await get(path);
      const nonce = /nonce="([^"]+)"/.exec(String(first.body))?.[1] as string;
      expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
      expect(first.headers.get('content-security-policy')).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default`,
      );
      expect(found(first.headers, always)).toEqual(always);
      expect(String((await get(path)).body)).not.toContain(nonce);
    },
  );

  it('SEC-03 (headers) assets are kept for a year, the API docs have a policy of their own', async () => {
    const asset = await get('/assets/main-abc.js');
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect(found(asset.headers, always)).toEqual(always);
    const docs = await get('/api/docs');
    expect(docs.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';/);
    expect(String(docs.body)).not.toMatch(/<script>(?!\s*<\/script>)/);
  });

  it('SEC-03 (headers) with an https address HSTS holds for two years, and the cookie is pinned to the host; with http neither (Q115)', async () => {
    const secure = await startApi(database, { PUBLIC_URL: 'https://waymark.example' });
    try {
      const { people } = (await secure.call<{ people: { userId: string }[] }>('GET', '/api/auth/demo')).body;
      const body = { organisation: 'north', userId: people[0]?.userId };
      const signedIn = await secure.call('POST', '/api/auth/sign-in-as', { body });
      expect(signedIn.headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains');
      expect(signedIn.headers.getSetCookie()[0]).toMatch(
        /^__Host-waymark-refresh=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      );
      const plain = await api.call('POST', '/api/auth/sign-in-as', { body });
      expect(plain.headers.get('strict-transport-security')).toBeNull();
      expect(plain.headers.getSetCookie()[0]).toMatch(/^waymark-refresh=[^;]+; Max-Age=2592000; Path=\/api\/auth; HttpOnly; SameSite=Strict$/);
    } finally {
      await secure.close();
    }
  });

  it('SEC-03 (origins) no other origin may call the API unless it is listed, exactly, and never with cookies', async () => {
    const preflight = (from: RunningApi, origin: string) =>
      from.call('OPTIONS', '/api/me', {
        headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
      });
    expect((await preflight(api, 'https://app.example')).headers.get('access-control-allow-origin')).toBeNull();
    const listed = await startApi(database, { CORS_ORIGINS: 'https://app.example' });
    try {
      const good = await preflight(listed, 'https://app.example');
      expect([good.status, good.headers.get('access-control-allow-origin'), good.headers.get('access-control-allow-credentials')]).toEqual([
        204,
        'https://app.example',
        null,
      ]);
      for (const origin of ['https://evil.example', 'https://app.example.evil.example', 'http://app.example', 'null'])
        expect((await preflight(listed, origin)).headers.get('access-control-allow-origin')).toBeNull();
      const plain = await listed.call('GET', '/api/health/live', { headers: { origin: 'https://evil.example' } });
      expect(plain.headers.get('access-control-allow-origin')).toBeNull();
    } finally {
      await listed.close();
    }
  });

  it('SEC-03 (edges) waits ten seconds for headers, 65 between requests, and reads 64 headers of at most 40 KiB', async () => {
    const server = api.app.getHttpServer();
    expect([server.headersTimeout, server.keepAliveTimeout, server.requestTimeout, server.maxHeadersCount]).toEqual([10_000, 65_000, 600_000, 64]);
    expect(await raw(`GET /api/health/live HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(50_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 [^]*application\/problem\+json[^]*"code":"too_large"/,
    );
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*application\/problem\+json/);
    expect(await raw('GET /api/me HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  function raw(request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => socket.write(request));
      let answer = '';
      socket.on('data', (data) => (answer += data.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  }
});
