import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Problem, Restriction, RestrictionPage } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { type Answer, type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { GateWorld, withStep } from './gate-world.spec-data.js';

type Decided = Answer<Restriction & Pick<Problem, 'detail' | 'code'>>;

describe('decisions at their edges', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let w: GateWorld;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    w = await new GateWorld(database, worker.app, 'edges').open(
      ['Ana', 'Ben', 'Cleo', 'Dan', 'Eva', 'Fin', 'Gus', 'Root'],
      withStep(3, { consequences: ['commission_hold', 'account_lock'] }),
    );
    await w.sql(`insert into user_roles (tenant_id, user_id, role) values ($1, $2, 'admin')`, [w.person('Root')]);
    await w.clock('2026-04-04T06:00:00Z');
    await w.drain();
    await w.daily();
    api = await startApi(database);
    for (const name of ['Ana', 'Lea', 'Max', 'Root', 'Ada Admin']) tokens[name] = await signInAs(api, 'edges', w.person(name));
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  const idOf = async (name: string, kind: string) =>
    (await w.row<{ id: string }>('select id from restrictions where tenant_id = $1 and user_id = $2 and kind = $3', [w.person(name), kind])).id;
  const page = async (name: string, kind = 'account_lock', reader = 'Ada Admin') =>
    (await api.call<Restriction>('GET', `/api/restrictions/${await idOf(name, kind)}`, { token: tokens[reader] as string })).body;
  const decide = (seen: Restriction, who: string, decision = 'confirm', token = tokens[who] as string): Promise<Decided> =>
    api.call('POST', `/api/restrictions/${seen.id}/decisions`, { token, body: { decision, reason: 'Discussed.', evidenceHash: seen.evidenceHash } });
  const given = async (name: string) =>
    Number(
      (
        await w.row<{ n: string }>(
          `select count(*) as n from restriction_decisions d join restrictions r on r.tenant_id = $1 and r.id = d.restriction_id where d.tenant_id = $1 and r.user_id = $2`,
          [w.person(name)],
        )
      ).n,
    );
  const stateOf = async (name: string, kind = 'account_lock') =>
    (await w.restrictions(name)).find((text) => text.startsWith(kind))?.slice(kind.length + 1);

  it('GATE-05 (proposal, decision) case 44 is refused to the subject, to one person in two tabs, and to somebody who has left meanwhile', async () => {
    const ana = await page('Ana');
    expect((await decide(ana, 'Ana')).status).toBe(403);
    const own = await page('Root');
    expect([(await decide(own, 'Root')).status, (await decide(own, 'Root', 'dismiss')).status]).toEqual([403, 403]);
    // Lea in two tabs, each with its own session.
    const tab = await signInAs(api, 'edges', w.person('Lea'));
    const both = await Promise.all([decide(ana, 'Lea'), decide(ana, 'Lea', 'confirm', tab)]);
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 409]);
    expect([await stateOf('Ana'), await given('Ana')]).toEqual(['proposed', 1]);
    // She leaves: her session ends, and what she confirmed counts for nobody's second voice.
    await w.sql(`update users set status = 'disabled' where tenant_id = $1 and id = $2`, [w.person('Lea')]);
    expect((await decide(await page('Cleo'), 'Lea')).status).toBe(401);
    const second = await decide(ana, 'Ada Admin');
    expect([second.status, second.body.state, await stateOf('Ana')]).toEqual([200, 'proposed', 'proposed']);
    const third = await decide(ana, 'Max');
    expect([third.status, third.body.state]).toEqual([200, 'in_force']); // a leader and an admin who are both still here
    await w.sql(`update users set status = 'active' where tenant_id = $1 and id = $2`, [w.person('Lea')]);
  });

  it('GATE-05 (proposal, decision) case 45 evidence that changes between two confirmations voids the first', async () => {
    const before = await page('Dan');
    expect((await decide(before, 'Lea')).body.state).toBe('proposed');
    await w.sql(`update restrictions set evidence_hash = repeat('c', 64) where tenant_id = $1 and user_id = $2 and kind = 'account_lock'`, [
      w.person('Dan'),
    ]);
    expect((await decide(before, 'Ada Admin')).status).toBe(412);
    const now = await page('Dan');
    expect([(await decide(now, 'Ada Admin')).body.state, await stateOf('Dan')]).toEqual(['proposed', 'proposed']);
    expect((await decide(now, 'Max')).body.state).toBe('in_force');
  });

  it('GATE-05 (proposal, decision) case 46 two deciders at the same moment put a lock in force once, with two lines in the trail and one message', async () => {
    const seen = await page('Ben');
    const both = await Promise.all([decide(seen, 'Lea'), decide(seen, 'Ada Admin')]);
    expect(both.map((answer) => [answer.status, answer.body.state]).sort()).toEqual([
      [200, 'in_force'],
      [200, 'proposed'],
    ]);
    const lines = await w.sql<{ state: string }>(
      `select after ->> 'state' as state from audit_events where tenant_id = $1 and action = 'restriction.decided' and object_id = $2 order by id`,
      [seen.id],
    );
    expect(lines.map((line) => line.state)).toEqual(['proposed', 'in_force']);
    expect((await w.inbox('Ben')).filter((sentence) => sentence.startsWith('The account lock was confirmed'))).toHaveLength(1);
    expect((await decide(seen, 'Max')).status).toBe(409);
  });

  it('GATE-05 (proposal, decision) case 48 the last admin may be proposed for a lock but not be locked; a hold is possible', async () => {
    await w.sql(`update users set status = 'disabled' where tenant_id = $1 and id = $2`, [w.adminId]);
    const [lock, hold] = [await page('Root', 'account_lock', 'Lea'), await page('Root', 'commission_hold', 'Lea')];
    const refused = await decide(lock, 'Lea');
    expect([refused.status, refused.body.detail, await stateOf('Root')]).toEqual([
      409,
      'The last active admin of an organisation cannot be locked.',
      'proposed',
    ]);
    expect((await decide(hold, 'Lea')).body.state).toBe('in_force');
    await w.sql(`update users set status = 'active' where tenant_id = $1 and id = $2`, [w.adminId]);
  });

  it('GATE-05 (proposal, decision) case 47 a page opened long ago decides nothing once the proposal is dismissed, void or no longer in time; the answer says which', async () => {
    const [dismissed, late, hold] = [await page('Eva'), await page('Fin'), await page('Gus', 'commission_hold')];
    expect((await decide(dismissed, 'Lea', 'dismiss')).status).toBe(200);
    const told = async (seen: Restriction, decision = 'confirm') => {
      const answer = await decide(seen, 'Ada Admin', decision);
      return [answer.status, answer.body.detail];
    };
    expect(await told(dismissed)).toEqual([409, 'This measure is dismissed, so there is nothing to confirm.']);
    // Five working days after Saturday 4 April end with Friday the 10th. The daily round has not looked yet.
    await w.clock('2026-04-11T00:00:00Z');
    expect(await told(late)).toEqual([409, 'The time to confirm this has passed; the proposal is void.']);
    await w.daily();
    expect(await told(late)).toEqual([409, 'This measure is void, so there is nothing to confirm.']);
    // A hold has until its mandatory end, 90 days.
    await w.clock('2026-07-03T07:00:00Z');
    expect(await told(hold)).toEqual([409, 'The time to confirm this has passed; the proposal is void.']);
    await w.daily();
    expect(await told(hold)).toEqual([409, 'This measure is void, so there is nothing to confirm.']);
    expect(await told(hold, 'lift')).toEqual([409, 'This measure is void, so there is nothing to lift.']);
    expect([await stateOf('Eva'), await stateOf('Fin'), await stateOf('Gus', 'commission_hold')]).toEqual(['dismissed', 'void', 'void']);
    const open = (await api.call<RestrictionPage>('GET', '/api/restrictions?state=proposed&limit=200', { token: tokens['Ada Admin'] as string }))
      .body;
    expect(open.items).toEqual([]);
  });
});
