import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { launchBrowser, testDatabase, type TestDatabase } from '@waymark/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hashPassword } from '../../api/src/access/passwords.service.js';
import { createTenant, type RunningApi, startApi, startWorker } from '../../api/src/testing/start-api.js';
import { buildWeb } from './built-web.js';
import { patience } from './demo-app.js';
import { axeFindings, layoutFindings } from './page-checks.js';

describe('working time on the page of a person', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let browser: Browser;
  let web: ReturnType<typeof buildWeb>;
  let people: Record<string, string>;
  const password = 'correct horse battery';

  beforeAll(async () => {
    web = buildWeb();
    database = await testDatabase();
    const passwordHash = await hashPassword(password);
    const person = (name: string, role: string) => ({ name, roles: [role], email: `${name.toLowerCase()}@north.example`, passwordHash });
    const made = await createTenant(database, {
      slug: 'north',
      demo: false,
      people: [person('Ada', 'admin'), person('Ben', 'leader'), person('Cleo', 'member'), person('Dan', 'member')],
    });
    people = made.userIds;
    await database.admin.query(
      `with t as (insert into teams (tenant_id, name) select tenant_id, 'Own' from users where id = $1 returning tenant_id, id)
       insert into team_memberships (tenant_id, team_id, user_id, role, from_on)
       select t.tenant_id, t.id, x.person, x.role, '2020-01-01' from t, (values ($1::uuid, 'leader'), ($2::uuid, 'member')) x (person, role)`,
      [people['Ben'], people['Cleo']],
    );
    api = await startApi(database, { WEB_ROOT: web.folder });
    worker = await startWorker(database);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await worker?.close();
    await api?.close();
    await database?.drop();
    web?.remove();
  });

  const context = (width = 1280, scheme: 'light' | 'dark' = 'light'): Promise<BrowserContext> =>
    browser.newContext({ baseURL: api.url, viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: 'reduce' });
  const signedIn = async (from: BrowserContext, who: string, path: string): Promise<Page> => {
    const page = await from.newPage();
    page.setDefaultTimeout(patience);
    await page.goto(path);
    await page.getByLabel('E-mail').fill(`${who.toLowerCase()}@north.example`);
    await page.getByLabel('Password', { exact: false }).first().fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    return page;
  };
  const opened = async (from: BrowserContext, who: string, whose: string): Promise<Page> => {
    const page = await signedIn(from, who, `/north/admin/people/${people[whose]}`);
    await page.getByRole('heading', { name: 'Working time' }).waitFor();
    return page;
  };
  const stored = async () =>
    (
      await database.admin.query<{ text: string }>(
        `select concat_ws(' ', u.name, a.kind, a.from_on, a.until_on) as text from absences a join users u on u.id = a.user_id where a.known_to is null order by 1`,
      )
    ).rows.map((row) => row.text);

  it('PLAT-04 (absences, page) an admin notes, changes and removes an absence and sets the work fraction; a wrong field says why', async () => {
    const own = await context();
    const page = await opened(own, 'Ada', 'Cleo');
    await page.getByText('No absences').waitFor();
    await page.getByLabel('First day away').fill('2026-12-14');
    await page.getByLabel('First day back').fill('2026-12-01');
    await page.getByRole('button', { name: 'Add an absence' }).click();
    await page.getByText('untilOn must be later than fromOn').first().waitFor();
    await page.getByLabel('First day back').fill('2026-12-21');
    await page.getByLabel('Reason').selectOption('Sick');
    await page.getByRole('button', { name: 'Add an absence' }).click();
    await page.getByRole('button', { name: 'Change: away from 14 Dec 2026' }).click();
    expect(await stored()).toEqual(['Cleo sick 2026-12-14 2026-12-21']);
    await page.getByRole('heading', { name: 'Change the absence from 14 Dec 2026' }).waitFor();
    await page.getByLabel('First day back').fill('');
    await page.getByRole('button', { name: 'Save the absence' }).click();
    await page.getByRole('cell', { name: 'open' }).first().waitFor();
    expect(await stored()).toEqual(['Cleo sick 2026-12-14']);
    await page.getByLabel('Work fraction in per cent').fill('120');
    await page.getByRole('button', { name: 'Save the work fraction' }).click();
    await page
      .getByText(/workPercent must not be greater than 100/)
      .first()
      .waitFor();
    await page.getByLabel('Work fraction in per cent').fill('80');
    const saved = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
    await page.getByRole('button', { name: 'Save the work fraction' }).click();
    await saved;
    const { rows } = await database.admin.query('select work_percent from users where id = $1', [people['Cleo']]);
    expect(rows).toEqual([{ work_percent: 80 }]);
    await page.getByRole('button', { name: 'Remove: away from 14 Dec 2026' }).click();
    await page.getByText('No absences').waitFor();
    expect(await stored()).toEqual([]);
    await own.close();
  });

  it('PLAT-04 (absences, page) case 49: the manager sees the days without the reason, the person sees both, a colleague nothing', async () => {
    await database.admin.query(
      `insert into absences (tenant_id, user_id, kind, from_on, until_on, known_at) select tenant_id, id, 'sick', '2026-11-02', '2026-11-09', now() from users where id = $1`,
      [people['Cleo']],
    );
    const seen: Record<string, (string | null)[]> = {};
    for (const who of ['Ben', 'Cleo', 'Dan']) {
      const own = await context();
      const page = await opened(own, who, 'Cleo');
      const table = page.getByRole('table', { name: 'Absences' });
      if (who === 'Dan') await page.getByRole('heading', { name: 'Absences' }).waitFor({ state: 'detached' });
      else await table.waitFor();
      seen[who] = (await table.getByRole('row').allTextContents()).slice(1);
      expect(await page.getByRole('button', { name: /absence/ }).count()).toBe(0);
      await own.close();
    }
    const days = '2 Nov 2026First day back9 Nov 2026Reason';
    expect(seen).toEqual({ Ben: [`${days}Away`], Cleo: [`${days}Sick`], Dan: [] });
  });

  it.each([
    ['light', 390],
    ['light', 1280],
    ['dark', 390],
    ['dark', 1280],
  ] as const)('WEB-05 the page of a person has no accessibility finding and nothing sideways or overlapping: %s at %i px', async (scheme, width) => {
    const own = await context(width, scheme);
    const page = await opened(own, 'Ada', 'Cleo');
    await page.getByRole('button', { name: 'Change: away from 2 Nov 2026' }).click();
    await page.getByRole('heading', { name: 'Change the absence from 2 Nov 2026' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await layoutFindings(page)).toEqual([]);
    await own.close();
  });

  it('PLAT-04 (roster, page) a roster is recognised, checked without effect, and imported', async () => {
    const own = await context();
    const page = await signedIn(own, 'Ada', '/north/admin/imports');
    const file = [
      'external_id,name,email,role,manager,team,parent_team,since,work_percent',
      'E1,Eve,eve@north.example,,,East,Sales,2026-01-05,50',
      'E2,Fay,not an e-mail,,,East,Sales,,',
      '',
    ].join('\n');
    const bring = async (button: string) => {
      await page.locator('input[type=file]').setInputFiles({ name: 'roster.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
      await page.getByText('The first rows:').waitFor();
      await page.getByLabel('Mapping').locator('option:checked[value=people]').waitFor({ state: 'attached' });
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.waitForURL(/imports\?run=/);
      await worker.runner.runAll();
      await page.getByText('is no e-mail address').first().waitFor();
    };
    const eves = async () => (await database.admin.query(`select work_percent from users where name = 'Eve'`)).rows;
    await bring('Check only');
    expect(await eves()).toEqual([]);
    await page.route('**/api/import-mappings', async (route) => {
      await page.getByText('The first rows:').waitFor(); // a file may be looked at before the presets come
      await route.continue();
    });
    await page.goto('/north/admin/imports');
    await bring('Import');
    expect(await eves()).toEqual([{ work_percent: 50 }]);
    await own.close();
  });
});
