import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Import } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImportsService } from '../imports/imports.service.js';
import { createOrganisation } from '../organisation.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { currentContext, withContext } from '../platform/request-context.js';
import { startWorker } from '../testing/start-api.js';
import { OwnBuild } from './own-build.spec-data.js';
import { Fleet } from './processes.spec-data.js';

/** How often the worker is killed at any instant; `npm run test:long imports` kills it more often. */
const kills = Number(process.env['FAULT_IMPORT_KILLS'] ?? 2);
const rows = 6000;
/** Every hundredth row names nobody. */
const wrong = rows / 100;

describe('workers that are killed while they import', () => {
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
    const admin = { name: 'Ada', email: 'ada@killed.example', password: 'long enough word' };
    ({ tenantId, adminId } = await createOrganisation(database.adminUrl, { slug: 'killed', name: 'Killed', zone: 'UTC', admin }));
    await database.admin.query(`insert into users (tenant_id, name) values ($1, 'Ben')`, [tenantId]);
  });

  afterAll(async () => {
    await fleet.close();
    await builder.close();
    build.remove();
    await database.drop();
  });

  const received = async (prefix: string) => {
    const lines = Array.from({ length: rows }, (_, n) => `${prefix}${n},call,${n % 100 === 99 ? 'Nobody' : 'Ben'},2026-03-02T10:00:00Z`);
    const pieces = async function* () {
      yield await Promise.resolve(Buffer.from(`external_id,type,owner,completed_at\n${lines.join('\n')}\n`));
    };
    const context = await builder.app.get(UnitOfWork).run({ tenantId, userId: adminId }, () => Promise.resolve(currentContext()));
    const upload = { fileName: `${prefix}.csv`, content: pieces(), mapping: 'activities', dryRun: false };
    return withContext(context, null, () => builder.app.get(ImportsService).receive(upload, adminId, ['admin']));
  };
  const shown = (id: string): Promise<Import> =>
    builder.app.get(UnitOfWork).run({ tenantId, readOnly: true }, () => builder.app.get(ImportsService).get(id));
  const until = async (holds: () => Promise<boolean>) => {
    for (let waited = 0; !(await holds()); waited += 10) {
      if (waited > 120_000) throw new Error('waited in vain');
      await sleep(10);
    }
  };
  /** Nobody comes past that table until the answer is called. */
  const hold = async (table: string, mode: 'share' | 'access exclusive') => {
    const client = await database.admin.connect();
    await client.query(`begin; lock table ${table} in ${mode} mode`);
    return async () => {
      await client.query('commit');
      client.release();
    };
  };
  const waiting = async () =>
    Boolean(
      (
        await database.admin.query(
          `select 1 from pg_stat_activity where datname = current_database() and usename = 'waymark_worker' and wait_event_type = 'Lock'`,
        )
      ).rowCount,
    );
  const stored = async (prefix: string) =>
    (
      await database.admin.query(
        `select count(*)::int as n, count(distinct external_id)::int as ids from activities where tenant_id = $1 and external_id like $2`,
        [tenantId, `${prefix}%`],
      )
    ).rows[0] as object;
  const finishes = async (id: string, prefix: string) => {
    const worker = fleet.worker();
    await until(async () => (await shown(id)).finishedAt !== null);
    await worker.end();
    const done = await shown(id);
    expect([done.state, done.counts]).toMatchObject(['done', { rows, created: rows - wrong, updated: 0, unchanged: 0, errors: wrong }]);
    expect([done.percent, done.rowsRead]).toEqual([100, rows]);
    expect(await stored(prefix)).toEqual({ n: rows - wrong, ids: rows - wrong });
    const found = await database.admin.query('select count(*)::int as n from import_findings where tenant_id = $1 and import_id = $2', [
      tenantId,
      id,
    ]);
    expect(found.rows).toEqual([{ n: wrong }]);
    const left = await database.admin.query('select count(*)::int as n from import_chunks where tenant_id = $1 and import_id = $2', [tenantId, id]);
    expect(left.rows).toEqual([{ n: 0 }]);
  };

  it.each([
    ['reading', 'import_chunks', 'access exclusive'],
    ['writing', 'activities', 'share'],
  ] as const)(
    'SRC-10 REL-01 (import) a worker killed while %s leaves nothing behind, and the next one imports the file once',
    async (phase, table, mode) => {
      const id = await received(phase);
      const release = await hold(table, mode);
      const worker = fleet.worker();
      await until(waiting);
      expect((await shown(id)).phase).toBe(phase === 'writing' ? 'writing' : null); // nothing was read yet
      await worker.kill();
      await release();
      expect(await stored(phase)).toEqual({ n: 0, ids: 0 });
      await finishes(id, phase);
    },
  );

  it('SRC-10 REL-01 (import) a worker killed at any instant, again and again, imports each row once in the end', async () => {
    const id = await received('any');
    for (let round = 0; round < kills; round += 1) {
      const worker = fleet.worker();
      await until(async () => (await shown(id)).state !== 'queued' || !worker.alive);
      await sleep((round * 97) % 900);
      await worker.kill();
    }
    await finishes(id, 'any');
  });
});
