import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { launchBrowser, testDatabase, type TestDatabase } from '@waymark/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { hashPassword } from '../../api/src/access/passwords.service.js';
import { MailRelay } from '../../api/src/platform/messages/mail-relay.js';
import { type MailServer, startMailServer } from '../../api/src/testing/mail-server.js';
import { createTenant, type RunningApi, startApi, startWorker } from '../../api/src/testing/start-api.js';
import { buildWeb } from './built-web.js';
import { patience } from './demo-app.js';

describe('sessions, security and personal data', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let browser: Browser;
  let web: ReturnType<typeof buildWeb>;
  let mails: MailServer;
  let worker: { app: INestApplicationContext; close(): Promise<void> };
  let ids: Record<string, string>;
  const complaints: string[] = [];
  const password = 'correct horse battery';

  beforeAll(async () => {
    web = buildWeb();
    database = await testDatabase();
    const passwordHash = await hashPassword(password);
    const person = (name: string) => ({ name, roles: ['member'], email: `${name.toLowerCase()}@north.example`, passwordHash });
    const others = [
      { ...person('Cleo'), roles: ['admin'] },
      { name: 'Dora Dee', roles: ['member'], email: 'dora@north.example' },
    ];
    const people = [person('Ada'), person('Ben'), ...others];
    ids = (await createTenant(database, { slug: 'north', demo: false, people })).userIds;
    mails = await startMailServer();
    worker = await startWorker(database, { settings: { SMTP_URL: mails.url, MAIL_FROM: 'Waymark <waymark@mail.example>' } });
    api = await startApi(database, { WEB_ROOT: web.folder });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await worker?.close();
    await mails?.close();
    await database?.drop();
    web?.remove();
  });

  const context = (options: { width?: number; dark?: boolean } = {}): Promise<BrowserContext> =>
    browser.newContext({
      baseURL: api.url,
      viewport: { width: options.width ?? 1280, height: 900 },
      colorScheme: options.dark ? 'dark' : 'light',
    });
  const open = async (from: BrowserContext, path: string): Promise<Page> => {
    const page = await from.newPage();
    page.setDefaultTimeout(patience);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (/Content.Security.Policy|Trusted/i.test(message.text())) complaints.push(message.text());
    });
    await page.goto(path);
    return page;
  };
  const signedIn = async (from: BrowserContext, who: string, given = password): Promise<Page> => {
    const page = await open(from, '/north/security');
    await page.getByLabel('E-mail').fill(`${who}@north.example`);
    await page.getByLabel('Password', { exact: false }).first().fill(given);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Security' }).waitFor();
    return page;
  };

  it('PLAT-05 (own sessions) WEB-09 (security) one sees where one is signed in, ends a session elsewhere, changes the password and signs out everywhere', async () => {
    const [here, there, third] = [await context(), await context(), await context()];
    const page = await signedIn(here, 'ada');
    const other = await signedIn(there, 'ada');
    await page.reload();
    await page.getByRole('row', { name: /\(this one\)/ }).waitFor();
    expect(await page.getByRole('button', { name: /^End the session of Chrome/ }).count()).toBe(1);
    await page.getByRole('button', { name: /^End the session of Chrome/ }).click();
    await page.getByRole('button', { name: /^End the session of Chrome/ }).waitFor({ state: 'detached' });
    await other.reload();
    await other.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();

    const late = await signedIn(third, 'ada');
    await page.getByLabel('Present password').fill(password);
    await page.getByLabel(/^New password/).fill('ada@north.example');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page
      .getByText(/made of your name/)
      .first()
      .waitFor();
    await page.getByLabel(/^New password/).fill('violet kettle sings');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('Your password is changed.', { exact: false }).first().waitFor();
    await late.reload();
    await late.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();

    await page.getByRole('button', { name: 'Sign out everywhere', exact: true }).click();
    await page.getByRole('button', { name: 'Yes, sign out everywhere' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    await page.goto('/north/home');
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    for (const one of [here, there, third]) await one.close();
  });

  it('PLAT-05 (refresh storms) case 86: tabs that open at once share the cookie and stay signed in', async () => {
    const shared = await context();
    await signedIn(shared, 'ben');
    for (let round = 0; round < 2; round += 1) {
      const tabs = await Promise.all(Array.from({ length: 4 }, () => open(shared, '/north/security')));
      for (const tab of tabs) await tab.getByRole('row', { name: /\(this one\)/ }).waitFor();
      for (const tab of tabs) await tab.close();
    }
    const elsewhere = await open(shared, '/south/goals'); // case 9: the address names no organisation but the session's
    await elsewhere.waitForURL('**/north/home');
    const { rows } = await database.admin.query<{ n: string }>(`select count(*) as n from sessions where end_reason = 'reuse'`);
    expect(rows[0]?.n).toBe('0');
    await shared.close();
  });

  /** Opens the page of the newest mailed link to somebody. */
  const follow = async (from: BrowserContext, to: string, count: number): Promise<Page> => {
    await worker.app.get(MailRelay).sendDue();
    const mail = (await mails.waitFor(to, count)).at(-1);
    return open(from, /\/access\/[a-z]+#[A-Za-z0-9_-]{64}/.exec(mail?.text ?? '')?.[0] ?? '');
  };

  it('PLAT-05 (pages) WEB-09 (security) somebody new is invited, accepts, forgets the password and sets another; a used link says so', async () => {
    const own = await context();
    const admin = await signedIn(own, 'cleo');
    await admin.goto(`/north/admin/people/${ids['Dora Dee']}`);
    await admin.getByRole('button', { name: 'Mail an invitation' }).click();
    await admin.getByText('The invitation is on its way to dora@north.example').waitFor();
    await admin.goto(`/north/admin/people/${ids['Ben']}`);
    await admin.getByRole('button', { name: 'Mail an invitation' }).click();
    await admin.getByText('Ben has a password already').waitFor();

    const hers = await context();
    const page = await follow(hers, 'dora@north.example', 1);
    expect(await page.getByLabel('E-mail').inputValue()).toBe('dora@north.example');
    await page.getByLabel(/^New password/).fill('dora@north.example');
    await page.getByRole('button', { name: 'Accept and sign in' }).click();
    await page
      .getByText(/made of your name/)
      .first()
      .waitFor();
    await page.getByLabel('Your name').fill('Dora Deer');
    await page.getByLabel(/^New password/).fill('violet kettle sings');
    await page.getByRole('button', { name: 'Accept and sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Hello, Dora' }).waitFor();
    const used = await follow(hers, 'dora@north.example', 1);
    await used.getByText('This link works no more', { exact: true }).waitFor();

    await page.goto('/signin');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('Organisation').fill('north');
    await page.getByLabel('E-mail').fill('dora@north.example');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText('a mail with the link is on its way').waitFor();
    const reset = await follow(hers, 'dora@north.example', 2);
    await reset.getByLabel(/^New password/).fill('kettle sings violet');
    await reset.getByRole('button', { name: 'Set the password' }).click();
    await reset.getByText('Your new password is set').waitFor();
    await signedIn(await context(), 'dora', 'kettle sings violet');
    await own.close();
  });

  it('PLAT-11 (pages) WEB-09 (security) one takes the own data along; an admin takes and erases those of another, with name and reason typed', async () => {
    const own = await context();
    const page = await signedIn(own, 'cleo');
    const [mine] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download my data' }).click()]);
    expect([
      mine.suggestedFilename(),
      readFileSync(await mine.path())
        .subarray(0, 2)
        .toString(),
    ]).toEqual(['my-data.zip', 'PK']);
    await page.goto(`/north/admin/people/${ids['Ada']}`);
    const [hers] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download the data' }).click()]);
    expect(hers.suggestedFilename()).toBe(`person-${ids['Ada']}.zip`);
    await page.getByRole('button', { name: 'Erase the person' }).click();
    await page.getByLabel(/^Type the name/).fill('Ben');
    await page.getByRole('textbox', { name: /^Reason/ }).fill('Left the house');
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText('is not the name of the person').waitFor();
    await page.getByLabel(/^Type the name/).fill('Ada');
    await page.getByRole('textbox', { name: /^Reason/ }).fill('Ada asked for it');
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText('names the person').first().waitFor();
    await page.getByRole('textbox', { name: /^Reason/ }).fill('Asked for on 12 November');
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText(/^Ada is erased and called “Erased person [0-9A-F]{4}” from now on\.$/).waitFor();
    await page.getByRole('heading', { level: 1, name: /^Erased person/ }).waitFor();
    await page.goto(`/north/admin/people/${ids['Cleo']}`);
    await page.getByRole('button', { name: 'Erase the person' }).click();
    await page.getByLabel(/^Type the name/).fill('Cleo');
    await page.getByRole('textbox', { name: /^Reason/ }).fill('Wants to go');
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText('This is the last administrator.').waitFor();
    await own.close();
  });

  it('SEC-03 (headers) no page breaks its content policy, the API docs included, and scripts can write no HTML', async () => {
    const own = await context();
    const docs = await open(own, '/api/docs');
    await docs.getByText('Sign in with organisation, e-mail and password', { exact: false }).first().waitFor();
    const page = await signedIn(own, 'ben');
    expect(complaints).toEqual([]);
    const written = await page.evaluate(() => {
      try {
        document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="document.title=1">');
        return 'written';
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(written).toBe('TypeError');
    await own.close();
  });
});
