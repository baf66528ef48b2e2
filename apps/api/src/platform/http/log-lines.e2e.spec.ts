import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hashPassword } from '../../access/passwords.service.js';
import { type MailServer, startMailServer, tokenIn } from '../../testing/mail-server.js';
import { createTenant } from '../../testing/start-api.js';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const canaries = {
  password: 'canary-password violet kettle',
  wrongPassword: 'canary-wrong copper lantern',
  newPassword: 'canary-new marble harbour',
  jwtSecret: 'canary-secret-of-the-tokens-0123456789abcdef',
  note: 'canary-note of a deal',
  email: 'canary.person@north.example',
};

describe('log lines', () => {
  let database: TestDatabase;
  let mails: MailServer;
  let url: string;
  let said = '';
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    mails = await startMailServer();
    await createTenant(database, {
      slug: 'north',
      people: [{ name: 'Ada', roles: ['admin'], email: canaries.email, passwordHash: await hashPassword(canaries.password) }],
    });
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    start('main', { APP_DATABASE_URL: database.appUrl, PORT: String(port), RATE_LIMITS: 'off' });
    start('worker', { WORKER_DATABASE_URL: database.workerUrl, SMTP_URL: mails.url, MAIL_FROM: 'Waymark <waymark@mail.example>' });
    for (let tries = 0; tries < 1800; tries += 1) {
      const status = await fetch(`${url}/api/health/ready`).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return;
      await pause(100);
    }
    throw new Error(`the API did not start: ${said}`);
  });

  afterAll(async () => {
    for (const child of running) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await mails.close();
    await database.drop();
  });

  /** A process as it runs in production, with the most talkative log there is. */
  function start(script: string, settings: Record<string, string>): void {
    const env = { PATH: process.env['PATH'], JWT_SECRET: canaries.jwtSecret, LOG_LEVEL: 'trace', DEMO: '1', ...settings };
    const child = spawn(process.execPath, ['--import', './tools/jest/typescript-loader.mjs', `apps/api/src/${script}.ts`], { cwd: root, env });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += String(bytes)));
    running.push(child);
  }

  const call = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: { 'sec-fetch-site': 'same-origin', ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (text ? JSON.parse(text) : {}) as Record<string, string> };
  };

  it('PLAT-13 case 100 hold no token, cookie, password, secret, link, mail or field of a message, whatever goes wrong', async () => {
    const secrets: Record<string, string> = { ...canaries };
    const account = { organisation: 'north', email: canaries.email };
    expect((await call('POST', '/auth/sign-in', { ...account, password: canaries.wrongPassword })).status).toBe(401);
    expect((await call('POST', '/auth/sign-in', { ...account, password: canaries.password, extra: canaries.note })).status).toBe(400);
    const signedIn = await call('POST', '/auth/sign-in', { ...account, password: canaries.password });
    expect(signedIn.status).toBe(201);
    secrets['access token'] = signedIn.body['accessToken'] as string;
    const cookies = signedIn.headers.getSetCookie().map((text) => text.split(';')[0] as string);
    cookies.forEach((text, n) => (secrets[`cookie ${n}`] = text.slice(text.indexOf('=') + 1)));
    const auth = { authorization: `Bearer ${secrets['access token']}` };
    const refreshed = await call('POST', '/auth/refresh', undefined, { cookie: cookies.join('; ') });
    secrets['second token'] = refreshed.body['accessToken'] as string;

    // Messages that are taken, that are refused, and that break something.
    expect((await call('POST', '/companies', { name: canaries.note, externalId: 'c-1' }, auth)).status).toBe(201);
    expect((await call('POST', '/companies', { name: canaries.note, externalId: 'c-1' }, auth)).status).toBe(409);
    expect((await call('POST', '/companies', { name: canaries.note, colour: canaries.note }, auth)).status).toBe(400);
    expect((await call('GET', '/me', undefined, { authorization: `Bearer ${secrets['access token']}x` })).status).toBe(401);
    await database.admin.query('alter table companies rename column name to gone');
    expect((await call('POST', '/companies', { name: canaries.note }, auth)).status).toBe(500);
    await database.admin.query('alter table companies rename column gone to name');

    // A mail with a one-time link, and what is done with it.
    expect((await call('POST', '/auth/password-reset', account)).status).toBeLessThan(300);
    const [mail] = await mails.waitFor(canaries.email);
    secrets['link'] = tokenIn(mail as (typeof mails.received)[0]) as string;
    const [line] = (mail?.text ?? '').split('\n').filter((text) => text.length > 30 && !text.includes(':'));
    secrets['line of the mail'] = line as string;
    const confirmed = await call('POST', '/auth/password-reset/confirm', { token: secrets['link'], password: canaries.newPassword });
    expect(confirmed.status).toBeLessThan(300);
    expect((await call('POST', '/auth/password-reset/confirm', { token: secrets['link'], password: canaries.newPassword })).status).toBe(410);
    const spoke = () => said.split('\n').filter((text) => text.includes('"url":"/api/')).length > 8 && said.includes('column \\"name\\"');
    for (let tries = 0; !spoke() && tries < 600; tries += 1) await pause(100);
    expect(spoke()).toBe(true);
    await pause(500); // what is said last

    expect(Object.entries(secrets).filter(([, value]) => !(value?.length > 15))).toEqual([]); // each was there to be looked for
    const found = Object.entries(secrets).flatMap(([what, value]) => (said.includes(value) ? [what] : []));
    expect(found).toEqual([]);
    for (const url of [database.appUrl, database.workerUrl]) expect(said).not.toContain(new URL(url).password);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
