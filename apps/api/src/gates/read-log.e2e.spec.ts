import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RestrictionReads } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { GateWorld, withStep } from './gate-world.spec-data.js';

/** People whose restrictions one leader opens; `npm run test:long reads` takes 300. */
const count = Number(process.env['READ_PEOPLE'] ?? '60');

describe('who read about whom', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let w: GateWorld;
  const names = Array.from({ length: count }, (_, n) => `Person ${n}`);

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    w = await new GateWorld(database, worker.app, 'reads').open(names, withStep(1, { consequences: ['warning', 'commission_hold'] }));
    await w.clock('2026-03-09T06:00:00Z');
    await w.daily();
    api = await startApi(database);
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  it(`PLAT-07 case 99 a leader who opens the pages of ${count} people leaves a line for each, each of them sees it, and the admins are told once`, async () => {
    const token = await signInAs(api, 'reads', w.person('Lea'));
    const pages = await w.sql<{ id: string; user_id: string }>(
      `select id, user_id from restrictions where tenant_id = $1 and kind = 'warning' order by id`,
    );
    expect(pages).toHaveLength(count);
    const told: number[] = [];
    for (const page of pages) {
      expect((await api.call('GET', `/api/restrictions/${page.id}`, { token })).status).toBe(200);
      told.push((await w.inbox('Ada Admin')).length);
    }
    const lines = await w.sql<{ object_id: string }>(
      `select object_id from audit_events where tenant_id = $1 and action = 'restriction.read' and actor_id = $2`,
      [w.person('Lea')],
    );
    expect(lines.map((line) => line.object_id).sort()).toEqual(pages.map((page) => page.id).sort());
    expect(told.indexOf(1)).toBe(49); // with the fiftieth person, and never again
    expect(await w.inbox('Ada Admin')).toEqual([
      'Lea opened the restrictions of 50 people within ten minutes. Each of them sees it under "Who looked at your restrictions".',
    ]);
    for (const name of [names[0], names[count - 1]] as string[]) {
      const own = await signInAs(api, 'reads', w.person(name));
      const { items } = (await api.call<RestrictionReads>('GET', '/api/me/reads', { token: own })).body;
      expect(items.map((one) => one.by?.name)).toEqual(['Lea']);
    }
  });

  it('PLAT-07 every role that may open the page of another person leaves a line, for every kind; the own page leaves none', async () => {
    const kinds = await w.sql<{ id: string; kind: string }>(`select id, kind from restrictions where tenant_id = $1 and user_id = $2 order by kind`, [
      w.person('Person 1'),
    ]);
    expect(kinds.map((row) => row.kind)).toEqual(['commission_hold', 'warning']);
    const read: string[] = [];
    for (const reader of ['Max', 'Lea', 'Ada Admin', 'Person 1', 'Person 2']) {
      const token = await signInAs(api, 'reads', w.person(reader));
      const before = Number(
        (await w.row<{ n: string }>(`select count(*) as n from audit_events where tenant_id = $1 and action = 'restriction.read'`, [])).n,
      );
      for (const { id, kind } of kinds) {
        const { status } = await api.call('GET', `/api/restrictions/${id}`, { token });
        read.push(`${reader} ${kind} ${status}`);
      }
      const after = Number(
        (await w.row<{ n: string }>(`select count(*) as n from audit_events where tenant_id = $1 and action = 'restriction.read'`, [])).n,
      );
      read.push(`${after - before}`);
    }
    const seen = (reader: string, status: number, lines: number) => [
      `${reader} commission_hold ${status}`,
      `${reader} warning ${status}`,
      `${lines}`,
    ];
    expect(read).toEqual([
      ...seen('Max', 200, 2),
      ...seen('Lea', 200, 2),
      ...seen('Ada Admin', 200, 2),
      ...seen('Person 1', 200, 0),
      ...seen('Person 2', 404, 0),
    ]);
  });
});
