import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { demoToday, loadDemo } from '../demo.js';
import { startWorker } from '../testing/start-api.js';

const folder = new URL('../../../../tools/seed', import.meta.url).pathname;
const program = new URL('../../dist/worker.js', import.meta.url).pathname;
const kills = 20;

/** Everything that enforcement leaves behind, in numbers. */
const effects = `select (select count(*) from verdicts) || ' verdicts, ' || (select count(*) from gates where state <> 'pending') || ' judged, '
  || (select count(*) from restrictions) || ' restrictions, ' || (select count(*) from notifications) || ' notices' as n`;
/** What must never be seen, whatever was killed: a judged gate without verdict, a verdict twice, a missed blocking gate without its restriction. */
const broken = `select (select count(*) from gates g left join verdicts v on v.tenant_id = g.tenant_id and v.gate_id = g.id where (g.state = 'pending') <> (v.id is null) and g.state <> 'waived')
  + (select count(*) from gates g where g.state = 'failed' and not exists (select 1 from restrictions r where r.tenant_id = g.tenant_id and r.gate_id = g.id))
  + (select count(*) from restrictions r where not exists (select 1 from notifications n where n.tenant_id = r.tenant_id and n.user_id = r.user_id)) as n`;

describe('a killed worker', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  const one = async (sql: string) => String((await database.admin.query<{ n: string }>(sql)).rows[0]?.n);

  beforeAll(async () => {
    if (!existsSync(program)) throw new Error('build the API first: npm run build');
    database = await testDatabase();
    worker = await startWorker(database);
    await loadDemo(worker.app, { ownerUrl: database.adminUrl, folder, password: 'long enough word', today: demoToday, reset: false });
    await worker.close();
  });

  afterAll(() => database.drop());

  /** Takes back what enforcement did and makes today's slot ready again. */
  async function undo(): Promise<void> {
    await database.admin.query(`delete from restriction_decisions; delete from restrictions; delete from notifications; delete from verdicts;
      update gates set state = 'pending', cured_at = null; delete from job_slots`);
  }

  async function start(): Promise<ChildProcess> {
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, WORKER_DATABASE_URL: database.workerUrl, LOG_LEVEL: 'silent' },
      stdio: 'ignore',
    });
    for (let tries = 0; tries < 400; tries += 1) {
      if (
        (await one(`select count(*) as n from pg_stat_activity where datname = current_database() and application_name = 'waymark worker'`)) !== '0'
      )
        return child;
      await wait(10);
    }
    throw new Error('the worker did not connect');
  }

  async function untilDone(): Promise<void> {
    for (let tries = 0; tries < 300; tries += 1) {
      const open =
        await one(`select (select count(*) from job_slots where state = 'ready') + (select count(*) from gates g join tenants t on t.id = g.tenant_id
        where g.state = 'pending' and g.judge_at <= now() - t.clock_offset_ms * interval '1 ms') as n`);
      if (open === '0' && (await one('select count(*) as n from job_slots')) !== '0') return;
      await wait(100);
    }
    throw new Error('enforcement did not end');
  }

  it('GATE-06 REL-01 (worker, enforcement) kill -9 at 20 moments of enforcement loses and doubles no verdict, restriction or notice', async () => {
    await undo();
    const undisturbed = await start();
    await untilDone();
    undisturbed.kill('SIGTERM');
    await once(undisturbed, 'exit');
    const expected = await one(effects);
    expect(expected).toMatch(/^70 verdicts, 70 judged, 34 restrictions, /);

    let during = 0;
    for (let round = 0; round < kills; round += 1) {
      if ((await one(`select count(*) as n from gates where state = 'pending'`)) !== '105') await undo();
      const child = await start();
      await wait(Math.round((round * 37) % 700)); // spread over start, planning, judging and after
      child.kill('SIGKILL');
      await once(child, 'exit');
      if ((await one('select count(*) as n from verdicts')) === '0') during += 1;
      expect(await one(broken)).toBe('0');
    }
    expect(during).toBeGreaterThan(0); // some were killed before their transaction was whole
    const last = await start();
    await untilDone();
    last.kill('SIGTERM');
    await once(last, 'exit');
    expect(await one(effects)).toBe(expected);
  });
});
