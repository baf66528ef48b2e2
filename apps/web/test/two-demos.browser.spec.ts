import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DemoApp, startDemoApp } from './demo-app.js';

/** Both demos in one database, as `npm start` has them. */
describe('the app with two demos', () => {
  let demo: DemoApp;

  beforeAll(async () => {
    demo = await startDemoApp({ both: true });
  });
  afterAll(() => demo?.close());

  it('SRC-12 (all but tracks) offers the people of both by organisation, and opens the second at its own clock', async () => {
    const page = await demo.page(null);
    await page.goto('/signin');
    await page.getByText('Hardware Sales (demo) is filled with a real sales export').waitFor();
    await page.getByText('Growth (demo) is a partner business with made data').waitFor();
    await page.getByLabel('Find a person').fill('Quinn');
    await page.getByRole('button', { name: /Quinn Known/ }).click();
    await page.waitForURL('**/growth/home');
    await page
      .getByText(/^Demo clock: .*2025/)
      .first()
      .waitFor();
    expect(demo.complaints).toEqual([]);
    await page.context().close();
  });
});
