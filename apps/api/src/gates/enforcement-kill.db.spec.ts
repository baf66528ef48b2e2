import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startWorker } from '../testing/start-api.js';
import { GateWorld } from './gate-world.spec-data.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const members = ['Ana', 'Ben', 'Cleo'];
const kills = 20;
const perOrganisation = members.length * 2;

describe('killed workers', () => {
  let database: TestDatabase;
  const running = new Set<ChildProcess>();

  /** A real worker process, as `npm start` runs it. */
  const spawnWorker = (): ChildProcess => {
    const child = spawn(process.execPath, ['--import', './tools/jest/typescript-loader.mjs', 'apps/api/src/worker.ts'], {
      cwd: root,
      env: { PATH: process.env['PATH'], WORKER_DATABASE_URL: database.workerUrl, LOG_LEVEL: 'silent' },
      stdio: 'ignore',
    });
    running.add(child);
    return child;
  };
  const kill = async (child: ChildProcess) => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    running.delete(child);
  };
  const number = async (sql: string) => Number((await database.admin.query<{ n: string }>(`select count(*) as n from ${sql}`)).rows[0]?.n);
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  beforeAll(async () => {
    database = await testDatabase();
  });

  afterAll(async () => {
    for (const child of running) await kill(child);
    await database.drop();
  });

  it('GATE-06 kill -9 of the worker at 20 random moments during enforcement: no verdict, restriction or notice is missing or doubled', async () => {
    const builder = await startWorker(database);
    const worlds: GateWorld[] = [];
    for (let n = 0; n < kills; n++) worlds.push(await new GateWorld(database, builder.app, `kill${n}`).open(members));
    await builder.close();

    let state = 20_261_121;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const listening = () => number(`pg_stat_activity where datname = current_database() and application_name = 'waymark listen'`);
    const workers = [spawnWorker(), spawnWorker()];
    let unfinished = 0;
    for (let round = 0; round < kills; round++) {
      while ((await listening()) < 2) await pause(20);
      // One more organisation comes to its time; both workers go for it, and the older one is killed somewhere on the way.
      await (worlds[round] as GateWorld).clock('2026-03-17T06:00:01Z');
      await database.admin.query(`select pg_notify('waymark_jobs', '')`);
      await pause(random() * 120);
      if ((await number('verdicts')) < (round + 1) * perOrganisation) unfinished += 1;
      await kill(workers.shift() as ChildProcess);
      workers.push(spawnWorker());
    }
    const began = Date.now();
    while ((await number('verdicts')) < kills * perOrganisation && Date.now() - began < 60_000) await pause(50);
    await pause(1500); // a round more, in case somebody does something twice
    expect(unfinished).toBeGreaterThan(kills / 4); // most of the kills hit work that was not done

    // Gates 1 and 2 of 3 people each, all missed: a verdict and a restriction each, and a notice to the person and to the leader.
    const expected = kills * perOrganisation;
    expect(await number('verdicts')).toBe(expected);
    expect(await number(`gates where state = 'failed'`)).toBe(expected);
    expect(await number(`restrictions where state = 'in_force' and kind = 'warning'`)).toBe(expected / 2);
    expect(await number(`restrictions where state = 'in_force' and kind = 'action_block'`)).toBe(expected / 2);
    expect(await number('restrictions')).toBe(expected);
    expect(await number(`notifications where code = 'gate_failed'`)).toBe(expected * 2);
    expect(await number('(select 1 from notifications group by tenant_id, user_id, dedupe_key having count(*) > 1) as doubled')).toBe(0);
  }, 180_000);
});
