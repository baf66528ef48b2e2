import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type DemoApp, startDemoApp } from './demo-app.js';

describe('companies', () => {
  let demo: DemoApp;
  let page: Page;

  beforeAll(async () => {
    demo = await startDemoApp();
    for (const [name, role] of [
      ['Cora Coach', 'coach'],
      ['Fay Founder', 'founder'],
    ])
      await demo.database.admin.query(
        `with u as (insert into users (tenant_id, name) select id, $1 from tenants where slug = 'hardware' returning tenant_id, id)
         insert into user_roles (tenant_id, user_id, role) select tenant_id, id, $2 from u`,
        [name, role],
      );
    page = await demo.page('Ada Admin');
  });
  afterAll(() => demo?.close());

  /** The row of a person among the people of the company. */
  const row = (name: string) => page.getByRole('table', { name: 'Coaches and members' }).getByRole('row', { name });
  const pick = async (name: string) => {
    await page.getByRole('combobox', { name: 'Person' }).click();
    await page.getByRole('combobox', { name: 'Person' }).fill(name);
    await page.getByRole('option', { name }).click();
    await page.getByRole('button', { name: 'Assign a person' }).click();
    await row(name).waitFor();
  };

  it('SRC-01 (all but track) WEB-01 (companies) a company is found by name; people are assigned, ended, and taken up again', async () => {
    await page.goto('/hardware/companies');
    await page.getByRole('row', { name: /^Betasoloin/ }).waitFor();
    await page.getByLabel('Part of the name').fill('Acme');
    await page.getByRole('row', { name: /^Betasoloin/ }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Acme Corporation' }).click();
    await page.getByRole('heading', { level: 1, name: 'Acme Corporation' }).waitFor();
    await page.getByText('Nobody is assigned.').waitFor();
    await page.getByRole('combobox', { name: 'Person' }).click();
    expect(await page.getByRole('option', { name: 'Fay Founder' }).count()).toBe(0); // has not the role of a coach
    await pick('Cora Coach');
    await page.getByLabel('Role', { exact: true }).selectOption('member');
    await pick('Fay Founder');
    await page.locator('.wm-lead', { hasText: 'Cora Coach' }).waitFor();
    await page.getByRole('button', { name: 'End today: Fay Founder' }).click();
    await row('Fay Founder').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await row('Fay Founder').waitFor();
    await page.getByRole('button', { name: 'End today: Fay Founder' }).click();
    await row('Fay Founder').waitFor({ state: 'detached' });
    await page.getByLabel('Show', { exact: true }).selectOption('past');
    await page.getByRole('button', { name: 'Take up again: Fay Founder' }).click();
    await page.getByText('Nobody in this list.').waitFor();
    await page.getByLabel('Show', { exact: true }).selectOption('current');
    await row('Fay Founder').waitFor();
    await page.goto('/hardware/companies?q=Acme');
    await page.getByRole('row', { name: /Acme Corporation.*Cora Coach.*1/ }).waitFor();
    expect(demo.complaints).toEqual([]);
  });

  it('SRC-01 (all but track) WEB-01 (companies) a company is added, and one field that is wrong is named', async () => {
    await page.goto('/hardware/companies/new');
    await page.getByLabel('Name', { exact: false }).first().fill('Halden AG');
    await page.getByLabel('Founded').fill('soon');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.locator('[aria-invalid="true"]').first().waitFor();
    await page.getByLabel('Founded').fill('2014');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Halden AG' }).waitFor();
    await page.getByRole('definition').filter({ hasText: '2014' }).waitFor();
  });

  it('SRC-01 (all but track) WEB-01 (companies) Q107 a founder sees the own company alone, and nothing to change', async () => {
    const founder = await demo.page('Fay Founder', { width: 390, dark: true });
    await founder.goto('/hardware/home');
    await founder.getByRole('table', { name: 'Your companies' }).getByRole('link', { name: 'Acme Corporation' }).waitFor();
    await founder.goto('/hardware/companies');
    await founder.getByRole('link', { name: 'Acme Corporation' }).click();
    await founder.getByRole('heading', { level: 1, name: 'Acme Corporation' }).waitFor();
    await founder.getByRole('table', { name: 'Coaches and members' }).getByText('Cora Coach').waitFor();
    expect(await founder.getByRole('button', { name: /^End today/ }).count()).toBe(0);
    await founder.goto('/hardware/companies');
    await founder.getByRole('link', { name: 'Acme Corporation' }).waitFor();
    expect(await founder.getByRole('row').count()).toBe(2); // the head and the company
    const { rows } = await demo.database.admin.query<{ id: string }>(`select id from companies where name = 'Betasoloin'`);
    await founder.goto(`/hardware/companies/${rows[0]?.id}`);
    await founder.getByText('This is not here').first().waitFor();
    await founder.goto('/hardware/home');
    await founder.getByRole('navigation').getByRole('link', { name: 'Records' }).click();
    await founder.getByRole('heading', { level: 1, name: 'Interactions' }).waitFor();
  });
});
