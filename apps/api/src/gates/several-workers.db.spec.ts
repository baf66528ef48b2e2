import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { startWorker } from '../testing/start-api.js';
import { GateWorld } from './gate-world.spec-data.js';

describe('several workers', () => {
  let database: TestDatabase;
  let workers: Awaited<ReturnType<typeof startWorker>>[];

  beforeAll(async () => {
    database = await testDatabase();
    workers = await Promise.all([startWorker(database), startWorker(database), startWorker(database)]);
  });

  afterAll(async () => {
    for (const worker of workers) await worker.close();
    await database.drop();
  });

  /** Ana misses the first two gates, Ben meets the first. */
  async function world(slug: string): Promise<GateWorld> {
    const made = await new GateWorld(database, (workers[0] as { app: ConstructorParameters<typeof GateWorld>[1] }).app, slug).open(['Ana', 'Ben']);
    await made.addDeals('Ana', 3, { at: '2026-03-02T10:00:00Z' });
    await made.addDeals('Ben', 9, { at: '2026-03-02T10:00:00Z', value: 50, qualified: true });
    return made;
  }

  const rounds = () => Promise.all(workers.map((worker) => worker.runner.runAll()));
  const slots = async (w: GateWorld) =>
    (
      await database.admin.query<{ job: string; state: string; attempts: number; n: string }>(
        `select job, state, attempts, count(*) as n from job_slots where tenant_id = $1 group by job, scheduled_for, subject_id, state, attempts`,
        [w.tenantId],
      )
    ).rows;
  const outcome = async (w: GateWorld) => ({
    gates: [await w.gates('Ana'), await w.gates('Ben')],
    restrictions: [await w.restrictions('Ana'), await w.restrictions('Ben')],
    inboxes: [await w.inbox('Ana'), await w.inbox('Ben'), await w.inbox('Lea')],
    verdicts: (
      await database.admin.query(
        `select g.step_order, u.name, v.outcome, v.facts_until, v.known_until from verdicts v join gates g on g.tenant_id = v.tenant_id and g.id = v.gate_id
         join users u on u.tenant_id = g.tenant_id and u.id = g.user_id where v.tenant_id = $1 order by 1, 2`,
        [w.tenantId],
      )
    ).rows,
  });

  it('REL-02 three workers at once run every slot exactly once', async () => {
    const w = await world('thrice');
    await w.clock('2026-03-09T06:00:00Z');
    await rounds();
    await rounds();
    const found = await slots(w);
    expect(found.length).toBeGreaterThan(1);
    expect(found.filter((slot) => slot.state !== 'done' || slot.attempts !== 1 || slot.n !== '1')).toEqual([]);
    expect(await w.gates('Ana')).toEqual(['failed', 'pending', 'pending']);
    expect((await w.inbox('Ana')).length).toBe(1);
  });

  it('REL-02 case 31 workers that were away for a fortnight catch up: the same verdicts, restrictions and messages as without the pause, each once', async () => {
    const onTime = await world('on-time');
    const late = await world('late');
    for (const day of ['2026-03-09', '2026-03-10', '2026-03-16', '2026-03-17', '2026-03-18', '2026-03-23']) {
      await onTime.clock(`${day}T06:30:00Z`);
      await rounds();
    }
    await late.clock('2026-03-23T06:30:00Z');
    await rounds();
    await rounds();
    const found = await outcome(late);
    expect(found.verdicts).toHaveLength(4);
    expect(found.restrictions[0]).toEqual(['action_block in_force', 'warning in_force']);
    expect(found).toEqual(await outcome(onTime));
    expect((await slots(late)).filter((slot) => slot.state !== 'done' || slot.n !== '1')).toEqual([]);
  });
});
