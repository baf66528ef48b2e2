import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { GateWorld } from '../gates/gate-world.spec-data.js';
import { JobRegistry } from '../platform/jobs/job-registry.js';
import { startWorker } from '../testing/start-api.js';
import { brokenInvariants } from './invariants.spec-data.js';

/** How many organisations wait for the workers; `npm run test:long faults` has more. */
const tenants = Number(process.env['FAULT_TENANTS'] ?? 8);

describe('workers that come back after a week', () => {
  let database: TestDatabase;
  let builder: Awaited<ReturnType<typeof startWorker>>;
  const worlds: GateWorld[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    builder = await startWorker(database);
    for (let n = 0; n < tenants; n += 1) worlds.push(await new GateWorld(database, builder.app, `away${n}`).open(['Ana', 'Ben']));
  });

  afterAll(async () => {
    await builder.close();
    await database.drop();
  });

  const all = async (at: string) => {
    for (const world of worlds) await world.clock(at);
  };
  const slotsAt = async (at: string) =>
    (
      await database.admin.query<{ state: string; attempts: number; lag: string }>(
        `select s.state, s.attempts, extract(epoch from s.done_at - (s.scheduled_for + t.clock_offset_ms * interval '1 millisecond')) as lag
         from job_slots s join tenants t on t.id = s.tenant_id where s.scheduled_for = $1`,
        [at],
      )
    ).rows;
  /** Waits until every organisation's slots of that instant are done; answers the seconds since `begun`. */
  const untilDone = async (at: string, jobs: number, begun: number) => {
    for (;;) {
      const slots = await slotsAt(at);
      if (slots.length === jobs * tenants && slots.every((slot) => slot.state === 'done')) return (Date.now() - begun) / 1000;
      if (Date.now() - begun > 300_000) throw new Error(`after five minutes ${slots.filter((slot) => slot.state === 'done').length} are done`);
      await sleep(50);
    }
  };

  it('REL-02 case 80 seven days without workers are caught up within five minutes, each slot once; afterwards a slot begins within ten seconds', async () => {
    const atSix = builder.app
      .get(JobRegistry)
      .scheduled()
      .filter(({ at }) => at === undefined);
    const jobs = atSix.length;
    await all('2026-03-09T06:00:01Z');
    await builder.runner.runAll();
    await all('2026-03-16T06:00:01Z'); // nobody worked for a week
    const begun = Date.now();
    const workers = await Promise.all([startWorker(database, { live: true }), startWorker(database, { live: true })]);
    const caughtUp = await untilDone('2026-03-16T06:00:00Z', jobs, begun);
    await all('2026-03-17T05:59:58Z'); // two seconds before everybody's next slot
    await untilDone('2026-03-17T06:00:00Z', jobs, Date.now());
    const lags = (await slotsAt('2026-03-17T06:00:00Z')).map((slot) => Number(slot.lag)).sort((a, b) => a - b);
    await Promise.all(workers.map((worker) => worker.close()));

    const p99 = lags[Math.ceil(lags.length * 0.99) - 1] as number;
    expect(caughtUp).toBeLessThan(300);
    expect(p99).toBeLessThan(10);
    const slots = (await database.admin.query<{ state: string; attempts: number }>('select state, attempts from job_slots')).rows;
    expect(slots.length).toBeGreaterThanOrEqual(3 * jobs * tenants);
    expect(slots.filter((slot) => slot.state !== 'done' || slot.attempts !== 1)).toEqual([]);
    for (const world of worlds) expect(await world.gates('Ana')).toEqual(['failed', 'failed', 'pending']);
    expect(await brokenInvariants(database.admin)).toEqual([]);
    if (process.env['FAULT_TENANTS'])
      console.info(`${tenants} organisations, a week away: caught up in ${caughtUp.toFixed(1)} s; lag of the next slots: p99 ${p99.toFixed(2)} s`);
  });
});
