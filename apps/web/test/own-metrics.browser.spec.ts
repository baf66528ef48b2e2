import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DemoApp, startDemoApp } from './demo-app.js';

/** The demo: its worker runs beside the API. */
describe('own metrics', () => {
  let demo: DemoApp;

  beforeAll(async () => {
    demo = await startDemoApp();
  });

  afterAll(async () => {
    await demo?.close();
  });

  it('MET-04 WEB-09 (own metrics) an admin defines a metric, sees it on history, publishes it, and a goal can be set by it when its days are computed', async () => {
    const page = await demo.page('Ada Admin');
    await page.goto('/hardware/admin/own-metrics');
    await page.getByText('No own metrics yet.').waitFor();
    await page.getByRole('button', { name: 'New metric' }).click();
    await page.getByRole('heading', { level: 1, name: 'New metric' }).waitFor();
    await page.getByLabel('Name').fill('Large deals won');
    await page.getByLabel('Source').selectOption('pipeline_events');
    await page.getByLabel('By date').selectOption('occurred_at');
    await page.getByRole('button', { name: 'Add a condition' }).click();
    const first = page.getByRole('group', { name: 'Condition 1', exact: true });
    await first.getByLabel('Where').selectOption('entered');
    await first.getByLabel('Value').selectOption('won');
    await page.getByRole('button', { name: 'Add a condition' }).click();
    const second = page.getByRole('group', { name: 'Condition 2', exact: true });
    await second.getByLabel('And').selectOption('value_minor');
    await second.getByLabel('Value').fill('four thousand');
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await page.getByText(/values\.0 must be an amount/).waitFor();
    await second.getByLabel('Value').fill('4000');
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await page.getByText(/where entered the state is won and value is above 4000/).waitFor();
    // Of the demo's deals that were won in August 2017 so many were above 4,000.
    const { rows } = await demo.database.admin.query<{ n: string }>(
      `select count(*) as n from pipeline_events where known_to is null and entered = 'won' and not undated and value_minor > 400000
         and occurred_at >= '2017-08-01' and occurred_at < '2017-09-01'`,
    );
    const august = page.getByRole('row').filter({ hasText: '2017-08' });
    await august.getByText(rows[0]?.n as string, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Keep as draft' }).click();
    await page.getByRole('heading', { level: 1, name: 'Large deals won' }).waitFor();
    await page.getByText('Draft', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('In use', { exact: true }).waitFor();
    await page.goto('/hardware/goals/new');
    await page.locator('option', { hasText: 'Large deals won' }).first().waitFor({ state: 'attached' });
    expect(demo.complaints).toEqual([]);
  });
});
