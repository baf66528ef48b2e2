import { createHash, randomBytes } from 'node:crypto';
import type { Page, Request, Route } from 'playwright-core';
import { type DemoApp, patience } from './demo-app.js';
import { axeFindings, focusFindings, layoutFindings, shiftsSince, watchShifts } from './page-checks.js';
import { type ListedPage, nowhere, pages, type Subject, type Visitor } from './page-list.js';

/** What the API does in a tab: as always, every reading refused, every list empty, no answer at all. */
type Weather = 'fair' | 'failed' | 'empty' | 'waiting';

const height = 900;
/** Widths of a desk, a phone, and a desk at 400 % (WCAG 1.4.10). */
const widths = [1280, 390, 320] as const;
type Width = (typeof widths)[number];

/** CLS of one visit (WEB-07). */
const mostShift = 0.02;

/** Somebody's tabs of the app, each of which walks from page to page as a person does: without loading the app anew. */
export class Tour {
  private readonly tabs: Tab[] = [];

  private constructor(
    private readonly demo: DemoApp,
    private readonly visitor: Visitor,
    private readonly subjects: Found,
  ) {}

  static async begin(demo: DemoApp, visitor: Visitor, subjects: Found): Promise<Tour> {
    const tour = new Tour(demo, visitor, subjects);
    const first = await demo.page(tour.name, { reducedMotion: true });
    const context = first.context();
    for (const width of widths) tour.tabs.push(await Tab.open(width === widths[0] ? first : await context.newPage(), width, 'fair'));
    for (const weather of ['failed', 'empty', 'waiting'] as const) tour.tabs.push(await Tab.open(await context.newPage(), 390, weather));
    return tour;
  }

  end(): Promise<void> | undefined {
    return this.tabs[0]?.page.context().close();
  }

  /** Everything that is wrong with a page, in every tab; each finding says where. */
  async findings(listed: ListedPage): Promise<string[]> {
    const address = this.addressOf(listed);
    const again = listed !== pages.find(({ route }) => route === listed.route); // for another visitor: nothing looks different in bad weather
    const tabs = this.tabs.filter(({ weather }) => weather === 'fair' || !(listed.still || again));
    const found = await Promise.all(tabs.map((tab) => tab.findings(listed, address)));
    return found.flat();
  }

  private get name(): string | null {
    return { admin: 'Ada Admin', leader: 'Cara Losch', blocked: 'Corliss Cosme', free: this.subjects.freeRep, nobody: null }[this.visitor];
  }

  private addressOf({ route, behind = '', of = {} }: ListedPage): string {
    if (route === nowhere) return '/hardware/nowhere';
    const named = Object.entries(of).reduce((path, [name, value]) => path.replace(`$${name}`, value), route);
    return `${named.replace('$org', 'hardware')}${behind}`.replace(/\$(\w+)/g, (_, name: Subject) => this.subjects[name]);
  }
}

class Tab {
  private readonly complaints: string[] = [];
  private route: string | null = null;
  private visited = 0;

  private constructor(
    readonly page: Page,
    private readonly width: Width,
    readonly weather: Weather,
  ) {}

  static async open(page: Page, width: Width, weather: Weather): Promise<Tab> {
    const tab = new Tab(page, width, weather);
    page.setDefaultTimeout(patience);
    await page.setViewportSize({ width, height });
    await watchShifts(page);
    page.on('dialog', (dialog) => void dialog.accept()); // a half-filled form asks before it is left
    page.on('pageerror', (error) => tab.complaints.push(`threw: ${error.message}`));
    page.on('console', (message) => {
      // Nobody is signed in on the first page, and says so.
      if (message.type() === 'error' && !message.location().url.endsWith('/api/auth/refresh')) tab.complaints.push(`console: ${message.text()}`);
    });
    if (weather !== 'fair') await page.route('**/api/**', (route, request) => answerIn(weather, route, request));
    return tab;
  }

  async findings(listed: ListedPage, address: string): Promise<string[]> {
    const found: string[] = [];
    const note = (state: string, lines: string[]) =>
      found.push(...lines.map((line) => `${this.page.viewportSize()?.width} px${state === '' ? '' : `, ${state}`}: ${line}`));
    await this.visit(listed, address);
    if (this.weather !== 'fair') {
      await this.judge((lines) => note(this.weather, lines), this.weather === 'waiting' ? [320] : [320, 1280]);
      return found;
    }
    const { score, moved } = await shiftsSince(this.page);
    if (score > mostShift) note('', [`moves by ${score.toFixed(3)}: ${moved.join('; ')}`]);
    await this.judge((lines) => note('', lines), [this.width]);
    if (this.width !== 390) note('', await focusFindings(this.page));
    note('', this.complaints.splice(0));
    for (const [state, prepare] of Object.entries(this.width === 320 ? {} : (listed.states ?? {}))) {
      await prepare(this.page);
      await this.page.waitForFunction(() => document.querySelector('.wm-skeleton, [aria-busy=true]') === null);
      await this.judge((lines) => note(state, lines), this.width === 390 ? [320, 390] : [this.width]);
      await this.page.keyboard.press('Escape'); // closes a menu
      this.complaints.length = 0; // what the API refused stands on the console, as it should
    }
    return found;
  }

  /** Goes to the page as a link does, and waits until all is there. */
  private async visit({ route, heading }: ListedPage, address: string): Promise<void> {
    if (this.route === null) await this.page.goto(address);
    else {
      await shiftsSince(this.page); // those of the page before
      await this.page.evaluate(
        ([to, same]) => {
          if (!same) document.querySelector('h1')?.setAttribute('data-former', '');
          history.pushState({}, '', to);
        },
        [address, this.route === route] as const,
      );
    }
    this.route = route;
    this.visited++;
    await this.page.waitForFunction(
      ([source, flags, weather]) => {
        const title = document.querySelector('h1:not([data-former])');
        if (weather === 'waiting') return title !== null;
        const calm = title !== null && document.querySelector('.wm-skeleton, [aria-busy=true]') === null;
        return calm && (weather === 'failed' || weather === 'empty' || new RegExp(source, flags).test(title.textContent ?? ''));
      },
      [typeof heading === 'string' ? `^${heading}$` : heading.source, typeof heading === 'string' ? '' : heading.flags, this.weather] as const,
    );
    if (this.weather === 'waiting') await this.page.waitForTimeout(200); // so long nothing is shown for what will come
  }

  /** Layout at the given widths, then colours, names and roles in light and in dark at the tab's own. */
  private async judge(note: (lines: string[]) => void, at: readonly number[]): Promise<void> {
    const { page } = this;
    for (const width of at) {
      await this.resize(width);
      note(await layoutFindings(page));
    }
    await this.resize(this.width);
    if (this.width === 320) return; // drawn by the same rules as 390
    const options = { sample: true, inside: this.visited > 1 }; // the navigation is the same on every page
    note((await axeFindings(page, options)).map((line) => `light: ${line}`));
    if (this.weather === 'waiting') return; // grey lines have no words to read
    await page.emulateMedia({ colorScheme: 'dark' });
    note((await axeFindings(page, { ...options, rules: ['color-contrast'] })).map((line) => `dark: ${line}`)); // only colours differ
    await page.emulateMedia({ colorScheme: 'light' });
  }

  private async resize(width: number): Promise<void> {
    if (this.page.viewportSize()?.width === width) return;
    await this.page.setViewportSize({ width, height });
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))); // what floats finds its place
  }
}

/** Readings as they go in the weather of a tab; who one is stays known. */
async function answerIn(weather: Weather, route: Route, request: Request): Promise<void> {
  const { pathname } = new URL(request.url());
  if (request.method() !== 'GET' || /^\/api\/(auth\/refresh|me|stream)$/.test(pathname)) return route.continue();
  if (weather === 'waiting') return; // left without an answer
  if (weather === 'failed') {
    // A refusal, because the app tries again after silence before it says so.
    const problem = {
      type: 'about:blank',
      title: 'Out of order',
      status: 422,
      code: 'unprocessable',
      detail: 'This cannot be answered.',
      requestId: 'a1',
    };
    return route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify(problem) });
  }
  const response = await route.fetch();
  const body = (await response.json()) as { items?: unknown[] };
  await route.fulfill({ response, json: body.items ? { ...body, items: [], nextCursor: null } : body });
}

/** A link that waits for somebody new: the token names the organisation and carries a secret, whose hash is stored. */
async function invitation(demo: DemoApp): Promise<string> {
  const { admin } = demo.database;
  const email = 'nadia@waymark.example';
  const { rows } = await admin.query<{ tenant: string; id: string }>(
    `insert into users (tenant_id, name, email) select id, 'Nadia New', $1 from tenants where slug = 'hardware' returning tenant_id as tenant, id`,
    [email],
  );
  const [{ tenant, id }] = rows as [{ tenant: string; id: string }];
  const token = Buffer.concat([Buffer.from(tenant.replaceAll('-', ''), 'hex'), randomBytes(32)]).toString('base64url');
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  await admin.query(
    `insert into one_time_links (tenant_id, user_id, kind, hash, address_hash, expires_at) values ($1, $2, 'invitation', $3, $4, now() + interval '1 hour')`,
    [tenant, id, sha(token), sha(email)],
  );
  return token;
}

export type Found = Record<Subject | 'freeRep', string>;

/** One of each thing of the demo, all of the rep Corliss Cosme where they are somebody's. */
export async function subjectsOf(demo: DemoApp): Promise<Found> {
  await demo.database.admin.query(
    `insert into activities (tenant_id, type, owner_id, completed_at, outcome, note, known_at)
     select tenant_id, 'email', id, '2017-08-01T10:00:00Z', 'completed', 'Asked for the price list', '2017-08-01T10:00:00Z' from users where name = 'Corliss Cosme'`,
  );
  await demo.database.admin.query(
    `insert into renewals (tenant_id, company_id, owner_id, due_on, due_at, outcome, currency, known_at)
     select u.tenant_id, c.id, u.id, '2017-10-01', '2017-10-01T00:00:00Z', 'open', 'USD', '2017-08-01T10:00:00Z' from users u
     cross join lateral (select id from companies c where c.tenant_id = u.tenant_id order by name limit 1) c where u.name = 'Corliss Cosme'`,
  );
  await demo.database.admin.query(
    `insert into tasks (tenant_id, title, owner_id, opened_at, state, note, known_at)
     select tenant_id, 'Send the price list', id, '2017-08-01T10:00:00Z', 'open', 'Asked for by mail', '2017-08-01T10:00:00Z' from users where name = 'Corliss Cosme'`,
  );
  await demo.database.admin.query(
    `with l as (insert into partner_lists (tenant_id, item_id, created_at)
       select i.tenant_id, i.id, '2017-08-01T10:00:00Z' from pipeline_items i join users u on u.id = i.owner_id where u.name = 'Corliss Cosme' limit 1 returning *)
     insert into partner_list_versions (tenant_id, list_id, name, owner_id, partners, opened_on, opened_at, due_on, has_due, late_at, known_at)
     select l.tenant_id, l.id, 'Partners of a lead', i.owner_id, 12, '2017-08-01', '2017-08-01T00:00:00Z', '2017-08-20', true, '2017-08-21T00:00:00Z', '2017-08-01T10:00:00Z'
     from l join pipeline_items i on i.id = l.item_id`,
  );
  const won = {
    ...{ label: 'Deals won over 1,000', description: '', unit: 'count', direction: 'up', kind: 'measure', per: null },
    of: {
      ...{ source: 'pipeline_events', date: 'occurred_at', aggregate: 'count', column: null },
      where: [
        { column: 'entered', op: 'is', values: ['won'] },
        { column: 'value_minor', op: 'above', values: ['1000.00'] },
      ],
    },
  };
  await demo.database.admin.query(
    `with m as (insert into own_metrics (tenant_id, key, created_at) select tenant_id, 'own.deals_won_over_1_000', now() from users where name = 'Corliss Cosme' returning *)
     insert into own_metric_versions (tenant_id, metric_id, number, definition, created_at) select m.tenant_id, m.id, 1, $1, now() from m`,
    [JSON.stringify(won)],
  );
  await demo.database.admin.query(
    `insert into company_people (tenant_id, company_id, user_id, role, from_on, created_at)
     select u.tenant_id, (select c.id from companies c where c.tenant_id = u.tenant_id order by c.name limit 1), u.id, 'member', '2017-01-01', now()
     from users u where u.name = 'Corliss Cosme'`,
  );
  const { rows } = await demo.database.admin.query<Found>(
    `with who as (select * from users where name = 'Corliss Cosme')
     select (select g.id from goals g where owner_user_id = who.id limit 1) as "goalId",
       (select g.id from gates g where g.user_id = who.id order by g.id limit 1) as "gateId",
       (select r.id from restrictions r where r.user_id = who.id and r.kind = 'action_block') as "restrictionId",
       (select p.id from pipeline_items p where p.owner_id = who.id limit 1) as "dealId",
       (select a.id from activities a where a.owner_id = who.id limit 1) as "activityId",
       (select s.id from sales s where s.owner_id = who.id limit 1) as "saleId",
       (select v.list_id from partner_list_versions v where v.owner_id = who.id limit 1) as "listId",
       (select r.id from renewals r where r.owner_id = who.id limit 1) as "renewalId",
       (select k.id from tasks k where k.owner_id = who.id limit 1) as "taskId",
       (select a.company_id from company_people a limit 1) as "companyId",
       'revenue' as "metricKey",
       (select i.id from imports i where file_name ~ 'pipeline' limit 1) as "importId",
       (select p.id from goal_periods p limit 1) as "periodId",
       who.id as "personId",
       (select t.id from teams t where name like 'Cara Losch%') as "teamId",
       (select p.id from gate_policies p limit 1) as "policyId",
       (select m.id from own_metrics m limit 1) as "ownMetricId",
       (select u.name from users u join user_roles o on o.user_id = u.id and o.role = 'member'
          where not exists (select 1 from restrictions r where r.user_id = u.id) limit 1) as "freeRep"
     from who`,
  );
  return { ...(rows[0] as Found), invitation: await invitation(demo) };
}
