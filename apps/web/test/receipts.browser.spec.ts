import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type DemoApp, startDemoApp } from './demo-app.js';

describe('from a figure to its rows', () => {
  let demo: DemoApp;
  let page: Page;

  beforeAll(async () => {
    demo = await startDemoApp();
    page = await demo.page('Cara Losch', { reducedMotion: true });
  });
  afterAll(() => demo?.close());

  it('MET-08 REP-15 (mechanism) a figure of Home opens its receipt by keyboard, and its rows make the figure', async () => {
    await page.goto('/hardware/home');
    const explain = page.getByRole('button', { name: 'Explain Revenue', exact: true });
    await explain.waitFor();
    const figure = await explain.locator('xpath=preceding-sibling::*[1]').textContent();
    await explain.press('Enter');
    const receipt = page.getByRole('dialog');
    await receipt.getByText('With its numbers').waitFor();
    await receipt.getByText(`${figure} = ${figure}`).waitFor();
    await page.keyboard.press('Escape');
    await receipt.waitFor({ state: 'hidden' });
    await explain.press('Enter');
    await receipt.getByRole('link', { name: 'See the records: Sales amount' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Records: Revenue' }).waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: `= ${figure}` })
      .waitFor();
    await page.locator('tbody tr').first().waitFor();
    while (await page.getByRole('button', { name: 'Show more' }).isVisible()) {
      const before = await page.locator('tbody tr').count();
      await page.getByRole('button', { name: 'Show more' }).press('Enter');
      await page.locator('tbody tr').nth(before).waitFor();
    }
    const amounts = await page.locator('tbody tr td:last-child span:last-child').allTextContents();
    const sum = amounts.reduce((total, amount) => total + Number(amount.replace(/[$,]/g, '')), 0);
    expect(`$${sum.toLocaleString('en-US')}`).toBe(figure);
  });

  it("MET-08 WEB-02 the pins of the gate bar open the receipts of what the gates measure: rows under the gate's own parameters, or the metric that it reads", async () => {
    const rep = await demo.page('Corliss Cosme', { reducedMotion: true });
    await rep.goto('/hardware/home');
    const pin = rep.locator('.wm-gate', { hasText: 'Pipeline gate' });
    const value = pin.getByText(/^\$[\d,]+ of \$300,000/);
    await value.waitFor(); // while something above it waits it is hidden, and hidden text reads as nothing
    const figure = /^(\$[\d,]+) of/.exec((await value.textContent()) ?? '')?.[1] as string;
    await pin.getByRole('button', { name: 'Explain Pipeline gate, Corliss Cosme, at the verdict', exact: true }).press('Enter');
    const receipt = rep.getByRole('dialog');
    await receipt.getByRole('heading', { name: `Counted: ${figure}` }).waitFor();
    const amounts = await receipt.getByRole('table', { name: 'Rows that count' }).locator('tbody tr td:last-child span:last-child').allTextContents();
    const sum = amounts.reduce((total, amount) => total + Number(amount.replace(/[$,]/g, '')), 0);
    expect(`$${sum.toLocaleString('en-US')}`).toBe(figure);
    await rep.keyboard.press('Escape');
    await receipt.waitFor({ state: 'hidden' });
    await rep
      .locator('.wm-gate', { hasText: 'Activity gate' })
      .getByRole('button', { name: /^Explain Activity gate/ })
      .press('Enter');
    await receipt.getByText(/^The gate asks: /).waitFor();
    await receipt
      .getByRole('link', { name: /^See the records/ })
      .first()
      .waitFor();
    expect(await receipt.getByText('The figure that you came from').count()).toBe(0);
    await rep.context().close();
  });

  it('MET-08 what changed since a day adds up to the difference, on the page', async () => {
    await page.goto('/hardware/numbers');
    await page.getByRole('link', { name: /^Records: Win rate/ }).click();
    await page.getByLabel('Since the beginning of').fill('2017-08-01');
    const part = page.getByRole('heading', { name: /^Deals won: \d+/ });
    await part.waitFor();
    const difference = Number(((await part.textContent()) ?? '').replace(/\D/g, ''));
    const entered = await page.locator('section:has(> h3)').first().locator('li').allTextContents();
    expect(entered.map((text) => Number(/: (-?\d+)$/.exec(text)?.[1])).reduce((sum, one) => sum + one, 0)).toBe(difference);
    expect(difference).toBeGreaterThan(0);
  });
});
