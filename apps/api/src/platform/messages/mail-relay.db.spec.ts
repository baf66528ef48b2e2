import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type MailServer, startMailServer } from '../../testing/mail-server.js';
import { createTenant, startWorker } from '../../testing/start-api.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Inbox } from './inbox.js';
import { MailRelay } from './mail-relay.js';
import { Outbox } from './outbox.js';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));

interface Row {
  state: string;
  attempts: number;
  last_error: string | null;
  wait: number;
  payload: object;
}

describe('outbox and mail relay', () => {
  let database: TestDatabase;
  let mails: MailServer;
  let worker: { app: INestApplicationContext; close(): Promise<void> };
  let tenantId: string;
  let people: Record<string, string>;
  const running = new Set<ChildProcess>();
  const from = { MAIL_FROM: 'waymark@mail.example' };

  beforeAll(async () => {
    database = await testDatabase();
    mails = await startMailServer();
    const tenant = await createTenant(database, {
      slug: 'north',
      people: [
        { name: 'Ada <b>', roles: ['admin'], email: 'ada@north.example' },
        { name: 'Ben', roles: ['member'], email: 'ben@north.example' },
        { name: 'Cyd', roles: ['member'] },
      ],
    });
    ({ tenantId } = tenant);
    people = { Ada: tenant.userIds['Ada <b>'] as string, Ben: tenant.userIds['Ben'] as string, Cyd: tenant.userIds['Cyd'] as string };
    worker = await startWorker(database, { settings: { SMTP_URL: mails.url, ...from } });
  });

  beforeEach(async () => {
    mails.received.length = 0;
    mails.onMail = null;
    await database.admin.query('delete from outbox');
    await database.admin.query('delete from notifications');
    await database.admin.query('update users set mail_notices = true');
  });

  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await worker.close();
    await mails.close();
    await database.drop();
  });

  const inUnit = <T>(work: () => Promise<T>) => worker.app.get(UnitOfWork).run({ tenantId }, work);
  const put = (key = 'one', sentence = 'Pipeline missed.') =>
    inUnit(() =>
      worker.app
        .get(Outbox)
        .mail({ userId: people['Ada'] as string, dedupeKey: key, content: { kind: 'notice', sentence, path: '/goals' }, hours: 1 }),
    );
  const relay = () => worker.app.get(MailRelay).sendDue();
  const rows = async () =>
    (
      await database.admin.query<Row>(
        `select state, attempts, last_error, payload, extract(epoch from available_at - now())::float as wait from outbox order by id`,
      )
    ).rows;
  // A second back: the column holds milliseconds, and a rounded now() may lie ahead of the next statement.
  const due = () => database.admin.query(`update outbox set available_at = now() - interval '1 second'`);
  const row = async () => (await rows())[0] as Row;

  it('REL-03 (mail) a mail exists exactly when its cause does, and once per key', async () => {
    await expect(
      inUnit(async () => {
        await worker.app.get(Outbox).mail({ userId: people['Ada'] as string, dedupeKey: 'gone', content: { kind: 'reset', token: 'x' }, hours: 1 });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await put();
    await put();
    await relay();
    await relay();
    expect(mails.received.map((mail) => mail.to)).toEqual(['ada@north.example']);
    expect(await rows()).toMatchObject([{ state: 'sent', attempts: 1, payload: {} }]);
  });

  it('SEC-03 (mail) what people wrote is text: escaped in HTML, one line in headers', async () => {
    await put('hostile', '<script>alert(1)</script>\r\nBcc: eve@evil.example');
    await relay();
    const [mail] = await mails.waitFor('ada@north.example');
    expect(mail?.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(mail?.text).toContain('<p>Hello Ada &lt;b&gt;,</p>');
    expect(mail?.raw.split(/\r?\n\r?\n/)[0]).not.toMatch(/^bcc:/im);
    expect(mail?.text).toMatch(/href="http:\/\/localhost:3000\/north\/goals"/);
    expect(mail?.raw).not.toMatch(/<img/i);
  });

  it('REL-03 (mail) greylisting with 451 is tried again later, with the same Message-ID', async () => {
    const ids: string[] = [];
    mails.onMail = (mail) => {
      ids.push(mail.messageId);
      if (ids.length === 1) throw Object.assign(new Error('greylisted, come back'), { responseCode: 451 });
    };
    await put();
    await relay();
    const waiting = await row();
    expect(waiting).toMatchObject({ state: 'ready', attempts: 1, last_error: 'the mail server answered 451' });
    expect(waiting.wait).toBeGreaterThan(25); // 30 s, stretched by up to a half
    expect(waiting.wait).toBeLessThan(46);
    await relay();
    expect(ids).toHaveLength(1); // not before its time
    await due();
    await relay();
    expect([ids.length, new Set(ids).size, (await row()).state]).toEqual([2, 1, 'sent']);
  });

  it('REL-03 (mail) a refusal for good ends it at once; a server that is away ends it after twelve tries', async () => {
    mails.onMail = () => {
      throw Object.assign(new Error('no such user'), { responseCode: 550 });
    };
    await put();
    await relay();
    expect(await row()).toMatchObject({ state: 'dead', attempts: 1, last_error: 'the mail server answered 550', payload: {} });

    await database.admin.query('delete from outbox');
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const lonely = await startWorker(database, { settings: { SMTP_URL: `smtp://127.0.0.1:${port}`, ...from } });
    await put();
    for (let n = 1; n <= 12; n++) {
      await due();
      await lonely.app.get(MailRelay).sendDue();
      expect(await row()).toMatchObject({ state: n < 12 ? 'ready' : 'dead', attempts: n, last_error: 'no mail server reached (ESOCKET)' });
    }
    await lonely.close();
  });

  it('REL-03 (mail) without SMTP_URL mails stay, with the reason, until they are too old', async () => {
    const bare = await startWorker(database);
    await put();
    await bare.app.get(MailRelay).sendDue();
    expect(await row()).toMatchObject({ state: 'ready', attempts: 0, last_error: 'SMTP_URL is not set: mails wait here until it is' });
    await database.admin.query(`update outbox set expires_at = now()`);
    await bare.app.get(MailRelay).sendDue();
    expect(await row()).toMatchObject({ state: 'expired', payload: {} });
    await bare.close();
  });

  it('REL-03 (mail) case 79: a mail committed late is sent although later ones went before', async () => {
    const late = await database.admin.connect();
    await late.query('begin');
    await late.query(
      `insert into outbox (tenant_id, dedupe_key, channel, user_id, payload, expires_at)
       values ($1, 'late', 'mail', $2, '{"kind":"notice","sentence":"late","path":null}', now() + interval '1 hour')`,
      [tenantId, people['Ben']],
    );
    await put('early');
    await relay();
    expect(mails.received.map((mail) => mail.to)).toEqual(['ada@north.example']);
    await late.query('commit');
    late.release();
    await relay();
    expect(mails.received.map((mail) => mail.to)).toEqual(['ada@north.example', 'ben@north.example']);
  });

  it('PLAT-05 (notices by mail) a new notice is mailed to who has an address and wants it', async () => {
    await database.admin.query('update users set mail_notices = false where id = $1', [people['Ben']]);
    const notice = (name: string) => ({
      userId: people[name] as string,
      dedupeKey: 'v:1',
      code: 'gate_failed',
      params: {},
      sentence: 'Missed.',
      link: '/goals',
    });
    const send = () => inUnit(() => worker.app.get(Inbox).send([notice('Ada'), notice('Ben'), notice('Cyd')]));
    expect([await send(), await send()]).toEqual([3, 0]);
    await relay();
    expect(mails.received.map((mail) => mail.to)).toEqual(['ada@north.example']);
  });

  it('REL-03 (mail) cases 37 and 38: kill -9 before sending and between sending and marking: sent again, with the same Message-ID', async () => {
    const spawnWorker = () => {
      const child = spawn(process.execPath, ['--import', './tools/jest/typescript-loader.mjs', 'apps/api/src/worker.ts'], {
        cwd: root,
        env: { PATH: process.env['PATH'], WORKER_DATABASE_URL: database.workerUrl, LOG_LEVEL: 'silent', SMTP_URL: mails.url, ...from },
        stdio: 'ignore',
      });
      running.add(child);
      return child;
    };
    let victim: ChildProcess | null = null;
    const kills: string[] = [];
    mails.onMail = async () => {
      if (!victim) return;
      const gone = once(victim, 'exit'); // the server has the mail; the worker dies before it hears so
      victim.kill('SIGKILL');
      await gone;
      kills.push('killed');
      victim = null;
    };
    victim = spawnWorker();
    await put();
    await mails.waitFor('ada@north.example', 1);
    expect(await row()).toMatchObject({ state: 'ready', attempts: 1 });
    await relay();
    expect(mails.received).toHaveLength(1); // the dead worker's claim has not run out
    await due(); // 60 s later
    const second = spawnWorker();
    const [first, again] = await mails.waitFor('ada@north.example', 2);
    expect([kills.length, again?.messageId]).toEqual([1, first?.messageId]);
    const until = Date.now() + 60_000;
    while ((await row()).state !== 'sent' && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(await row()).toMatchObject({ state: 'sent', attempts: 2 });
    second.kill('SIGKILL');
    await once(second, 'exit');
    expect(mails.received).toHaveLength(2);
  });
});
