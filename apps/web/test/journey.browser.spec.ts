import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { adminPassword, type DemoApp, startDemoApp } from './demo-app.js';

describe('the app with the demo', () => {
  let demo: DemoApp;

  beforeAll(async () => {
    demo = await startDemoApp();
  });
  afterAll(() => demo?.close());

  /** Goes to a page below the organisation and waits until nothing loads any more. */
  const visit = async (page: Page, path: string, heading: string | RegExp) => {
    await page.goto(`/hardware${path}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await settled(page);
  };
  const settled = async (page: Page) => {
    await page.waitForLoadState('load');
    await page.waitForFunction(() => document.querySelector('.wm-skeleton') === null);
  };

  it('WEB-09 (these pages) signs in as admin with organisation, e-mail and password and comes back to the wanted page', async () => {
    const page = await demo.page(null);
    await page.goto('/hardware/admin/periods');
    await page.getByLabel('E-mail').fill('admin@waymark.example');
    await page.getByLabel('Password', { exact: false }).first().fill('not the password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('do not belong together').waitFor();
    await page.getByLabel('Password', { exact: false }).first().fill(adminPassword);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Periods' }).waitFor();
    await page.waitForURL((url) => url.pathname === '/hardware/admin/periods');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Periods' }).waitFor(); // the refresh cookie brings the session back
    await page.context().close();
  });

  it('WEB-02 shows target and time as two lanes, and the gates as a list on a narrow page', async () => {
    const places = (page: Page) =>
      page
        .locator('.wm-gate')
        .evaluateAll((gates) => gates.map((gate) => [Math.round(gate.getBoundingClientRect().left), Math.round(gate.getBoundingClientRect().top)]));
    const wide = await demo.page('Elease Gluck');
    await visit(wide, '/home', /^Hello/);
    const bar = wide.getByRole('region', { name: 'Revenue 2017-Q3: target and gates' });
    await bar.getByRole('img', { name: /^\$16,613 of \$100,000, 16\.6 %\. On pace today: 70\.7 %$/ }).waitFor();
    await bar.getByRole('link', { name: 'Gate 2, Pipeline gate: Missed. Open details' }).waitFor();
    const side = await places(wide);
    expect(side).toHaveLength(3);
    expect(new Set(side.map(([, top]) => top)).size).toBe(1);
    expect(side.map(([left]) => left)).toEqual(side.map(([left]) => left as number).sort((one, other) => one - other));
    await wide.setViewportSize({ width: 390, height: 844 });
    await wide.waitForFunction(() => new Set([...document.querySelectorAll('.wm-gate')].map((gate) => gate.getBoundingClientRect().top)).size === 3);
    const list = await places(wide);
    expect(new Set(list.map(([left]) => left)).size).toBe(1);
    expect(new Set(list.map(([, top]) => top)).size).toBe(3);
    await wide.context().close();
  });

  it('WEB-03 (these pages) keeps filters in the address through back and reload, and names values that it does not know', async () => {
    const page = await demo.page('Cara Losch');
    await visit(page, '/gates', 'Gates');
    await page.getByRole('link', { name: /^Restricted/ }).click();
    await page.waitForFunction(() => location.search === '?tab=restricted');
    await page.getByRole('link', { name: 'Pipeline gate, Corliss Cosme' }).waitFor();
    await page.getByLabel('Find a person').fill('Corl');
    await page.waitForFunction(() => location.search === '?q=Corl&tab=restricted');
    await page.reload();
    await page.getByRole('link', { name: 'Pipeline gate, Corliss Cosme' }).waitFor();
    expect(await page.getByLabel('Find a person').inputValue()).toBe('Corl');
    await page.goBack();
    await page.waitForFunction(() => location.search === '');
    await visit(page, '/goals?status=sleepy&view=table', 'Goals');
    await page.getByText('status=sleepy').waitFor();
    await page.waitForFunction(() => location.search === '?view=table');
    await page.context().close();
  });

  it('WEB-09 (these pages) a leader sees who is blocked, why, and that 6 of 6 reps would miss the next gate', async () => {
    const page = await demo.page('Cara Losch');
    await visit(page, '/home', /^Hello/);
    const rows = page.getByRole('table', { name: 'Who needs help first' }).getByRole('row');
    await rows
      .nth(1)
      .filter({ hasText: /^Elizabeth Anderson.*New deals paused.*Warning/ })
      .waitFor();
    await page.getByRole('link', { name: 'Who will miss the next gate' }).click();
    await page.getByRole('link', { name: /^Will miss 6/ }).waitFor();
    await page.getByRole('link', { name: /^Restricted 6/ }).click();
    await page.getByRole('link', { name: 'New deals paused' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Corliss Cosme cannot create new deals right now' }).waitFor();
    await page.context().close();
  });

  it('WEB-05 (these pages) WEB-09 (these pages) a blocked rep finds the way to the reason with the keyboard alone', async () => {
    const page = await demo.page('Boris Faz');
    await visit(page, '/deals', 'Deals');
    await page.locator('[aria-disabled=true]', { hasText: 'New deal' }).first().waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const button = await page.evaluate(() => [document.activeElement?.textContent, document.activeElement?.getAttribute('aria-disabled')]);
    expect(button).toEqual(['New deal', 'true']);
    await page.keyboard.press('Enter'); // nothing happens
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'You cannot create new deals right now' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    await page.context().close();
  });

  it('GATE-08 WEB-09 (these pages) Elease Gluck reads why she is blocked, qualifies two deals and creates a deal again', async () => {
    const page = await demo.page(null);
    await page.goto('/');
    await page.getByLabel('Find a person').fill('Elease');
    await page.getByRole('button', { name: /Elease Gluck/ }).click();
    await page.getByText('You cannot create new deals right now').first().waitFor();
    await page.getByRole('link', { name: /^What to do/ }).click();
    await page.getByText('On 15 Aug 2017 your open qualified pipeline was $264,397').waitFor();
    const ways = page.getByRole('link', { name: /^Open the deal/ });
    await ways.first().waitFor();
    expect(await ways.count()).toBe(2); // 270,592 + 2 x 26,768 = 324,128 of 300,000
    const reason = page.url();
    for (let done = 0; done < 2; done++) {
      await page.goto(reason);
      await ways.nth(1 - done).waitFor();
      await ways.nth(2 - done).waitFor({ state: 'detached' }); // the ways out are found anew when the first deal has moved
      await ways.first().click();
      await page.getByLabel('Stage').selectOption('engaging');
      await page.getByRole('button', { name: 'Move' }).click();
      await page.getByText('is now in stage Engaging').waitFor();
    }
    await page.getByText('You can create deals again.').waitFor();
    await page.getByRole('link', { name: 'Deals', exact: true }).first().click();
    await page.getByRole('button', { name: 'New deal' }).click();
    await page.getByLabel('Name').fill('MG Special for Zoomit');
    await page.getByRole('button', { name: 'Create deal' }).click();
    await page.getByRole('heading', { level: 1, name: 'MG Special for Zoomit' }).waitFor();
    await page.context().close();
  });

  it('WEB-08 (these pages) checks a file without writing, shows what was found, and offers it as CSV', async () => {
    const page = await demo.page('Ada Admin');
    await visit(page, '/admin/imports', 'Imports');
    const csv = 'product,series,sales_price\nGTX Basic,GTX,550\nNovelty,NEW,not a price\n';
    await page.locator('input[type=file]').setInputFiles({ name: 'prices.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByText('3 columns').waitFor();
    await page.getByRole('button', { name: 'Check only' }).click();
    await page.getByText('Checked, nothing written').first().waitFor();
    await page.getByRole('row', { name: /3 .*Error/ }).waitFor();
    await page.getByRole('button', { name: 'Held back', exact: true }).click();
    await page.getByText('No finding of this kind.').waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download all as CSV' }).click()]);
    expect(file.suggestedFilename()).toBe('import-findings.csv');
    await page.context().close();
  });

  it('WEB-06 (these pages) prints without navigation, and keeps still when less motion is asked for', async () => {
    const page = await demo.page('Boris Faz', { reducedMotion: true });
    await visit(page, '/home', /^Hello/);
    const moving = await page.evaluate(
      () => [...document.querySelectorAll('*')].filter((element) => parseFloat(getComputedStyle(element).transitionDuration) > 0).length,
    );
    expect(moving).toBe(0);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('navigation', { name: 'Main', exact: true }).isVisible()).toBe(false);
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
    await page.context().close();
  });

  it('WEB-06 (these pages) no page broke the content policy or threw', () => {
    expect(demo.complaints).toEqual([]);
  });
});
