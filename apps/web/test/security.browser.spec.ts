import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { launchBrowser, testDatabase, type TestDatabase } from '@waymark/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hashPassword } from '../../api/src/access/passwords.service.js';
import { createTenant, type RunningApi, startApi } from '../../api/src/testing/start-api.js';
import { buildWeb } from './built-web.js';

describe('sessions and security', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let browser: Browser;
  let web: ReturnType<typeof buildWeb>;
  const complaints: string[] = [];
  const password = 'correct horse battery';

  beforeAll(async () => {
    web = buildWeb();
    database = await testDatabase();
    const passwordHash = await hashPassword(password);
    const person = (name: string) => ({ name, roles: ['member'], email: `${name.toLowerCase()}@north.example`, passwordHash });
    await createTenant(database, { slug: 'north', demo: false, people: [person('Ada'), person('Ben')] });
    api = await startApi(database, { WEB_ROOT: web.folder });
    browser = await launchBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await api?.close();
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
    page.setDefaultTimeout(10_000);
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
