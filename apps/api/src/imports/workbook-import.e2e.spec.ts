import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Import, ImportFindingPage, ImportInspection, ImportMapping, Problem } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { type RunningApi, createTenant, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { rowsOf, workbookOf } from './workbook/workbook.spec-data.js';

const header = ['Nr', 'Who', 'What', 'When', 'Seconds'];
/** Row 1 is the header; a day is serial 46083 (2 March 2026). */
const good = (n: number) =>
  `<row r="${n}"><c r="A${n}"><v>${n}</v></c><c r="B${n}" t="inlineStr"><is><t>Ben</t></is></c><c r="C${n}" t="inlineStr"><is><t>Call</t></is></c><c r="D${n}" s="2"><v>46083.5</v></c><c r="E${n}"><f>30*2</f><v>60</v></c></row>`;
const wrong = (n: number, cell: string) => good(n).replace(/<c r="E.*<\/c>/, cell.replaceAll('#', String(n)));
const mapping: ImportMapping = {
  source: 'activities',
  sheet: 'Calls',
  fields: {
    externalId: { column: 'Nr' },
    owner: { column: 'Who' },
    type: { column: 'What' },
    completedAt: { column: 'When' },
    durationSeconds: { column: 'Seconds' },
  },
};

describe('importing workbooks', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let token: string;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    api = await startApi(database);
    const people = [
      { name: 'Ada', roles: ['admin'] },
      { name: 'Ben', roles: ['member'] },
    ];
    const tenant = await createTenant(database, { slug: 'books', zone: 'America/New_York', people });
    tenantId = tenant.tenantId;
    token = await signInAs(api, 'books', tenant.userIds['Ada'] as string);
  });

  afterAll(async () => {
    await worker.close();
    await api.close();
    await database.drop();
  });

  const book = workbookOf([
    { name: 'Read me', rows: rowsOf([['Some notes', 'more']]) },
    {
      name: 'Calls',
      rows: [
        rowsOf([header]),
        good(2),
        wrong(3, '<c r="E#" t="e"><v>#REF!</v></c>').replace('<v>3REF!', '<v>#REF!'),
        wrong(5, '<c r="E#"><f>1+1</f></c>'),
        good(6).replace('>Ben<', '>Nobody<'),
        good(7).replace('<v>46083.5</v>', '<v>60</v>'),
        wrong(8, '<c r="E#"><v>1.5</v></c>'),
        wrong(9, '<c r="E#"><v>1</v></c><c r="G#"><v>1</v></c>'),
      ].join(''),
    },
  ]);
  const form = (fields: Record<string, string>, content: Buffer) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append('file', new File([new Uint8Array(content)], 'calls.xlsx'));
    return body;
  };
  const post = async <T>(path: string, fields: Record<string, string>, content: Buffer) => {
    const answer = await fetch(`${api.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: form(fields, content) });
    return { status: answer.status, body: (await answer.json()) as T };
  };
  const run = async (fields: Record<string, string>, content = book) => {
    const started = await post<Import>('/api/imports', { mapping: JSON.stringify(mapping), ...fields }, content);
    expect(started.status).toBe(202);
    await worker.app.get(JobRunner).runAll();
    const done = (await api.call<Import>('GET', `/api/imports/${started.body.id}`, { token })).body;
    const { items } = (await api.call<ImportFindingPage>('GET', `/api/imports/${started.body.id}/findings?limit=200`, { token })).body;
    return { done, told: items.map(({ line, cell, column, code }) => [line, cell, column, code]) };
  };

  it('SRC-10 (XLSX) a look shows the sheets, and the columns and first rows of the first or the chosen one', async () => {
    const first = await post<ImportInspection>('/api/imports/inspect', {}, book);
    expect(first).toMatchObject({
      status: 201,
      body: { sheets: ['Read me', 'Calls'], columns: ['Some notes', 'more'], encoding: 'workbook', delimiter: null },
    });
    const chosen = await post<ImportInspection>('/api/imports/inspect', { sheet: 'Calls' }, book);
    expect(chosen.body.columns).toEqual(header);
    expect(chosen.body.sampleRows[0]).toEqual(['2', 'Ben', 'Call', '2026-03-02T17:00:00.000Z', '60']); // noon in New York, before summer time
    const none = await post<Problem>('/api/imports/inspect', { sheet: 'Other' }, book);
    expect([none.status, none.body.errors?.[0]?.message]).toEqual([400, 'The workbook has no sheet "Other". Its sheets are "Read me", "Calls".']);
  });

  it('SRC-10 (XLSX) each wrong cell is told by row and letter, in a dry run as in the import, and the other rows are taken', async () => {
    const findings = [
      [3, 'E3', 'Seconds', 'cell_error'],
      [5, 'E5', 'Seconds', 'no_result'],
      [6, 'B6', 'Who', 'unknown_person'],
      [7, 'D7', 'When', 'not_a_day'],
      [8, 'E8', 'Seconds', 'not_a_number'],
      [9, null, null, 'wrong_cell_count'],
    ];
    const dry = await run({ dryRun: 'true' });
    expect([dry.done.counts, dry.told]).toMatchObject([{ rows: 7, created: 1, errors: 6 }, findings]);
    expect((await database.admin.query('select 1 from activities where tenant_id = $1', [tenantId])).rowCount).toBe(0);
    const real = await run({});
    expect([real.done.counts, real.told]).toMatchObject([{ rows: 7, created: 1, errors: 6 }, findings]);
    const stored = await database.admin.query(`select external_id, completed_at, duration_seconds from activities where tenant_id = $1`, [tenantId]);
    expect(stored.rows).toEqual([{ external_id: '2', completed_at: new Date('2026-03-02T17:00:00Z'), duration_seconds: 60 }]);
    expect((await run({})).done.counts).toMatchObject({ created: 0, unchanged: 1 });
    const csv = await fetch(`${api.url}/api/imports/${real.done.id}/findings?format=csv`, { headers: { authorization: `Bearer ${token}` } });
    expect((await csv.text()).split('\n')[1]).toMatch(
      /^"3","error","cell_error","durationSeconds","","The cell holds the error #REF!\.","Seconds","E3"/,
    );
  });

  it('SRC-10 (XLSX) SEC-02 workbooks that cannot be read are refused with a problem, at once or by the report of the import', async () => {
    const sealed = Buffer.from('d0cf11e0a1b11ae100000000', 'hex');
    for (const path of ['/api/imports', '/api/imports/inspect']) {
      const answer = await post<Problem>(path, { mapping: 'activities' }, sealed);
      expect([answer.status, answer.body.errors?.[0]]).toMatchObject([path.endsWith('inspect') ? 400 : 415, { field: 'file', code: 'unreadable' }]);
      expect(answer.body.errors?.[0]?.message).toMatch(/protected with a password/);
    }
    const broken = await run({}, book.subarray(0, book.length - 30));
    expect(broken.done).toMatchObject({ state: 'failed', failure: expect.stringMatching(/^The workbook cannot be read: /) });
    const other = await run({ mapping: JSON.stringify({ ...mapping, sheet: 'Read me' }) });
    expect(other.done.failure).toMatch(/^The file has no column (".+", ){4}".+"\. Its columns are "Some notes", "more"\.$/);
  });
});
