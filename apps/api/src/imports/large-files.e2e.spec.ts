import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Import } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { OwnBuild } from '../faults/own-build.spec-data.js';
import { Fleet } from '../faults/processes.spec-data.js';
import { createOrganisation } from '../organisation.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { currentContext, withContext } from '../platform/request-context.js';
import { startWorker } from '../testing/start-api.js';
import { ImportsService } from './imports.service.js';
import { workbookOf } from './workbook/workbook.spec-data.js';

/** Rows of the files and bytes of the text file; `npm run test:long imports` has a million rows in 512 MiB. */
const rows = Number(process.env['IMPORT_ROWS'] ?? 20_000);
const bytes = Number(process.env['IMPORT_BYTES'] ?? 10 * 1024 * 1024);
/** What the worker may hold at its height, whatever the size of the file. */
const mostMemory = 400 * 1024 * 1024;
/** Every thousandth row names nobody. */
const wrong = rows / 1000;

describe('large files', () => {
  let database: TestDatabase;
  let build: OwnBuild;
  let fleet: Fleet;
  let builder: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let adminId: string;

  beforeAll(async () => {
    database = await testDatabase();
    build = OwnBuild.ofPresent();
    fleet = new Fleet(database, build.root);
    builder = await startWorker(database);
    const admin = { name: 'Ada', email: 'ada@large.example', password: 'long enough word' };
    ({ tenantId, adminId } = await createOrganisation(database.adminUrl, { slug: 'large', name: 'Large', zone: 'UTC', admin }));
    await database.admin.query(`insert into users (tenant_id, name) values ($1, 'Ben')`, [tenantId]);
  });

  afterAll(async () => {
    await fleet.close();
    await builder.close();
    build.remove();
    await database.drop();
  });

  const received = async (fileName: string, content: AsyncIterable<Buffer>) => {
    const context = await builder.app.get(UnitOfWork).run({ tenantId, userId: adminId }, () => Promise.resolve(currentContext()));
    const upload = { fileName, content, mapping: 'activities', dryRun: false };
    return withContext(context, null, () => builder.app.get(ImportsService).receive(upload, adminId, ['admin']));
  };
  const shown = (id: string): Promise<Import> =>
    builder.app.get(UnitOfWork).run({ tenantId, readOnly: true }, () => builder.app.get(ImportsService).get(id));
  /** Runs the import in a worker of its own; answers what came of it, how far it said it was on the way, and the most memory that it held. */
  const imported = async (id: string) => {
    const begun = Date.now();
    const worker = fleet.worker();
    const percents: number[] = [];
    let most = 0;
    for (let done = false; !done;) {
      await sleep(20);
      const { finishedAt, percent } = await shown(id);
      if (percents.at(-1) !== percent) percents.push(percent);
      most = Math.max(most, worker.memory);
      done = finishedAt !== null;
    }
    await worker.end();
    const report = await shown(id);
    process.stdout.write(
      `${report.fileName}: ${rows} rows in ${((Date.now() - begun) / 1000).toFixed(1)} s, at most ${(most / 1024 / 1024).toFixed(0)} MiB\n`,
    );
    return { report, percents, most };
  };
  const expectAll = ({ report, percents, most }: Awaited<ReturnType<typeof imported>>) => {
    expect([report.failure, report.counts]).toMatchObject([null, { rows, created: rows - wrong, errors: wrong }]);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(percents.at(-1)).toBe(100);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(mostMemory);
  };
  const owner = (n: number) => (n % 1000 === 999 ? 'Nobody' : 'Ben');

  it('SRC-10 (constant memory) a large text file is imported whole while the worker holds less than 400 MiB', async () => {
    const note = 'n'.repeat(Math.min(1900, Math.max(1, Math.floor(bytes / rows) - 60))); // a note may have 2,000 characters
    const content = async function* () {
      yield await Promise.resolve(Buffer.from('external_id,type,owner,completed_at,note\n'));
      for (let from = 0; from < rows; from += 1000)
        yield Buffer.from(
          Array.from({ length: 1000 }, (_, n) => `t${from + n},call,${owner(from + n)},2026-03-02T10:00:00Z,${note}${from + n}\n`).join(''),
        );
    };
    expectAll(await imported(await received('large.csv', content())));
  });

  it('SRC-10 (XLSX, constant memory) so is a large workbook, whose texts its cells share', async () => {
    const day = 46083.5; // 2 March 2026 at noon
    const shared = ['external_id', 'type', 'owner', 'completed_at', 'call', 'Ben', 'Nobody'].map((text) => `<t>${text}</t>`);
    for (let n = 0; n < rows; n += 1) shared.push(`<t>w${n}</t>`);
    const cells = (row: number, ...of: string[]) => `<row r="${row}">${of.join('')}</row>`;
    const text = (at: string, n: number) => `<c r="${at}" t="s"><v>${n}</v></c>`;
    const lines = Array.from({ length: rows }, (_, n) =>
      cells(
        n + 2,
        text(`A${n + 2}`, n + 7),
        text(`B${n + 2}`, 4),
        text(`C${n + 2}`, owner(n) === 'Ben' ? 5 : 6),
        `<c r="D${n + 2}" s="2"><v>${day}</v></c>`,
      ),
    );
    const header = cells(1, text('A1', 0), text('B1', 1), text('C1', 2), text('D1', 3));
    const file = workbookOf([{ name: 'Calls', rows: header + lines.join('') }], { shared });
    const content = async function* () {
      for (let at = 0; at < file.length; at += 65_536) yield await Promise.resolve(file.subarray(at, at + 65_536));
    };
    expectAll(await imported(await received('large.xlsx', content())));
  });
});
