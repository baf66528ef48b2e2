import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { startWorker } from '../testing/start-api.js';
import { GateRuns } from './gate-runs.service.js';
import { GateWorld } from './gate-world.spec-data.js';

/** March 2026 begins on a Sunday: 5 working days to gate 1 on Sunday the 8th, 11 to gate 2 on Monday the 16th, 22 to gate 3 on Tuesday the 31st. */
describe('gates of people who are away', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let worlds = 0;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  const world = (members: string[]) => new GateWorld(database, worker.app, `away${++worlds}`).open(members);
  const away = (w: GateWorld, name: string, from: string, until: string | null, known = '2026-02-20T09:00:00Z', knownTo: string | null = null) =>
    w.sql(`insert into absences (tenant_id, user_id, kind, from_on, until_on, known_at, known_to) values ($1, $2, 'leave', $3, $4, $5, $6)`, [
      w.person(name),
      from,
      until,
      known,
      knownTo,
    ]);
  const waived = async (w: GateWorld) =>
    (
      await w.sql<{ text: string }>(
        `select u.name || ' ' || x.step_order || ' ' || x.state_reason as text from gates x join users u on u.tenant_id = $1 and u.id = x.user_id
         where x.tenant_id = $1 and x.state = 'waived' order by 1`,
      )
    ).map((row) => row.text);

  it('GATE-12 (exemptions) case 49: who is away over half of a gate’s working days is exempt; nothing is imposed or proposed and nobody is told', async () => {
    const w = await world(['Ana', 'Ben', 'Cleo', 'Dan']);
    await away(w, 'Ana', '2026-03-02', null); // all of March
    await away(w, 'Ben', '2026-03-02', '2026-03-05'); // 3 of 5, 3 of 11, 3 of 22
    await away(w, 'Cleo', '2026-03-02', '2026-03-04'); // 2 of 5
    await away(w, 'Cleo', '2026-03-06', '2026-03-09'); // and Friday with the weekend: 3 of 5
    await away(w, 'Dan', '2026-03-02', '2026-03-04'); // 2 of 5
    await w.clock('2026-04-04T06:00:00Z');
    await w.drain();
    await w.daily();
    expect(await waived(w)).toEqual(['Ana 1 absent', 'Ana 2 absent', 'Ana 3 absent', 'Ben 1 absent', 'Cleo 1 absent']);
    expect([await w.restrictions('Ana'), await w.inbox('Ana')]).toEqual([[], []]);
    expect((await w.inbox('Lea')).filter((sentence) => sentence.startsWith('Ana'))).toEqual([]);
    expect([await w.gates('Dan'), (await w.restrictions('Dan')).includes('commission_hold proposed')]).toEqual([
      ['failed', 'failed', 'failed'],
      true,
    ]);
  });

  it('GATE-12 (exemptions) a part-timer is not away: the work fraction exempts nobody', async () => {
    const w = await world(['Ana']);
    await w.sql('update users set work_percent = 20 where tenant_id = $1 and id = $2', [w.person('Ana')]);
    await w.clock('2026-03-09T06:00:00Z');
    await w.daily();
    expect((await w.gates('Ana'))[0]).toBe('failed');
  });

  it('GATE-06 an absence counts when it was known by the end of the settle window, however late the gate is judged; a later one changes nothing', async () => {
    const w = await world(['Ana', 'Ben', 'Cleo', 'Dan']);
    // Gate 1 ends with 8 March; the settle window ends on the 9th at 04:00.
    await away(w, 'Ana', '2026-03-02', '2026-03-07', '2026-03-09T04:00:00Z');
    await away(w, 'Ben', '2026-03-02', '2026-03-07', '2026-03-09T04:00:00.001Z');
    await away(w, 'Cleo', '2026-03-02', '2026-03-07', '2026-03-01T09:00:00Z', '2026-03-09T05:00:00Z'); // removed an hour after it
    await away(w, 'Dan', '2026-03-02', '2026-03-07', '2026-03-01T09:00:00Z', '2026-03-09T03:00:00Z'); // removed an hour before it
    await w.clock('2026-03-12T06:00:00Z');
    await w.daily();
    expect(await waived(w)).toEqual(['Ana 1 absent', 'Cleo 1 absent']);
    expect([(await w.gates('Ben'))[0], (await w.gates('Dan'))[0]]).toEqual(['failed', 'failed']);
    // The preview of the same policy says the same, as of the instants at which it would have judged.
    await w.clock('2026-04-04T06:00:00Z');
    const { id } = await w.asAdmin(() => worker.app.get(GateRuns).request({ periodId: w.periodId, policyVersionId: w.versionId, mode: 'preview' }));
    await worker.runner.runAll();
    const run = await w.asAdmin(() => worker.app.get(GateRuns).get(id));
    expect(run.result?.steps.map(({ failed, waived: exempt }) => [failed, exempt])).toEqual([
      [2, 2],
      [4, 0],
      [4, 0],
    ]);
  });
});
