import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asAdmin } from '../demo-organisation.js';
import type { GateWorld } from '../gates/gate-world.spec-data.js';
import { presets } from '../imports/presets.js';
import { importFile } from '../sources/crm-sales.js';
import { HistoryService } from '../sources/history/history.service.js';
import { type DescribedOperation, type DescribedParameter, readDocument } from '../testing/described-operations.js';
import type { RunningApi } from '../testing/start-api.js';

/** The texts that the product's two logins send meanwhile, whatever pool sends them. */
export class StatementRecorder {
  readonly texts = new Set<string>();

  async during(work: () => Promise<void>): Promise<void> {
    const { texts } = this;
    const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
    const original = prototype.query;
    prototype.query = function (this: { user?: string }, ...args: unknown[]) {
      const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text?: unknown } | null)?.text;
      if (typeof text === 'string' && /^waymark_(app|worker)$/.test(this.user ?? '')) texts.add(text);
      return original.apply(this, args);
    };
    try {
      await work();
    } finally {
      prototype.query = original;
    }
  }
}

const files: Record<string, string[]> = {
  people: ['external_id,name,manager,team_category,parent_team\nP1,Pia,Moe,North,Sales\nP2,Pim,Moe,North,Sales\n'],
  companies: [
    'external_id,name,industry,parent,owner\nC1,Acme,steel,,Pia\nC2,Acme Two,steel,Acme,Pia\n',
    'external_id,name,industry,parent,owner\nC1,Acme,tin,,Pia\n',
  ],
  products: ['name,series,list_price\nBolt,B,10.00\n', 'name,series,list_price\nBolt,C,11.00\n'],
  'pipeline-items': [
    'external_id,name,owner,company,product,note,stage,occurred_at,value\nI1,One,Pia,Acme,Bolt,n,engaging,2026-03-05,100\nI2,Two,Pia,,,,lost,2026-03-05,5\nI3,Three,Nobody,,,,engaging,2026-03-05,5\n',
    'external_id,name,owner,company,product,note,stage,occurred_at,value\nI1,One,Pim,Acme,Bolt,m,won,2026-03-06,120\n',
  ],
  'arr-movements': [
    'external_id,company,owner,occurred_at,kind,amount\nM1,Acme,Pia,2026-03-01,new,100\n',
    'external_id,company,owner,occurred_at,kind,amount\nM1,Acme,Pia,2026-03-01,new,120\n',
  ],
  renewals: [
    'external_id,company,owner,due_on,outcome\nR1,Acme,Pia,2026-05-01,open\n',
    'external_id,company,owner,due_on,outcome\nR1,Acme,Pia,2026-05-01,renewed\n',
  ],
  'survey-responses': [
    'external_id,kind,score,contact,owner,answered_at\nS1,nps,9,mia@acme.example,Pia,2026-03-01\n',
    'external_id,kind,score,contact,owner,answered_at\nS1,nps,3,mia@acme.example,Pia,2026-03-01\n',
  ],
  activities: [
    'external_id,type,owner,company,item,scheduled_at,completed_at,outcome,duration_seconds\nA1,call,Pia,Acme,I1,,2026-03-05T10:00:00Z,completed,60\n',
    'external_id,type,owner,company,item,scheduled_at,completed_at,outcome,duration_seconds\nA1,call,Pia,Acme,I1,,2026-03-05T11:00:00Z,completed,90\n',
  ],
  sales: [
    'external_id,owner,occurred_at,amount,shares\nX1,Pia,2026-03-05,10,Pia=60;Pim=40\n',
    'external_id,owner,occurred_at,amount,shares\nX1,Pia,2026-03-05,12,Pia=60;Pim=40\n',
  ],
  'partner-lists': ['external_id,item,partner_list_due_date\nL1,I1,2026-03-20\n', 'external_id,item,partner_list_due_date\nL1,I1,2026-03-27\n'],
  tasks: ['external_id,title,owner\nT1,Write,Pia\n', 'external_id,title,owner,done_at\nT1,Write,Pia,2026-03-05\n'],
  'task-updates': ['external_id,task,told_at,progress\nW1,T1,2026-03-05,10\n', 'external_id,task,told_at,progress\nW1,T1,2026-03-05,20\n'],
  interactions: [
    'external_id,company,owner,kind,occurred_at,topic\nN1,Acme,Pia,visit,2026-03-05,Plans\n',
    'external_id,company,owner,kind,occurred_at,topic\nN1,Acme,Pia,call,2026-03-05,Plans\n',
  ],
  'company-updates': [
    'external_id,company,owner,as_of_on,arr\nU1,Acme,Pia,2026-03-01,5\n',
    'external_id,company,owner,as_of_on,arr\nU1,Acme,Pia,2026-03-01,6\n',
  ],
  programmes: ['external_id,name,starts_on\nG1,Imported,2026-03-01\n', 'external_id,name,starts_on\nG1,Imported,2026-03-02\n'],
  enrolments: ['programme,company,from_on,until_on\nG1,Acme,2026-03-02,\n', 'programme,company,from_on,until_on\nG1,Acme,2026-03-02,2026-04-01\n'],
};

/** A small file, and a second one with changes, through every mapping that shows its own columns. */
export async function importSmallFiles(app: INestApplicationContext, world: GateWorld): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'legal-sql-'));
  for (const [key, contents] of Object.entries(files))
    for (const content of contents) {
      const mapping = presets.find((preset) => preset.key === key)?.mapping;
      const file = join(folder, `${key}.csv`);
      writeFileSync(file, content);
      const done = await importFile(app, { tenantId: world.tenantId, requestedBy: world.adminId, file, mapping, dryRun: false });
      if (done.state !== 'done') throw new Error(`${key}: ${done.failure ?? done.state}`);
    }
  rmSync(folder, { recursive: true });
}

/** Past facts that no file brings, as the made organisation loads them. */
export async function loadHistory(app: INestApplicationContext, world: GateWorld): Promise<void> {
  const history = app.get(HistoryService);
  const fact = { external_id: 'H1', owner: 'P1', company: 'C1', known_at: '2026-03-02T10:00:00Z' };
  await asAdmin(app, world.tenantId, world.adminId, async () => {
    const task = { ...fact, title: 'Call', opened_at: fact.known_at, state: 'open' };
    await history.loadFacts({ table: 'tasks', columns: { title: 'text', opened_at: 'timestamptz(3)', state: 'text' }, rows: [task] });
    const update = { ...fact, task: 'H1', told_at: fact.known_at, progress: 10 };
    await history.loadFacts({ table: 'task_updates', columns: { told_at: 'timestamptz(3)', progress: 'smallint' }, rows: [update] });
  });
}

/** Asks every question of the API without conditions, with each one, and with all of them; an id in a path is a known one or unknown. */
export async function askEverything(api: RunningApi, document: object, token: string, ids: Record<string, string>): Promise<void> {
  for (const operation of readDocument(document).operations.filter((one) => one.method === 'GET' && one.id !== 'me_stream')) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
      name === 'key' ? 'revenue' : (ids[`${operation.path} ${name}`] ?? ids[name] ?? ''),
    );
    const needed = conditionsOf(operation, ids).filter(({ parameter }) => parameter.required);
    const free = conditionsOf(operation, ids).filter(({ parameter }) => !parameter.required);
    for (const chosen of [[], ...free.map((one) => [one]), free]) {
      const asked = [...needed, ...chosen].map(({ parameter, value }) => `${parameter.name}=${encodeURIComponent(value)}`).join('&');
      const answer = await api.call('GET', `${path}?${asked}`, { token });
      // What is refused asks nothing of the database. Conditions that exclude each other are refused together alone.
      if (answer.status >= 500 || answer.status === 429 || (answer.status === 400 && chosen.length < 2))
        throw new Error(`${operation.id} ${asked}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }
}

function conditionsOf(operation: DescribedOperation, ids: Record<string, string>): { parameter: DescribedParameter; value: string }[] {
  const values: Record<string, string> = {
    ...ids,
    q: 'De',
    limit: '2',
    action: 'goal',
    objectType: 'goal',
    from: '2026-03-01',
    to: '2026-03-31',
    since: '2026-03-15T00:00:00Z',
    asOf: '2026-04-01T00:00:00Z',
    part: 'sales',
    minValue: '1.00',
    maxValue: '1000.00',
  };
  return operation.parameters
    .filter((parameter) => parameter.in === 'query' && parameter.name !== 'cursor')
    .map((parameter) => {
      const { format } = (parameter.schema ?? {}) as { format?: string };
      const usual = String(parameter.schema?.enum?.[0] ?? values[parameter.name] ?? (format === 'uuid' ? ids.id : 'x'));
      return { parameter, value: format === 'date-time' && !usual.includes('T') ? `${usual}T00:00:00Z` : usual };
    });
}
