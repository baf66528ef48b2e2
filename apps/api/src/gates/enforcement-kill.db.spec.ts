import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { brokenInvariants } from '../faults/invariants.spec-data.js';
import { OwnBuild } from '../faults/own-build.spec-data.js';
import { Fleet, type Replica } from '../faults/processes.spec-data.js';
import { startWorker } from '../testing/start-api.js';
import { GateWorld } from './gate-world.spec-data.js';

const members = ['Ana', 'Ben', 'Cleo'];
/** How often a worker is killed; `npm run test:long faults` kills more. */
const kills = Number(process.env['FAULT_WORKER_KILLS'] ?? 10);
const replicas = process.env['FAULT_WORKER_KILLS'] ? 3 : 2;
const perOrganisation = members.length * 2;

describe('killed workers', () => {
  let database: TestDatabase;
  let build: OwnBuild;
  let fleet: Fleet;

  const number = async (sql: string) => Number((await database.admin.query<{ n: string }>(`select count(*) as n from ${sql}`)).rows[0]?.n);
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  beforeAll(async () => {
    database = await testDatabase();
    build = OwnBuild.ofPresent();
    fleet = new Fleet(database, build.root);
  });

  afterAll(async () => {
    await fleet.close();
    build.remove();
    await database.drop();
  });

  it('GATE-06 REL-01 kill -9 of workers at random moments of enforcement: no verdict, restriction or notice is missing or doubled', async () => {
    const builder = await startWorker(database);
    const worlds: GateWorld[] = [];
    for (let n = 0; n < kills; n++) worlds.push(await new GateWorld(database, builder.app, `kill${n}`).open(members));
    await builder.close();

    let state = 20_261_121;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const listening = () => number(`pg_stat_activity where datname = current_database() and application_name = 'waymark listen'`);
    const workers = Array.from({ length: replicas }, () => fleet.worker());
    let unfinished = 0;
    for (let round = 0; round < kills; round++) {
      while ((await listening()) < replicas) await pause(20);
      // One more organisation comes to its time; all workers go for it, and the older one is killed somewhere on the way.
      await (worlds[round] as GateWorld).clock('2026-03-17T06:00:01Z');
      await database.admin.query(`select pg_notify('waymark_jobs', '')`);
      await pause(random() * 120);
      if ((await number('verdicts')) < (round + 1) * perOrganisation) unfinished += 1;
      const struck = workers.shift() as Replica;
      await struck.kill();
      struck.again();
      workers.push(struck);
    }
    const began = Date.now();
    while ((await number('verdicts')) < kills * perOrganisation && Date.now() - began < 180_000) await pause(50);
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
    expect(await brokenInvariants(database.admin)).toEqual([]);
    if (process.env['FAULT_WORKER_KILLS'])
      console.info(`${kills} kills of ${replicas} workers, ${unfinished} in the middle of work: ${expected} verdicts, 0 doubled, 0 lost`);
  });
});
