import { expect, it } from '@jest/globals';
import { QueryClient } from '@tanstack/react-query';
import { createAppRouter } from '../src/app/router.js';
import { nowhere, pages } from './page-list.js';

/** Routes that show a page of their own: neither redirects nor frames around others. */
function routesWithPages(): string[] {
  const { routesByPath } = createAppRouter(new QueryClient());
  return Object.entries(routesByPath)
    .filter(([, route]) => (route as { options: { component?: unknown } }).options.component !== undefined)
    .map(([path]) => path);
}

it('WEB-05 (harness) every route of the app is in the list of pages that the harness visits, and the list names no other', () => {
  const routes = routesWithPages();
  expect(routes).toContain('/$org/home');
  expect(routes.length).toBeGreaterThanOrEqual(29);
  const listed = new Set(pages.map(({ route }) => route).filter((route) => route !== nowhere));
  expect([...listed].sort()).toEqual([...routes].sort());
});
