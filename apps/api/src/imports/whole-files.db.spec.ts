import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Import, ImportFinding, ImportSource } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createOrganisation } from '../organisation.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { currentContext, withContext } from '../platform/request-context.js';
import { startWorker } from '../testing/start-api.js';
import { ImportsService } from './imports.service.js';

/** A file of each source: its first line, a row that is in order, another, and one that is not. */
const files: Record<ImportSource, [header: string, fine: string, also: string, wrong: string]> = {
  pipeline_items: [
    'external_id,name,owner,stage,occurred_at,value',
    'd1,a,Ben,open,2026-05-01,1',
    'd2,b,Ben,open,2026-05-01,1',
    'd3,c,Nobody,open,2026-05-01,1',
  ],
  activities: ['external_id,type,owner,completed_at', 'v1,call,Ben,2026-05-01', 'v2,call,Ben,2026-05-01', 'v3,dance,Ben,2026-05-01'],
  sales: [
    'external_id,owner,occurred_at,amount,shares',
    's1,Ben,2026-05-01,10.01,Ben=60;Cleo=40',
    's2,Ben,2026-05-01,1,',
    's3,Ben,2026-05-01,1,Ben=60',
  ],
  arr_movements: [
    'external_id,company,owner,occurred_at,kind,amount',
    'm1,Acme,Ben,2026-05-01,new,5',
    'm2,Acme,Ben,2026-05-01,new,5',
    'm3,Acme,Ben,2026-05-01,churn,5',
  ],
  renewals: [
    'external_id,company,owner,due_on,outcome',
    'r1,Acme,Ben,2026-05-01,open',
    'r2,Acme,Ben,2026-05-01,lost',
    'r3,Acme,Ben,2026-05-01,maybe',
  ],
  survey_responses: [
    'external_id,kind,score,contact,owner,answered_at',
    'a1,nps,9,x@x.example,Ben,2026-05-01',
    'a2,nps,0,y,Ben,2026-05-01',
    'a3,nps,11,z,Ben,2026-05-01',
  ],
  companies: ['external_id,name,employees', 'c1,One,5', 'c2,Two,6', 'c3,Three,-1'],
  people: ['external_id,name,email', 'p1,Pia,pia@x.example', 'p2,Pit,pit@x.example', 'p3,Pom,nothing'],
  products: ['name,list_price', 'Alpha,5', 'Beta,6', 'Gamma,1.005'],
  exchange_rates: ['currency,rate_on,rate', 'EUR,2026-05-01,1.1', 'GBP,2026-05-01,1.3', 'USD,2026-05-01,1'],
  partner_lists: ['external_id,item,partner_list_due_date', 'l1,Lead,2026-07-01', 'l2,Lead,', 'l3,Nothing,'],
  tasks: ['external_id,title,owner,done_at', 't1,Write,Ben,2026-05-01', 't2,Call,Ben,', 't3,Ask,Nobody,'],
  task_updates: ['external_id,task,told_at,progress', 'w1,Sweep,2026-05-01,10', 'w2,Sweep,2026-05-02,20', 'w3,Sweep,2026-05-03,101'],
  interactions: [
    'external_id,company,owner,kind,occurred_at,topic',
    'n1,Acme,Ben,call,2026-05-01,Plans',
    'n2,Acme,Ben,visit,2026-05-01,Plans',
    'n3,Acme,Ben,dance,2026-05-01,Plans',
  ],
  company_updates: ['external_id,company,owner,as_of_on,arr', 'u1,Acme,Ben,2026-05-01,5', 'u2,Acme,Ben,2026-05-02,0', 'u3,Acme,Ben,2026-05-03,'],
  programmes: ['external_id,name,starts_on,ends_on', 'g1,Summer,2026-06-01,', 'g2,Winter,2026-12-01,2027-02-28', 'g3,Never,2026-06-01,2026-05-31'],
  enrolments: [
    'programme,company,from_on,until_on',
    'Spring,Acme,2026-03-01,2026-03-31',
    'Spring,Acme,2026-04-01,',
    'Spring,Acme,2026-03-31,2026-03-31',
  ],
};
const tables: Partial<Record<ImportSource, string>> = { people: 'users' };
const sources = Object.keys(files) as ImportSource[];

describe('files that are taken whole or not at all', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let adminId: string;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    const admin = { name: 'Ada', email: 'ada@whole.example', password: 'long enough word' };
    const now = new Date('2026-06-01T09:00:00Z');
    ({ tenantId, adminId } = await createOrganisation(database.adminUrl, { slug: 'whole', name: 'Whole', zone: 'UTC', now, admin }));
    await database.admin.query(`insert into users (tenant_id, name) values ($1, 'Ben'), ($1, 'Cleo')`, [tenantId]);
    await database.admin.query(`insert into companies (tenant_id, external_id, name, created_at) values ($1, 'acme', 'Acme', now())`, [tenantId]);
    await database.admin.query(
      `insert into pipeline_stages (tenant_id, key, label, position, family, kind) values ($1, 'open', 'Open', 90, 'DEAL', 'deal')`,
      [tenantId],
    );
    await database.admin.query(
      `insert into pipeline_items (tenant_id, name, stage_id, kind, owner_id, currency, changed_at, created_at)
       select $1, 'Lead', s.id, 'lead', u.id, 'USD', '2026-04-01', '2026-04-01' from pipeline_stages s join users u on u.tenant_id = $1 and u.name = 'Ben'
       where s.tenant_id = $1 and s.key = 'open'`,
      [tenantId],
    );
    await database.admin.query(
      `insert into tasks (tenant_id, owner_id, title, opened_at, state, known_at) select $1, id, 'Sweep', '2026-04-01', 'open', '2026-04-01'
       from users where tenant_id = $1 and name = 'Ben'`,
      [tenantId],
    );
    await database.admin.query(`insert into programmes (tenant_id, name, starts_on, created_at) values ($1, 'Spring', '2026-03-01', now())`, [
      tenantId,
    ]);
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  const asAdmin = async <T>(work: () => Promise<T>): Promise<T> => {
    const context = await worker.app.get(UnitOfWork).run({ tenantId, userId: adminId }, () => Promise.resolve(currentContext()));
    return withContext(context, null, work);
  };
  const receive = (source: ImportSource, lines: readonly string[], allOrNothing: boolean) =>
    asAdmin(() => {
      const pieces = async function* () {
        yield await Promise.resolve(Buffer.from(`${lines.join('\n')}\n`));
      };
      const upload = { fileName: 'file.csv', content: pieces(), mapping: source.replaceAll('_', '-'), dryRun: false, allOrNothing };
      return worker.app.get(ImportsService).receive(upload, adminId, ['admin']);
    });
  const outcome = (id: string): Promise<Import & { findings: ImportFinding[] }> =>
    worker.app.get(UnitOfWork).run({ tenantId, readOnly: true }, async () => {
      const imports = worker.app.get(ImportsService);
      return { ...(await imports.get(id)), findings: (await imports.findings(id, { limit: 200 })).items };
    });
  const send = async (source: ImportSource, lines: readonly string[], allOrNothing: boolean) => {
    const id = await receive(source, lines, allOrNothing);
    await worker.app.get(JobRunner).runAll();
    return outcome(id);
  };
  const stored = async (source: ImportSource) =>
    (await database.admin.query(`select count(*)::int as n from ${tables[source] ?? source} where tenant_id = $1`, [tenantId])).rows[0].n as number;

  it.each(sources)(
    'SRC-10 a file of %s with one wrong row stores nothing when all or nothing is asked for, and the report says so',
    async (source) => {
      const [header, fine, also, wrong] = files[source];
      const before = await stored(source);
      const refused = await send(source, [header, fine, wrong, also], true);
      expect([refused.state, refused.allOrNothing, refused.failure]).toEqual([
        'failed',
        true,
        'Nothing was imported: 1 of 3 rows is not in order, and all or nothing was asked for.',
      ]);
      expect(refused.counts).toMatchObject({ rows: 3, created: 0, updated: 0, unchanged: 0, errors: 1, held: 0, withheld: 2 });
      expect(refused.findings.map(({ line, severity }) => [line, severity])).toEqual([[3, 'error']]);
      expect(await stored(source)).toBe(before);
      const whole = await send(source, [header, fine, also], true);
      expect([whole.state, whole.failure, whole.counts]).toMatchObject(['done', null, { rows: 2, created: 2, errors: 0, withheld: 0 }]);
      const rows = source === 'sales' ? 3 : 2; // a sale that two share is two rows
      expect(await stored(source)).toBe(before + rows);
      const again = await send(source, [header, fine, also], false);
      expect(again.counts).toMatchObject({ rows: 2, created: 0, updated: 0, unchanged: 2 });
      expect(await stored(source)).toBe(before + rows);
    },
  );

  it('SRC-10 a row that lies ahead keeps the whole file out too, and one that is only incomplete does not', async () => {
    const [header] = files.activities;
    const ahead = await send('activities', [header, 'h1,call,Ben,2026-05-01', 'h2,call,Ben,2999-01-01'], true);
    expect([ahead.state, ahead.counts]).toMatchObject(['failed', { rows: 2, created: 0, held: 1, withheld: 1 }]);
    const orphan = await send('companies', ['external_id,name,parent', 'o1,Orphan,Unknown'], true);
    expect([orphan.state, orphan.counts]).toMatchObject(['done', { rows: 1, created: 1, incomplete: 1 }]);
  });

  it('SRC-10 WEB-08 an import that is stopped while it writes leaves nothing, and says so', async () => {
    const lines = Array.from({ length: 2000 }, (_, n) => `x${n},call,Ben,2026-05-01`);
    const id = await receive('activities', [files.activities[0], ...lines], false);
    const holder = await database.admin.connect();
    await holder.query('begin; lock table activities in share mode');
    const running = worker.app.get(JobRunner).runAll();
    for (let found = false; !found;) found = (await outcome(id)).phase === 'writing';
    expect((await outcome(id)).percent).toBe(80);
    await asAdmin(() => worker.app.get(UnitOfWork).run({ tenantId }, () => worker.app.get(ImportsService).cancel(id)));
    await holder.query('commit');
    holder.release();
    await running;
    const done = await outcome(id);
    expect([done.state, done.counts, done.failure]).toEqual(['cancelled', null, 'The import was cancelled; nothing was written.']);
    const left = await database.admin.query(`select 1 from activities where tenant_id = $1 and external_id like 'x%'`, [tenantId]);
    expect(left.rows).toEqual([]);
  });
});
