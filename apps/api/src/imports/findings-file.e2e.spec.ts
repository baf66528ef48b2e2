import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createTenant, type RunningApi, signInAs, startApi } from '../testing/start-api.js';

/** Lines of the file. */
const lines = Number(process.env['FILE_LINES'] ?? '3000');

describe('a large file for spreadsheets', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let token: string;
  let id: string;

  beforeAll(async () => {
    database = await testDatabase();
    const made = await createTenant(database, { slug: 'files', people: [{ name: 'Ada', roles: ['admin'] }] });
    const { rows } = await database.admin.query<{ id: string }>(
      `insert into imports (tenant_id, source, file_name, mapping, dry_run, requested_by, state, created_at) values ($1, 'products', 'f', '{}', false, $2, 'done', now()) returning id`,
      [made.tenantId, made.userIds['Ada']],
    );
    id = rows[0]?.id as string;
    await database.admin.query(
      `insert into import_findings (tenant_id, import_id, line, severity, code, field, value, message)
       select $1, $2, n, 'error', 'not_an_amount', 'value', (array['=1+1', '+1', '-2+3', '@x', E'\\t=1', '＝1', '-5', 'plain, "quoted"'])[1 + n % 8] || case when n % 8 = 6 then '' else n::text end,
         'Something is wrong with line ' || n from generate_series(1, $3::int) n`,
      [made.tenantId, id, lines],
    );
    api = await startApi(database);
    token = await signInAs(api, 'files', made.userIds['Ada'] as string);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  it(`REP-13 (formula-safe) ${lines} lines come with no cell that begins like a formula, and numbers stay numbers`, async () => {
    const before = process.memoryUsage().rss;
    const begun = performance.now();
    const answer = await fetch(`${api.url}/api/imports/${id}/findings?format=csv`, { headers: { authorization: `Bearer ${token}` } });
    const firstByteMs = Math.round(performance.now() - begun);
    const text = await answer.text();
    const rows = text.split('\r\n').slice(1, -1);
    const rssMiB = Math.round((process.memoryUsage().rss - before) / 1024 / 1024);
    if (lines >= 50_000)
      console.log(JSON.stringify({ lines: rows.length, firstByteMs, moreMemoryMiB: rssMiB, sizeMiB: Math.round(text.length / 1024 / 1024) }));
    expect([answer.status, rows.length]).toEqual([200, lines]);
    const cells = rows.map((row) => /^"\d+","error","not_an_amount","value","(.*)","Something/.exec(row)?.[1] ?? 'no such cell');
    expect(cells.filter((cell) => /^[=+\-@\t\uFF1D]/.test(cell) && cell !== '-5')).toEqual([]);
    expect(cells.filter((cell) => cell === '-5')).toHaveLength(Math.floor((lines + 2) / 8));
    expect(rssMiB).toBeLessThan(400);
  });
});
