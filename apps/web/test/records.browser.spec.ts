import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type DemoApp, startDemoApp } from './demo-app.js';

describe('records', () => {
  let demo: DemoApp;
  let page: Page;

  beforeAll(async () => {
    demo = await startDemoApp();
    page = await demo.page('Cara Losch');
  });
  afterAll(() => demo?.close());

  const choose = async (label: string, text: string) => {
    const box = page
      .getByRole('combobox', { name: label })
      .or(page.getByLabel(label, { exact: true }))
      .first();
    await box.click();
    await box.fill(text);
    await page.getByRole('option', { name: text }).first().click();
  };
  const fact = (name: string, value: string) =>
    page.locator('dl div', { has: page.getByText(name, { exact: true }) }).getByText(value, { exact: true });

  it('SRC-06 (page) WEB-01 (records) a leader records a renewal for a company and says later what became of it; the correction is a new version', async () => {
    await page.goto('/hardware/records/renewals');
    await page.getByText('No renewals yet.').waitFor();
    await page.getByRole('button', { name: 'Record a renewal' }).click();
    await page.getByRole('heading', { level: 1, name: 'Record a renewal' }).waitFor();
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await page.locator('[aria-invalid="true"]').first().waitFor();
    await page.getByLabel('Due on').fill('2017-09-30');
    await choose('Company', 'Acme Corporation');
    await page.getByLabel('Amount (USD)').fill('1200.50');
    await page.getByLabel('Note').fill('By phone');
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Renewal', exact: true }).waitFor();
    await fact('Amount', '$1,200.50').waitFor();
    await fact('Outcome', 'Open').waitFor();
    await fact('Recorded by', 'Cara Losch').waitFor();
    await page.getByRole('button', { name: 'It was renewed' }).click();
    await fact('Outcome', 'Renewed').waitFor();
    await fact('Version', '2').waitFor();
    await page.getByRole('button', { name: 'It was renewed' }).waitFor({ state: 'detached' });
    await page.goto('/hardware/records/renewals');
    await page.getByRole('row', { name: /30 Sep 2017.*Acme Corporation.*Renewed/ }).waitFor();
    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
    expect(demo.complaints).toEqual([]);
  });

  it('WEB-01 (records) SRC-02 (page) an activity names the deal it was about, found by typing', async () => {
    const { rows } = await demo.database.admin.query<{ name: string }>(
      `select p.name from pipeline_items p join users u on u.tenant_id = p.tenant_id and u.id = p.owner_id where u.name = 'Corliss Cosme' order by p.id limit 1`,
    );
    const deal = rows[0]?.name as string;
    await page.goto('/hardware/activities/new');
    await page.getByLabel(/^Took place/).fill('2017-09-01T10:00');
    await choose('Lead or deal', deal);
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Call' }).waitFor();
    await page.getByRole('link', { name: deal }).first().waitFor();
    expect(demo.complaints).toEqual([]);
  });
});
