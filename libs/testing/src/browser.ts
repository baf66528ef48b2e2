import type { Browser } from 'playwright-core';

/** A headless Chromium for a `.browser` spec; close it in `afterAll`. The run's setup has found one (CHROMIUM_PATH). */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'];
  if (!executablePath) throw new Error('There is no browser: a spec that needs one is named *.browser.spec.ts.');
  const { chromium } = await import('playwright-core'); // heavy: only browser specs pay for it
  return chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
}
