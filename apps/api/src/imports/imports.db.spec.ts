import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Import, ImportFinding, ImportMapping } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createOrganisation } from '../organisation.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { currentContext, withContext } from '../platform/request-context.js';
import { startWorker } from '../testing/start-api.js';
import { ImportsService } from './imports.service.js';

const deals: ImportMapping = {
  source: 'pipeline_items',
  knownAt: 'occurred_at',
  fields: { externalId: { column: 'id' }, name: { column: 'name' }, owner: { column: 'owner' }, note: { column: 'note', optional: true } },
  events: [
    { key: 'open', stage: { constant: 'engaging' }, at: { column: 'opened' }, value: { column: 'value' } },
    { key: 'won', when: { column: 'stage', in: ['Won'] }, stage: { constant: 'won' }, at: { column: 'closed' }, value: { column: 'value' } },
  ],
};
const header = 'id,name,owner,stage,opened,closed,value\n';

describe('importing files', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let adminId: string;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    const admin = { name: 'Ada', email: 'ada@files.example', password: 'long enough word' };
    ({ tenantId, adminId } = await createOrganisation(database.adminUrl, {
      slug: 'files',
      name: 'Files',
      zone: 'Europe/Berlin',
      now: new Date('2026-06-01T09:00:00Z'),
      admin,
    }));
    await database.admin.query(`insert into users (tenant_id, name) values ($1, 'Ben'), ($1, 'Cleo'), ($1, 'Twin'), ($1, 'Twin')`, [tenantId]);
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  const asAdmin = async <T>(work: () => Promise<T>): Promise<T> => {
    const context = await worker.app.get(UnitOfWork).run({ tenantId, userId: adminId }, () => Promise.resolve(currentContext()));
    return withContext(context, null, work);
  };

  const receive = (content: string | Buffer, mapping: unknown, dryRun = false) =>
    asAdmin(() => {
      const pieces = async function* () {
        yield await Promise.resolve(Buffer.from(content as string));
      };
      return worker.app.get(ImportsService).receive({ fileName: 'deals.csv', content: pieces(), mapping, dryRun }, adminId, ['admin']);
    });

  const outcome = (id: string): Promise<Import & { findings: ImportFinding[] }> =>
    worker.app.get(UnitOfWork).run({ tenantId, readOnly: true }, async () => {
      const imports = worker.app.get(ImportsService);
      return { ...(await imports.get(id)), findings: (await imports.findings(id, { limit: 200 })).items };
    });

  const send = async (content: string | Buffer, mapping: unknown = deals, dryRun = false) => {
    const id = await receive(content, mapping, dryRun);
    await worker.app.get(JobRunner).runAll();
    return outcome(id);
  };

  const rows = async (sql: string) => (await database.admin.query(sql, [tenantId])).rows as Record<string, unknown>[];
  const told = (done: { findings: ImportFinding[] }) => done.findings.map((finding) => [finding.line, finding.severity, finding.code]);

  it.each<[string, string | Buffer, RegExp]>([
    [
      'without the needed columns, naming them',
      'id,name,owner\n1,a,Ben\n',
      /^The file has no column "opened", "value", "closed", "stage"\. Its columns are "id", "name", "owner"\.$/,
    ],
    [
      'with a quote that never closes, naming the line',
      `${header}a1,"open,Ben,Won,2026-05-01,,1\na2,b,Ben,Open,2026-05-01,,1\n`,
      /^Line 2: a quote opens and never closes\.$/,
    ],
    [
      'with text behind a quote, after rows that were fine',
      `${header}b1,x,Ben,Open,2026-05-01,,1\nb2,"y"z,Ben,Open,2026-05-01,,1\n`,
      /^Line 3: text stands behind a closing quote\.$/,
    ],
    ['that are empty', '', /^The file is empty\.$/],
    ['with a column twice', 'id,id,name,owner,stage,opened,closed,value\n', /^The column "id" stands twice in the first line\.$/],
  ])('SRC-10 (errors) refuses files %s, and writes nothing', async (_what, content, sentence) => {
    const before = await rows('select count(*) as n from pipeline_items where tenant_id = $1');
    const done = await send(content);
    expect(done.state).toBe('failed');
    expect(done.failure).toMatch(sentence);
    expect(await rows('select count(*) as n from pipeline_items where tenant_id = $1')).toEqual(before);
  });

  it.each<[string, Buffer, RegExp]>([
    ['in UTF-16', Buffer.from(`\uFEFF${header}`, 'utf16le'), /UTF-16/],
    [
      'with a password, or of the old kind',
      Buffer.from('d0cf11e0a1b11ae1000000', 'hex'),
      /^The file is protected with a password or an old \.xls workbook\./,
    ],
  ])('SRC-10 (errors) refuses files %s as soon as they come, and the list of imports says why', async (_what, content, sentence) => {
    await expect(receive(content, deals)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(sentence) });
    const [last] = await rows('select state, failure from imports where tenant_id = $1 order by id desc limit 1');
    expect(last).toEqual({ state: 'failed', failure: expect.stringMatching(sentence) });
  });

  it('SRC-10 (errors) reports each bad row with line, field, value and reason, and imports the others', async () => {
    const done = await send(
      `${header}${[
        'r1,fine,Ben,Open,2026-05-01,,10.50',
        'r2,not a number,Ben,Open,2026-05-01,,NaN',
        'r3,too large,Ben,Open,2026-05-01,,1e400',
        'r4,no such year,Ben,Open,10000-01-01,,1',
        'r5,no such day,Ben,Open,2026-02-30,,1',
        'r6,nobody,Nobody,Open,2026-05-01,,1',
        'r1,again,Ben,Open,2026-05-01,,1',
        'r8,short,Ben',
        'r9,N\u0000UL,Ben,Open,2026-05-01,,1',
        'r10,negative,Ben,Open,2026-05-01,,-1',
        ',no id,Ben,Open,2026-05-01,,1',
        'r12,5" disk,Ben,Open,2026-05-01,,1',
        'r13,which twin,Twin,Open,2026-05-01,,1',
        'r14,closes before it opens,Ben,Won,2026-05-02,2026-05-01,1',
      ].join('\n')}\n`,
    );
    expect(told(done)).toEqual([
      [3, 'error', 'not_an_amount'],
      [4, 'error', 'not_an_amount'],
      [5, 'error', 'not_an_instant'],
      [6, 'error', 'not_a_day'],
      [7, 'error', 'unknown_person'],
      [8, 'error', 'repeated'],
      [9, 'error', 'wrong_cell_count'],
      [10, 'error', 'nul'],
      [11, 'error', 'negative_value'],
      [12, 'error', 'required'],
      [13, 'error', 'broken_quotes'],
      [14, 'error', 'ambiguous'],
      [15, 'error', 'order'],
    ]);
    expect(done.counts).toMatchObject({ rows: 14, created: 1, updated: 0, unchanged: 0, errors: 13, held: 0 });
    expect(await rows(`select value_minor from pipeline_items where tenant_id = $1 and external_id like 'r%'`)).toEqual([{ value_minor: '1050' }]);
  });

  it('SRC-10 (dry run) tells what would happen and writes nothing', async () => {
    const done = await send(`${header}d1,a,Ben,Won,2026-05-01,2026-05-04,7\n`, deals, true);
    expect(done.counts).toMatchObject({ rows: 1, created: 1, errors: 0 });
    expect(await rows(`select 1 from pipeline_items where tenant_id = $1 and external_id = 'd1'`)).toEqual([]);
    expect(await rows(`select 1 from import_chunks where tenant_id = $1`)).toEqual([]);
  });

  it('SRC-10 (CSV) takes a byte order mark, and reads Latin-1 as such and says so', async () => {
    const marked = await send(`\uFEFF${header}e1,Zoë,Ben,Open,2026-05-01,,1\n`);
    expect([marked.state, told(marked)]).toEqual(['done', []]);
    const latin = await send(Buffer.from(`${header}e2,Zoë,Ben,Open,2026-05-01,,1\n`, 'latin1'));
    expect([latin.state, told(latin)]).toEqual(['done', [[1, 'repaired', 'encoding']]]);
    expect(await rows(`select name from pipeline_items where tenant_id = $1 and external_id in ('e1', 'e2')`)).toEqual([
      { name: 'Zoë' },
      { name: 'Zoë' },
    ]);
  });

  it('SRC-05 keeps the old version of a corrected fact, dates it by the zone and moves the sale with it', async () => {
    await send(`${header}c1,a,Ben,Won,2026-05-01,2026-05-04,100\n`);
    const corrected = await send(`${header}c1,a,Ben,Won,2026-05-01,2026-05-06,120\n`);
    expect(corrected.counts).toMatchObject({ created: 0, updated: 1, unchanged: 0 });
    const events = `select e.external_key as key, e.sequence as n, to_char(e.occurred_at at time zone 'UTC', 'MM-DD HH24') as at, e.value_minor as value,
      e.known_to is null as present, e.backfilled from pipeline_events e join pipeline_items i on i.tenant_id = e.tenant_id and i.id = e.item_id
      where e.tenant_id = $1 and i.external_id = 'c1' order by e.sequence, e.known_at`;
    expect(await rows(events)).toEqual([
      { key: 'open', n: 1, at: '04-30 22', value: '10000', present: false, backfilled: true },
      { key: 'open', n: 1, at: '04-30 22', value: '12000', present: true, backfilled: false },
      { key: 'won', n: 2, at: '05-03 22', value: '10000', present: false, backfilled: true },
      { key: 'won', n: 2, at: '05-05 22', value: '12000', present: true, backfilled: false },
    ]);
    const sales = `select s.amount_minor as amount, s.known_to is null as present from sales s join pipeline_items i on i.tenant_id = s.tenant_id and i.id = s.item_id
      where s.tenant_id = $1 and i.external_id = 'c1' order by s.known_at`;
    expect(await rows(sales)).toEqual([
      { amount: '10000', present: false },
      { amount: '12000', present: true },
    ]);
    const reopened = await send(`${header}c1,a,Ben,Open,2026-05-01,,120\n`);
    expect(reopened.counts).toMatchObject({ updated: 1 });
    expect(await rows(`select kind from pipeline_items where tenant_id = $1 and external_id = 'c1'`)).toEqual([{ kind: 'deal' }]);
    expect((await rows(sales)).map((sale) => sale['present'])).toEqual([false, false]);
  });

  it('SRC-10 (CSV) updates what the item alone holds, and the same file again changes nothing', async () => {
    const file = (note: string) => `id,name,owner,stage,opened,closed,value,note\nn1,a,Ben,Open,2026-05-01,,1,${note}\n`;
    const versions = () => rows(`select version, note from pipeline_items where tenant_id = $1 and external_id = 'n1'`);
    expect((await send(file('first'))).counts).toMatchObject({ created: 1 });
    expect((await send(file('second'))).counts).toMatchObject({ updated: 1 });
    expect((await send(file('second'))).counts).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
    expect(await versions()).toEqual([{ version: 2, note: 'second' }]);
  });

  it('SRC-02 (measures) imports activities with their company and deal, keeps the version of a corrected one, and changes nothing the second time', async () => {
    await database.admin.query(`insert into companies (tenant_id, external_id, name, created_at) values ($1, 'c-9', 'Nine', now())`, [tenantId]);
    await send(`${header}item-9,a,Ben,Open,2026-05-01,,1\n`);
    const file = (outcome: string) =>
      `external_id,type,owner,company,item,scheduled_at,completed_at,outcome,duration_seconds\n` +
      `v1,Call,Ben,Nine,item-9,2026-05-02T09:00:00Z,2026-05-02T09:05:00+02:00,${outcome},300\nv2,meeting,Cleo,,,2026-07-01,,,\nv3,call,Ben,,,,2026-06-02,,\nv4,call,Ben,,,,,,\nv5,dance,Ben,,,,2026-05-02,,\n`;
    const first = await send(file('completed'), 'activities');
    expect(told(first)).toEqual([
      [4, 'held', 'held_future'],
      [5, 'error', 'no_date'],
      [6, 'error', 'not_a_choice'],
    ]);
    expect(first.counts).toMatchObject({ rows: 5, created: 2, held: 1, errors: 2 });
    expect((await send(file('completed'), 'activities')).counts).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
    expect((await send(file('no-show'), 'activities')).counts).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
    const stored = `select a.external_id as id, a.type, a.outcome, c.name as company, i.external_id as item, a.known_to is null as present,
        to_char(a.completed_at at time zone 'UTC', 'HH24:MI') as at
      from activities a left join companies c on c.id = a.company_id left join pipeline_items i on i.id = a.item_id where a.tenant_id = $1 order by 1, a.known_at`;
    const call = { id: 'v1', type: 'call', company: 'Nine', item: 'item-9', at: '07:05' };
    expect(await rows(stored)).toEqual([
      { ...call, outcome: 'completed', present: false },
      { ...call, outcome: 'no_show', present: true },
      { id: 'v2', type: 'meeting', outcome: null, company: null, item: null, present: true, at: null },
    ]);
  });

  it('SRC-11 holds rows after the last day taken, and leaves open what closes later', async () => {
    const until = { ...deals, until: '2026-05-10' };
    const done = await send(`${header}u1,a,Ben,Won,2026-05-10,2026-05-11,5\nu2,a,Ben,Open,2026-05-11,,5\n`, until);
    expect(told(done)).toEqual([
      [2, 'held', 'closes_later'],
      [3, 'held', 'held_future'],
    ]);
    expect(done.counts).toMatchObject({ rows: 2, created: 1, held: 1 });
    expect(await rows(`select external_id, kind from pipeline_items where tenant_id = $1 and external_id like 'u%'`)).toEqual([
      { external_id: 'u1', kind: 'deal' },
    ]);
  });

  it('SRC-10 (CSV) stops when asked to, and writes nothing', async () => {
    const id = await receive(`${header}x1,a,Ben,Open,2026-05-01,,1\n`, deals);
    await asAdmin(() => worker.app.get(UnitOfWork).run({ tenantId }, () => worker.app.get(ImportsService).cancel(id)));
    await worker.app.get(JobRunner).runAll();
    expect((await outcome(id)).state).toBe('cancelled');
    expect(await rows(`select 1 from pipeline_items where tenant_id = $1 and external_id = 'x1'`)).toEqual([]);
  });

  it('SRC-10 (CSV) a worker that dies in the middle leaves nothing half-written, and the next one imports the file', async () => {
    const id = await receive(`${header}${Array.from({ length: 3000 }, (_, n) => `k${n},a,Ben,Open,2026-05-01,,1`).join('\n')}\n`, deals);
    // Hold the table so that the import stands in the middle of its writing when its connection is cut.
    const holder = await database.admin.connect();
    await holder.query('begin; lock table pipeline_events in share mode');
    const first = worker.app.get(JobRunner).runAll();
    for (let tries = 0; tries < 3000; tries += 1) {
      const { rows: waiting } = await holder.query(
        `select pid from pg_stat_activity where usename = 'waymark_worker' and wait_event_type = 'Lock' and datname = current_database()`,
      );
      if (waiting.length > 0) {
        await holder.query('select pg_terminate_backend($1)', [waiting[0].pid]);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await first.catch(() => undefined);
    await holder.query('commit');
    holder.release();
    expect(await rows(`select 1 from pipeline_items where tenant_id = $1 and external_id like 'k%'`)).toEqual([]);
    await database.admin.query(`update job_slots set retry_at = now() where state = 'ready'`);
    await worker.app.get(JobRunner).runAll();
    expect((await outcome(id)).counts).toMatchObject({ rows: 3000, created: 3000 });
  });
});
