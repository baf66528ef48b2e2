import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApi } from './testing/start-api.js';

const loader = new URL('../../../tools/jest/typescript-loader.mjs', import.meta.url).href;

describe('the commands of the terminal', () => {
  let database: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    database = await testDatabase();
    folder = mkdtempSync(join(tmpdir(), 'waymark-commands-'));
  });

  afterAll(() => database.drop());

  /** Runs a command in a process of its own, as npm would. */
  const run = (script: string, ...args: string[]) =>
    new Promise<{ code: number | null; output: string }>((resolve) => {
      const env = { ...process.env, NODE_OPTIONS: '', INIT_CWD: folder, DATABASE_URL: database.adminUrl, WORKER_DATABASE_URL: database.workerUrl };
      const child = spawn(process.execPath, ['--import', loader, fileURLToPath(new URL(script, import.meta.url)), ...args], { env });
      let output = '';
      child.stdout.on('data', (text: Buffer) => (output += text.toString()));
      child.stderr.on('data', (text: Buffer) => (output += text.toString()));
      // 'close' comes after the last byte of both streams; 'exit' may come before it.
      child.on('close', (code) => resolve({ code, output }));
    });

  it('PLAT-05 (sign-in) tenant:create makes an organisation whose administrator can sign in with the printed password', async () => {
    const made = await run(
      './tenant-create.ts',
      '--slug',
      'acme',
      '--name',
      'Acme Inc.',
      '--admin-email',
      'Ada@Acme.example',
      '--zone',
      'Europe/Lisbon',
    );
    expect(made.code).toBe(0);
    const password = /password (\S+)/.exec(made.output)?.[1];
    const api = await startApi(database);
    try {
      const body = { organisation: 'acme', email: 'ada@acme.example', password };
      const session = await api.call<{ me: { organisation: object } }>('POST', '/api/auth/sign-in', { body });
      expect([session.status, session.body.me.organisation]).toMatchObject([
        201,
        { slug: 'acme', name: 'Acme Inc.', timeZone: 'Europe/Lisbon', demo: false },
      ]);
    } finally {
      await api.close();
    }
    const again = await run('./tenant-create.ts', '--slug', 'acme', '--name', 'Acme Inc.', '--admin-email', 'ada@acme.example');
    expect([again.code, again.output.trim()]).toEqual([1, 'There is an organisation "acme" already.']);
  });

  it('PLAT-02 (tenants) tenant:suspend, tenant:resume and tenant:list say what they did and what is', async () => {
    expect((await run('./tenant-suspend.ts', '--tenant', 'acme')).output).toContain('acme is suspended');
    expect((await run('./tenant-list.ts')).output).toMatch(/^acme\tAcme Inc\.\t1 active people\tsuspended since \d{4}-/m);
    expect((await run('./tenant-suspend.ts', '--resume', '--tenant', 'acme')).output).toContain('acme works again');
    expect((await run('./tenant-list.ts')).output).toMatch(/^acme\tAcme Inc\.\t1 active people\tactive$/m);
    const unknown = await run('./tenant-suspend.ts', '--tenant', 'nowhere');
    expect([unknown.code, unknown.output.trim()]).toEqual([1, 'There is no organisation "nowhere".']);
  });

  it('PLAT-12 tenant:create lists every mistake together', async () => {
    const made = await run('./tenant-create.ts', '--slug', 'A', '--zone', 'Mars/Base', '--currency', 'euro');
    expect(made.code).toBe(1);
    for (const mistake of ['--slug must', '--name must', '--admin-email must', '--zone must', '--currency must'])
      expect(made.output).toContain(mistake);
  });

  it('SRC-10 (CSV, dry run, errors) import takes a file from where the person stands, reports its rows, and changes nothing the second time', async () => {
    writeFileSync(join(folder, 'prices.csv'), 'name,series,list_price\nGTX Basic,GTX,550\nMG Special,MG,NaN\n');
    const imported = (...more: string[]) => run('./import-cli.ts', '--tenant', 'acme', '--mapping', 'products', ...more, 'prices.csv');
    expect((await imported('--dry-run')).output).toContain('Checked only: 2 rows: 1 created, 0 updated, 0 unchanged, 1 errors');
    const first = await imported();
    expect([first.code, first.output]).toEqual([0, expect.stringContaining('Imported: 2 rows: 1 created')]);
    expect(first.output).toContain('line 3: error not_an_amount: "NaN" is no amount');
    expect((await imported()).output).toContain('0 created, 0 updated, 1 unchanged');
    const prices = await database.admin.query('select name, list_price_minor as price from products');
    expect(prices.rows).toEqual([{ name: 'GTX Basic', price: '55000' }]);
  });

  it('SRC-10 (errors) each command answers what it cannot do with a sentence, never a stack', async () => {
    const cases: [string, string[], string][] = [
      ['./import-cli.ts', ['--tenant', 'nowhere', '--mapping', 'products', 'prices.csv'], 'There is no organisation "nowhere".'],
      ['./import-cli.ts', ['--tenant', 'acme', '--mapping', 'nothing', 'prices.csv'], 'There is no mapping "nothing".'],
      ['./import-cli.ts', ['--tenant', 'acme', '--mapping', 'products', 'missing.csv'], 'There is no file '],
      ['./import-cli.ts', ['--colour', 'red'], "Unknown option '--colour'"],
      [
        './import-cli.ts',
        ['--tenant', 'acme', '--mapping', 'crm-sales-teams', 'prices.csv'],
        'Nothing was imported: The file has no column "sales_agent"',
      ],
      ['./seed.ts', ['--today', '2016-01-01'], '--today must be a day from 2017-07-01 to 2017-12-31.'],
    ];
    const answers = await Promise.all(cases.map(([script, args]) => run(script, ...args)));
    expect(answers).toEqual(cases.map(([, , sentence]) => ({ code: 1, output: expect.stringContaining(sentence) as unknown as string })));
    for (const answer of answers) expect(answer.output).not.toContain('    at ');
  });
});
