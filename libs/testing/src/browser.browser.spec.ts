import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

it('DX-01 finds a browser without anybody installing one', async () => {
  const page = await browser.newPage();
  await page.setContent('<button onclick="this.textContent = 6 * 7">ask</button>');
  await page.click('button');
  expect(await page.textContent('button')).toBe('42');
});
