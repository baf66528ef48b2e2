import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { launchBrowser, testDatabase, type TestDatabase } from '@waymark/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hashPassword } from '../../api/src/access/passwords.service.js';
import { createTenant, type RunningApi, startApi } from '../../api/src/testing/start-api.js';
import { buildWeb } from './built-web.js';
import { patience } from './demo-app.js';

describe('organisation settings', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let browser: Browser;
  let web: ReturnType<typeof buildWeb>;
  const password = 'correct horse battery';

  beforeAll(async () => {
    web = buildWeb();
    database = await testDatabase();
    const passwordHash = await hashPassword(password);
    await createTenant(database, {
      slug: 'north',
      demo: false,
      people: [
        { name: 'Ada', roles: ['admin'], email: 'ada@north.example', passwordHash },
        { name: 'Ben', roles: ['member'], email: 'ben@north.example', passwordHash },
      ],
    });
    api = await startApi(database, { WEB_ROOT: web.folder });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await database?.drop();
    web?.remove();
  });

  const context = (width = 1280, scheme: 'light' | 'dark' = 'light'): Promise<BrowserContext> =>
    browser.newContext({ baseURL: api.url, viewport: { width, height: 900 }, colorScheme: scheme });
  const signedIn = async (from: BrowserContext, who: string, path: string): Promise<Page> => {
    const page = await from.newPage();
    page.setDefaultTimeout(patience);
    await page.goto(path);
    await page.getByLabel('E-mail').fill(`${who}@north.example`);
    await page.getByLabel('Password', { exact: false }).first().fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    return page;
  };
  const opened = async (from: BrowserContext): Promise<Page> => {
    const page = await signedIn(from, 'ada', '/north/admin/settings');
    await page.getByRole('heading', { level: 1, name: 'Organisation settings' }).waitFor();
    await page.getByLabel('Milestones').waitFor();
    return page;
  };

  it('PLAT-02 (page) PLAT-03 (page) an administrator changes settings, holidays and features; a wrong field says why', async () => {
    const own = await context();
    const page = await opened(own);
    await page.getByLabel(/^Time zone/).fill('Mars/Base');
    await page.getByRole('button', { name: 'Save: General' }).click();
    await page
      .getByText(/must be a zone of the IANA list/)
      .first()
      .waitFor();
    await page.getByLabel(/^Time zone/).fill('Europe/Lisbon');
    await page.getByRole('button', { name: 'Save: General' }).click();
    await page.getByText('Saved.').first().waitFor();
    await page.getByLabel(/^Day/).fill('2026-12-25');
    await page.getByLabel(/^Name of the holiday/).fill('Christmas Day');
    await page.getByRole('button', { name: 'Add holiday' }).click();
    await page.getByRole('button', { name: /^Remove Christmas Day/ }).waitFor();
    await page.getByLabel('Milestones').check();
    const saved = page.waitForResponse((answer) => answer.url().endsWith('/api/flags') && answer.request().method() !== 'GET' && answer.ok());
    await page.getByRole('button', { name: 'Save: Features' }).click();
    await saved;
    const { rows } = await database.admin.query<{ zone: string; features: object; days: string }>(
      `select time_zone as zone, features, (select string_agg(on_day::text, ' ') from holidays h where h.tenant_id = t.id) as days from tenants t`,
    );
    expect(rows).toEqual([{ zone: 'Europe/Lisbon', features: { feature_milestones: true }, days: '2026-12-25' }]);
    await own.close();
  });

  it('PLAT-02 (page) who may not manage settings has no entry to them', async () => {
    const own = await context();
    const page = await signedIn(own, 'ben', '/north/home');
    await page.getByRole('link', { name: 'Goals' }).first().waitFor();
    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0);
    await own.close();
  });
});
