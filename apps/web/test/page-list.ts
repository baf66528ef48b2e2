import type { Page } from 'playwright-core';

/** The address that leads to no page. */
export const nowhere = '*';

/** What the demo holds, for pages of one thing. */
export type Subject =
  | 'goalId'
  | 'gateId'
  | 'restrictionId'
  | 'dealId'
  | 'activityId'
  | 'saleId'
  | 'listId'
  | 'renewalId'
  | 'taskId'
  | 'companyId'
  | 'metricKey'
  | 'importId'
  | 'periodId'
  | 'personId'
  | 'teamId'
  | 'policyId'
  | 'ownMetricId'
  | 'invitation';

/** Somebody of the demo: an admin, a leader, a rep whose new deals are paused, a rep who may create deals; or nobody signed in. */
export type Visitor = 'admin' | 'leader' | 'blocked' | 'free' | 'nobody';

export interface ListedPage {
  /** As it stands in the router. */
  route: string;
  as: Visitor;
  /** Words in the place of parameters that name no thing of the demo. */
  of?: Record<string, string>;
  /** The h1 when all is there. */
  heading: string | RegExp;
  /** Behind the address: filters, or what a mailed link carries. */
  behind?: string;
  /** What else the page may look like: how to get there from the page as it opens. What is sent is undone by nothing, so send nothing that counts. */
  states?: Record<string, (page: Page) => Promise<unknown>>;
  /** Has no rows to lose and nothing to load: only the page as it opens is looked at. */
  still?: true;
}

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();
const refused =
  (button: string | RegExp): ((page: Page) => Promise<unknown>) =>
  async (page) => {
    await press(button)(page);
    await page.locator('[aria-invalid="true"], .wm-trouble').first().waitFor();
  };

/**
 * Every page of the app, once for each kind of person to whom it looks different. `page-list.spec` fails for a route that is missing; the harness
 * (`every-page.browser.spec`) visits all of them.
 */
export const pages: readonly ListedPage[] = [
  {
    route: '/signin',
    as: 'nobody',
    heading: 'Sign in',
    states: {
      refused: async (page) => {
        await page.getByLabel('Organisation').fill('hardware');
        await page.getByLabel('E-mail').fill('admin@waymark.example');
        await page.getByLabel('Password', { exact: false }).first().fill('not the password');
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        await page.getByText('do not belong together').waitFor();
      },
      'nobody found': (page) => page.getByLabel('Find a person').fill('Nobody at all'),
    },
  },
  {
    route: '/access/forgot',
    as: 'nobody',
    heading: 'A new password',
    still: true,
    states: {
      refused: refused('Send the link'),
      sent: async (page) => {
        await page.getByLabel('Organisation').fill('hardware');
        await page.getByLabel('E-mail').fill('nobody@waymark.example');
        await press('Send the link')(page);
        await page.getByText('a mail with the link is on its way').waitFor();
      },
    },
  },
  { route: '/access/reset', as: 'nobody', heading: 'Set a new password', still: true },
  {
    route: '/access/reset',
    as: 'nobody',
    heading: 'Set a new password',
    behind: `#${'a'.repeat(64)}`,
    still: true,
    states: {
      refused: refused('Set the password'),
      'link gone': async (page) => {
        await page.getByLabel(/^New password/).fill('violet kettle sings');
        await press('Set the password')(page);
        await page.getByText('This link works no more', { exact: true }).waitFor();
      },
    },
  },
  { route: '/access/invitation', as: 'nobody', heading: 'You are invited', behind: '#cut-off', still: true },
  {
    route: '/access/invitation',
    as: 'nobody',
    heading: 'You are invited',
    behind: '#$invitation',
    states: { refused: refused('Accept and sign in') },
  },
  {
    route: '/$org/home',
    as: 'blocked',
    heading: /^Hello/,
    states: { 'account menu': press(/account and appearance$/) },
  },
  { route: '/$org/home', as: 'leader', heading: /^Hello/ },
  { route: '/$org/home', as: 'admin', heading: /^Hello/ },
  { route: '/$org/goals', as: 'blocked', heading: 'Goals' },
  { route: '/$org/goals', as: 'leader', heading: 'Goals', behind: '?view=table' },
  { route: '/$org/goals/new', as: 'admin', heading: 'New goal', states: { refused: refused(/^Create/) } },
  { route: '/$org/goals/$goalId', as: 'leader', heading: /Revenue/ },
  { route: '/$org/goals/$goalId/edit', as: 'admin', heading: 'Edit goal' },
  { route: '/$org/gates', as: 'leader', heading: 'Gates', behind: '?tab=restricted' },
  { route: '/$org/gates', as: 'blocked', heading: /gates/i },
  {
    route: '/$org/gates/$gateId',
    as: 'leader',
    heading: /gate/i,
    states: {
      explained: async (page) => {
        await press(/^Explain .* gate, /)(page);
        await page
          .getByRole('dialog')
          .getByText('Formula', { exact: true })
          .or(page.getByRole('dialog').getByText('What the gate asks'))
          .first()
          .waitFor();
      },
    },
  },
  {
    route: '/$org/restrictions/$restrictionId',
    as: 'blocked',
    heading: 'You cannot create new deals right now',
    states: {
      'the math': (page) => page.getByText('See the math').click(),
      explained: async (page) => {
        await press(/^Explain .*, at the verdict$/)(page);
        await page.getByRole('dialog').getByText('Left out, and why').waitFor();
      },
    },
  },
  { route: '/$org/restrictions/$restrictionId', as: 'leader', heading: /cannot create new deals right now$/ },
  { route: '/$org/deals', as: 'blocked', heading: 'Deals' },
  { route: '/$org/deals/new', as: 'free', heading: 'New deal', still: true, states: { refused: refused('Create deal') } },
  { route: '/$org/deals/$dealId', as: 'leader', heading: /./ },
  {
    route: '/$org/lists',
    as: 'leader',
    heading: 'Partner lists',
    states: {
      'nothing matches': (page) =>
        page
          .getByLabel('State', { exact: true })
          .selectOption('closed')
          .then(() => undefined),
    },
  },
  { route: '/$org/lists', as: 'free', heading: 'Partner lists' },
  { route: '/$org/lists/new', as: 'free', heading: 'Record a partner list' },
  { route: '/$org/lists/new', as: 'leader', heading: 'Record a partner list', behind: '?item=$dealId', still: true },
  { route: '/$org/lists/$listId', as: 'blocked', heading: 'Partners of a lead' },
  {
    route: '/$org/activities',
    as: 'leader',
    heading: 'Activities',
    states: { 'nothing matches': (page) => page.getByLabel('From', { exact: true }).fill('2999-01-01') },
  },
  { route: '/$org/numbers', as: 'leader', heading: 'Numbers', states: { explained: press('Explain Revenue') } },
  { route: '/$org/numbers', as: 'free', heading: 'Numbers' },
  {
    route: '/$org/metrics/$metricKey/records',
    as: 'leader',
    heading: 'Records: Revenue',
    states: { 'what changed': (page) => page.getByLabel('Since the beginning of').fill('2017-07-01') },
  },
  { route: '/$org/activities', as: 'free', heading: 'Activities' },
  { route: '/$org/activities/new', as: 'free', heading: 'Record an activity', still: true, states: { refused: refused('Record') } },
  { route: '/$org/activities/$activityId', as: 'blocked', heading: 'E-mail' },
  {
    route: '/$org/sales',
    as: 'leader',
    heading: 'Sales',
    states: { 'nothing matches': (page) => page.getByLabel('From', { exact: true }).fill('2999-01-01') },
  },
  {
    route: '/$org/sales/new',
    as: 'free',
    heading: 'Record a sale',
    still: true,
    states: { refused: refused('Record'), 'with a share': press('Add a person') },
  },
  { route: '/$org/sales/$saleId', as: 'leader', heading: 'Sale' },
  {
    route: '/$org/records/$kind',
    of: { kind: 'renewals' },
    as: 'leader',
    heading: 'Renewals',
    states: {
      'nothing matches': async (page) => {
        await page.goto(`${page.url().split('?')[0]}?company=00000000-0000-7000-8000-000000000000`);
        await page.getByText('No record matches these filters.').waitFor();
      },
    },
  },
  { route: '/$org/records/$kind', of: { kind: 'arr-movements' }, as: 'admin', heading: 'Recurring revenue' },
  { route: '/$org/records/$kind', of: { kind: 'survey-responses' }, as: 'free', heading: 'Survey answers' },
  {
    route: '/$org/records/$kind/new',
    of: { kind: 'arr-movements' },
    as: 'free',
    heading: 'Record a movement',
    still: true,
    states: { refused: refused('Record') },
  },
  ...[
    ['tasks', 'Tasks'],
    ['task-updates', 'Progress of tasks'],
    ['interactions', 'Interactions'],
    ['company-updates', 'Company updates'],
    ['programmes', 'Programmes'],
    ['enrolments', 'Enrolments'],
  ].map(([kind, heading]): ListedPage => ({ route: '/$org/records/$kind', of: { kind: kind as string }, as: 'admin', heading: heading as string })),
  ...[
    ['tasks', 'Record a task'],
    ['task-updates', 'Tell the progress of a task'],
    ['company-updates', 'Record a company update'],
    ['enrolments', 'Enrol a company'],
  ].map(([kind, heading]): ListedPage => ({
    route: '/$org/records/$kind/new',
    of: { kind: kind as string },
    as: 'admin',
    heading: heading as string,
    still: true,
  })),
  { route: '/$org/records/$kind/$recordId', of: { kind: 'tasks', recordId: '$taskId' }, as: 'leader', heading: 'Task' },
  { route: '/$org/records/$kind/$recordId', of: { kind: 'renewals', recordId: '$renewalId' }, as: 'blocked', heading: 'Renewal' },
  {
    route: '/$org/companies',
    as: 'leader',
    heading: 'Companies',
    states: { 'nothing matches': (page) => page.getByLabel('Part of the name').fill('zzz') },
  },
  { route: '/$org/companies', as: 'admin', heading: 'Companies', behind: '?sort=-name' },
  { route: '/$org/companies/new', as: 'admin', heading: 'Add a company', still: true, states: { refused: refused('Add') } },
  {
    route: '/$org/companies/$companyId',
    as: 'admin',
    heading: 'Acme Corporation',
    states: {
      refused: refused('Assign a person'),
      'nobody earlier': async (page) => {
        await page.getByLabel('Show', { exact: true }).selectOption('past');
        await page.getByText('Nobody in this list.').waitFor();
      },
    },
  },
  { route: '/$org/companies/$companyId', as: 'free', heading: 'Acme Corporation' },
  { route: '/$org/inbox', as: 'blocked', heading: 'Inbox' },
  {
    route: '/$org/security',
    as: 'blocked',
    heading: 'Security',
    states: { 'the question before signing out': press('Sign out everywhere') },
  },
  {
    route: '/$org/security',
    as: 'admin',
    heading: 'Security',
    states: {
      refused: async (page) => {
        await page.getByLabel(/^Present password/).fill('not the password');
        await page.getByLabel(/^New password/).fill('admin@waymark.example');
        await refused('Change the password')(page);
      },
    },
  },
  { route: '/$org/admin/imports', as: 'admin', heading: 'Imports' },
  { route: '/$org/admin/imports/$importId', as: 'admin', heading: /\.csv/ },
  { route: '/$org/admin/periods', as: 'admin', heading: 'Periods' },
  { route: '/$org/admin/periods/new', as: 'admin', heading: 'New period', still: true, states: { refused: refused(/^Create/) } },
  { route: '/$org/admin/periods/$periodId', as: 'admin', heading: 'Edit period' },
  { route: '/$org/admin/settings', as: 'admin', heading: 'Organisation settings' },
  {
    route: '/$org/admin/people',
    as: 'admin',
    heading: 'People',
    states: { 'nothing matches': (page) => page.getByLabel('Beginning of a name').fill('zzz') },
  },
  { route: '/$org/admin/people/new', as: 'admin', heading: 'Add a person', still: true, states: { refused: refused('Add') } },
  {
    route: '/$org/admin/people/$personId',
    as: 'admin',
    heading: 'Corliss Cosme',
    states: {
      'before an erasure': async (page) => {
        await press('Erase the person')(page);
        await page.getByLabel(/^Type the name/).fill('Somebody else');
        await page.getByRole('textbox', { name: /^Reason/ }).fill('Corliss Cosme asked for it');
        await refused('Erase for good')(page);
      },
    },
  },
  { route: '/$org/admin/roles', as: 'admin', heading: 'Roles' },
  { route: '/$org/admin/teams', as: 'admin', heading: 'Teams' },
  { route: '/$org/admin/teams/new', as: 'admin', heading: 'Add a team', still: true, states: { refused: refused('Add') } },
  { route: '/$org/admin/teams/$teamId', as: 'admin', heading: /team$/ },
  { route: '/$org/admin/own-metrics', as: 'admin', heading: 'Own metrics' },
  {
    route: '/$org/admin/own-metrics/new',
    as: 'admin',
    heading: 'New metric',
    states: {
      refused: refused('Keep as draft'),
      'with a condition': press('Add a condition'),
      ratio: (page) => page.getByLabel('Kind').selectOption('ratio'),
    },
  },
  {
    route: '/$org/admin/own-metrics/$ownMetricId',
    as: 'admin',
    heading: 'Deals won over 1,000',
    states: {
      previewed: async (page) => {
        await press('Preview')(page);
        await page.getByText(/It took/).waitFor();
      },
    },
  },
  { route: '/$org/admin/policies', as: 'admin', heading: 'Gate policies', states: { refused: refused('Create') } },
  { route: '/$org/admin/policies/$policyId', as: 'admin', heading: '3 gates' },
  {
    route: '/$org/admin/developers',
    as: 'admin',
    heading: 'Developers',
    states: { refused: refused('Make the key') },
  },
  {
    route: '/$org/admin/audit',
    as: 'admin',
    heading: 'Audit',
    states: { 'nothing matches': (page) => page.getByLabel('What was done').fill('nothing.such') },
  },
  { route: nowhere, as: 'admin', heading: 'This is not here', still: true },
];
