import type { QueryClient } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { ensureSession } from '../shared/api/session.js';
import { Boundary, Trouble } from '../shared/ui/states.js';
import { NotFoundPage, Waiting } from './fallbacks.js';
import { parseSearch, stringifySearch } from './search.js';
import { Shell } from './shell.js';

/** Where to sign in, and the way back to an address of the app. */
export function signInPath(back: string): string {
  return `/signin${stringifySearch({ back })}`;
}

/** First words of addresses that are no organisation. */
export const reservedWords = ['signin', 'api', 'access', 'assets', 'docs', 'locked', 'tv'];

const access = () => import('../features/access/index.js');
const home = () => import('../features/home/index.js');
const goals = () => import('../features/goals/index.js');
const numbers = () => import('../features/numbers/index.js');
const gates = () => import('../features/gates/index.js');
const sources = () => import('../features/sources/index.js');
const imports = () => import('../features/imports/index.js');
const audit = () => import('../features/audit/index.js');
const settings = () => import('../features/settings/index.js');
const people = () => import('../features/people/index.js');
const ownMetrics = () => import('../features/own-metrics/index.js');
const policies = () => import('../features/policies/index.js');
const developers = () => import('../features/developers/index.js');

/** The tree of pages. Pages are loaded when they are visited; everything below `/{org}` needs a session. */
export function createAppRouter(client: QueryClient) {
  const root = createRootRoute({ component: () => <Outlet />, notFoundComponent: NotFoundPage });
  const start = createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: async () => {
      const me = await ensureSession(client);
      throw redirect({ to: me ? `/${me.organisation.slug}/home` : '/signin' });
    },
  });
  const signIn = createRoute({ getParentRoute: () => root, path: '/signin', component: lazyRouteComponent(access, 'SignInPage') });
  const doorstep = [
    createRoute({ getParentRoute: () => root, path: '/access/forgot', component: lazyRouteComponent(access, 'ForgotPasswordPage') }),
    createRoute({ getParentRoute: () => root, path: '/access/reset', component: lazyRouteComponent(access, 'ResetPasswordPage') }),
    createRoute({ getParentRoute: () => root, path: '/access/invitation', component: lazyRouteComponent(access, 'InvitationPage') }),
  ];
  const org = createRoute({
    getParentRoute: () => root,
    path: '/$org',
    beforeLoad: async ({ params, location }) => {
      const me = await ensureSession(client);
      if (!me) throw redirect({ href: signInPath(location.href) });
      if (params.org !== me.organisation.slug) throw redirect({ to: `/${me.organisation.slug}/home` });
    },
    component: Shell,
    notFoundComponent: NotFoundPage,
  });
  const page = <Module extends Record<string, unknown>>(path: string, load: () => Promise<Module>, name: keyof Module & string) =>
    createRoute({ getParentRoute: () => org, path, component: lazyRouteComponent(load as never, name as never) });
  const pages = [
    createRoute({
      getParentRoute: () => org,
      path: '/',
      beforeLoad: ({ params }) => {
        throw redirect({ to: `/${params.org}/home` });
      },
    }),
    page('home', home, 'HomePage'),
    page('goals', goals, 'GoalsPage'),
    page('goals/new', goals, 'NewGoalPage'),
    page('goals/$goalId', goals, 'GoalPage'),
    page('goals/$goalId/edit', goals, 'EditGoalPage'),
    page('numbers', numbers, 'NumbersPage'),
    page('metrics/$metricKey/records', numbers, 'RecordsPage'),
    page('gates', gates, 'GateBoardPage'),
    page('gates/$gateId', gates, 'GatePage'),
    page('restrictions/$restrictionId', gates, 'RestrictionPage'),
    page('deals', sources, 'DealsPage'),
    page('deals/new', sources, 'NewDealPage'),
    page('deals/$dealId', sources, 'DealPage'),
    page('lists', sources, 'PartnerListsPage'),
    page('lists/new', sources, 'NewPartnerListPage'),
    page('lists/$listId', sources, 'PartnerListPage'),
    page('activities', sources, 'ActivitiesPage'),
    page('activities/new', sources, 'NewActivityPage'),
    page('activities/$activityId', sources, 'ActivityPage'),
    page('sales', sources, 'SalesPage'),
    page('sales/new', sources, 'NewSalePage'),
    page('sales/$saleId', sources, 'SalePage'),
    page('records/$kind', sources, 'RecordsPage'),
    page('records/$kind/new', sources, 'NewRecordPage'),
    page('records/$kind/$recordId', sources, 'RecordPage'),
    page('companies', sources, 'CompaniesPage'),
    page('companies/new', sources, 'NewCompanyPage'),
    page('companies/$companyId', sources, 'CompanyPage'),
    page('inbox', access, 'InboxPage'),
    page('security', access, 'SecurityPage'),
    page('admin/imports', imports, 'ImportsPage'),
    page('admin/imports/$importId', imports, 'ImportPage'),
    page('admin/periods', goals, 'PeriodsPage'),
    page('admin/periods/new', goals, 'NewPeriodPage'),
    page('admin/periods/$periodId', goals, 'EditPeriodPage'),
    page('admin/settings', settings, 'SettingsPage'),
    page('admin/people', people, 'PeoplePage'),
    page('admin/people/new', people, 'NewPersonPage'),
    page('admin/people/$personId', people, 'PersonPage'),
    page('admin/roles', people, 'RolesPage'),
    page('admin/teams', people, 'TeamsPage'),
    page('admin/teams/new', people, 'NewTeamPage'),
    page('admin/teams/$teamId', people, 'TeamPage'),
    page('admin/own-metrics', ownMetrics, 'OwnMetricsPage'),
    page('admin/own-metrics/new', ownMetrics, 'NewOwnMetricPage'),
    page('admin/own-metrics/$ownMetricId', ownMetrics, 'OwnMetricPage'),
    page('admin/policies', policies, 'PoliciesPage'),
    page('admin/policies/$policyId', policies, 'PolicyPage'),
    page('admin/developers', developers, 'DevelopersPage'),
    page('admin/audit', audit, 'AuditTrailPage'),
  ];
  return createRouter({
    routeTree: root.addChildren([start, signIn, ...doorstep, org.addChildren(pages)]),
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultPreload: 'intent',
    defaultPendingMs: 150,
    defaultPendingComponent: Waiting,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: ({ error }) => (
      <main className="wm-main">
        <Boundary>
          <Trouble error={error} retry={() => window.location.reload()} />
        </Boundary>
      </main>
    ),
  });
}
