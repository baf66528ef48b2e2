import { launchBrowser, type TestDatabase } from '@waymark/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { loadGrowthDemo } from '../../api/src/growth-demo.js';
import { demoDatabase, demoPassword } from '../../api/src/testing/demo-database.js';
import { type RunningApi, startApi, startWorker } from '../../api/src/testing/start-api.js';
import { buildWeb } from './built-web.js';

/** So long a browser waits for what must come; how fast it comes is another matter, and no page is slow because a machine is. */
export const patience = 60_000;

export const adminPassword = demoPassword;

interface PageOptions {
  width?: number;
  dark?: boolean;
  reducedMotion?: boolean;
}

/** The built app with the demo, its API, its worker and a browser. */
export interface DemoApp {
  url: string;
  database: TestDatabase;
  /** A page in a browser context of its own; with a name, signed in as that person of the demo. */
  page(name: string | null, options?: PageOptions): Promise<Page>;
  /** What pages reported that no page should: policy violations, script errors. */
  complaints: string[];
  close(): Promise<void>;
}

/** With `both`, the second demo is there too, as after `npm start`. */
export async function startDemoApp({ both = false } = {}): Promise<DemoApp> {
  const web = buildWeb();
  const database = await demoDatabase();
  if (both) {
    const tool = await startWorker(database);
    await loadGrowthDemo(tool.app, { ownerUrl: database.adminUrl, password: adminPassword, reset: false });
    await tool.close();
  }
  const worker = await startWorker(database, { live: true });
  const api = await startApi(database, { WEB_ROOT: web.folder });
  const browser = await launchBrowser();
  const complaints: string[] = [];
  return {
    url: api.url,
    database,
    complaints,
    page: (name, options = {}) => openPage({ browser, api, complaints }, name, options),
    close: async () => {
      await browser.close();
      await api.close();
      await worker.close();
      await database.drop();
      web.remove();
    },
  };
}

async function openPage(from: { browser: Browser; api: RunningApi; complaints: string[] }, name: string | null, options: PageOptions): Promise<Page> {
  const context = await from.browser.newContext({
    baseURL: from.api.url,
    viewport: { width: options.width ?? 1280, height: 900 },
    colorScheme: options.dark ? 'dark' : 'light',
    reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
  });
  if (name) await signIn(context, name);
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  page.on('pageerror', (error) => from.complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) from.complaints.push(message.text());
  });
  return page;
}

/** The admin comes with a password, as outside the demo; the others by "Sign in as ...". */
async function signIn(context: BrowserContext, name: string): Promise<void> {
  if (name === 'Ada Admin') {
    const data = { organisation: 'hardware', email: 'admin@waymark.example', password: adminPassword };
    const answer = await context.request.post('/api/auth/sign-in', { data });
    if (answer.status() !== 201) throw new Error(`signing in as admin answered ${answer.status()}`);
    return;
  }
  const { people } = (await (await context.request.get('/api/auth/demo')).json()) as {
    people: { name: string; userId: string; organisation: string }[];
  };
  const person = people.find((one) => one.name === name);
  const answer = await context.request.post('/api/auth/sign-in-as', { data: { organisation: person?.organisation, userId: person?.userId } });
  if (answer.status() !== 201) throw new Error(`signing in as ${name} answered ${answer.status()}`);
}
