import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DemoApp, startDemoApp } from './demo-app.js';
import { type ListedPage, pages, type Visitor } from './page-list.js';
import { type Found, subjectsOf, Tour } from './tour.js';

const visitors: readonly Visitor[] = ['nobody', 'admin', 'leader', 'blocked', 'free'];
const named = ({ route, behind = '', of }: ListedPage) => `${route.replace('/$org', '')}${behind}${of ? ` (${Object.values(of).join(' ')})` : ''}`;

describe('every page', () => {
  let demo: DemoApp;
  let subjects: Found;

  beforeAll(async () => {
    demo = await startDemoApp();
    subjects = await subjectsOf(demo);
  });
  afterAll(() => demo?.close());

  describe.each(visitors)('as %s', (visitor) => {
    let tour: Tour;

    beforeAll(async () => {
      tour = await Tour.begin(demo, visitor, subjects);
    });
    afterAll(() => tour?.end());

    it.each(pages.filter(({ as }) => as === visitor).map((page) => [named(page), page] as const))(
      'WEB-05 (harness) WEB-06 WEB-07 (CLS) %s: axe, reflow, overlaps, focus, targets, console and shifts in all its states',
      async (_, page) => {
        expect(await tour.findings(page)).toEqual([]);
      },
    );
  });
});
