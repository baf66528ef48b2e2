import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { launchBrowser } from '@waymark/testing';
import type { Browser, Page } from 'playwright-core';
import { axeFindings, focusFindings, layoutFindings, shiftsSince, watchShifts } from './page-checks.js';

/** A page without fault, into which each test plants one. */
const sound = (planted = '') => `<!doctype html><html lang="en"><head><title>A page</title><style>
  body { margin: 0; font: 14px/24px sans-serif } button, a { display: inline-block; min-height: 24px; min-width: 60px }
  :focus-visible { outline: 3px solid #1d4fbf } .bar { position: fixed; inset: auto 0 0; height: 56px; background: #fff }
</style></head><body><main><h1 tabindex="-1">A page</h1><p>Some text.</p><button>One</button> <button>Two</button>${planted}</main></body></html>`;

describe('the checks of the harness', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 390, height: 700 } });
    await watchShifts(page);
  });
  afterAll(() => browser?.close());

  const show = async (planted?: string) => {
    await page.goto('about:blank');
    await page.setContent(sound(planted));
  };

  it('WEB-05 (harness) find nothing on a sound page', async () => {
    await show('<p>A <a href="#x" style="display: inline">link inside a sentence</a> may be as low as the line.</p>');
    expect([await axeFindings(page), await layoutFindings(page), await focusFindings(page)]).toEqual([[], [], []]);
  });

  it.each([
    ['pale text', '<p style="color: #bbb">Pale</p>', /^color-contrast/],
    ['a field without a name', '<input>', /^label/],
    ['a skipped level of headings', '<h4>Deep</h4>', /^heading-order/],
  ])('WEB-05 (harness) axe finds %s', async (_, planted, found) => {
    await show(planted);
    expect((await axeFindings(page, { sample: true })).filter((line) => found.test(line))).toHaveLength(1);
  });

  it.each([
    ['what is wider than the window', '<div style="width: 500px">Wide</div>', /^wider than the window by 110 px$/],
    [
      'controls over one another',
      '<button style="margin-inline-start: -40px">Three</button>',
      /BUTTON "Two" and BUTTON "Three" overlap by \d+ x \d+ px/,
    ],
    ['texts over one another', '<p style="margin-top: -30px">Over</p><p style="margin-top: -34px">Under</p>', /P "Over" and P "Under" overlap/],
    [
      'a small target beside another',
      '<span><button style="min-width: 0; min-height: 0; width: 14px; height: 14px; padding: 0">x</button><button>Y</button></span>',
      /^target of 14 x 14 px: BUTTON x$/,
    ],
    ['a part that nobody sees', '<section style="visibility: hidden">Nothing</section>', /^cannot be seen: <section/],
  ])('WEB-05 (harness) the layout check finds %s', async (_, planted, found) => {
    await show(planted);
    expect((await layoutFindings(page)).filter((line) => found.test(line))).not.toHaveLength(0);
  });

  it.each([
    ['that is not marked', '<button style="outline: none">Dark</button>', /^BUTTON "Dark" does not show that it has the focus$/],
    ['under a bar', '<div style="height: 900px"></div><button>Low</button><div class="bar"></div>', /^BUTTON "Low" has the focus under/],
    ['outside the window', '<button style="position: fixed; left: -200px">Away</button>', /^BUTTON "Away" has the focus outside the window$/],
  ])('WEB-05 (harness) the walk with Tab finds a focus %s', async (_, planted, found) => {
    await show(planted);
    expect((await focusFindings(page)).filter((line) => found.test(line))).toHaveLength(1);
  });

  it('WEB-07 (CLS) what moves by itself is added up', async () => {
    await show();
    await shiftsSince(page);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.evaluate(() => document.querySelector('h1')?.insertAdjacentHTML('beforebegin', '<div style="height: 200px"></div>'));
    await page.waitForFunction(() => (window as unknown as { shifts: number }).shifts > 0);
    const { score, moved } = await shiftsSince(page);
    expect(score).toBeGreaterThan(0.02);
    expect(moved[0]).toContain('A page');
  });
});
