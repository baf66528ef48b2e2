import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metricReading, openValueReading } from '@waymark/gates';
import { countStatements, testDatabase, type TestDatabase } from '@waymark/testing';
import { GoalsService } from '../goals/goals.service.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { currentContext } from '../platform/request-context.js';
import { startWorker } from '../testing/start-api.js';
import { Enforcement } from './enforcement.service.js';
import { GateFacts } from './gate-facts.service.js';
import { GateRuns } from './gate-runs.service.js';
import { GateWorld, smallPolicy, withStep } from './gate-world.spec-data.js';

describe('enforcement', () => {
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

  const world = (members: string[], policy: typeof smallPolicy | null = smallPolicy) =>
    new GateWorld(database, worker.app, `world${++worlds}`).open(members, policy);

  it('GATE-03 warns below 8 of 10 deals at 25 %, tells the person and the leader once, and nobody who has 8', async () => {
    const w = await world(['Ana', 'Ben', 'Cleo']);
    await w.addDeals('Ana', 8, { at: '2026-03-02T10:00:00Z' });
    await w.addDeals('Ben', 7, { at: '2026-03-02T10:00:00Z' });
    await w.addDeals('Ben', 1, { at: '2026-03-09T00:00:00Z' }); // the first instant after the deadline
    await w.addDeals('Cleo', 7, { at: '2026-03-02T10:00:00Z' });
    await w.addDeals('Cleo', 1, { at: '2026-03-08T23:59:59.999Z' }); // the last instant before it
    await w.clock('2026-03-09T03:59:59Z');
    await w.daily();
    expect(await Promise.all(['Ana', 'Ben', 'Cleo'].map(async (name) => (await w.gates(name))[0]))).toEqual(['pending', 'pending', 'pending']); // settle: 4 hours
    await w.clock('2026-03-09T06:00:00Z');
    await w.drain();
    await w.daily();
    await w.daily();
    // Ben has 8 by now: he missed the gate, and is free of a warning because he has cured it meanwhile.
    expect(await Promise.all(['Ana', 'Ben', 'Cleo'].map(async (name) => (await w.gates(name))[0]))).toEqual(['passed', 'passed_late', 'passed']);
    const v = await world(['Dan']);
    await v.clock('2026-03-09T06:00:00Z');
    await v.daily();
    await v.daily();
    expect([await v.gates('Dan'), await v.restrictions('Dan')]).toEqual([['failed', 'pending', 'pending'], ['warning in_force']]);
    expect(await v.inbox('Dan')).toEqual(['Your activity gate was not met. Deals created was 0; the gate needed 8. Nothing is blocked.']);
    expect(await v.inbox('Lea')).toEqual(["Dan's activity gate was not met. Deals created was 0; the gate needed 8. Nothing is blocked."]);
    expect([await v.inbox('Max'), await v.inbox('Ada Admin')]).toEqual([[], []]);
  });

  it('GATE-04 blocks below 3,000 of open qualified value, lifts on the change that cures it, and never imposes again', async () => {
    const w = await world(['Ana', 'Ben']);
    await w.addDeals('Ana', 1, { at: '2026-03-03T10:00:00Z', value: 2999, qualified: true });
    const [open] = await w.addDeals('Ana', 1, { at: '2026-03-03T10:00:00Z', value: 1, qualified: false });
    await w.addDeals('Ben', 1, { at: '2026-03-03T10:00:00Z', value: 3000, qualified: true });
    await w.clock('2026-03-17T06:00:00Z');
    await w.drain();
    await w.daily();
    expect([(await w.gates('Ana'))[1], await w.restrictions('Ana'), (await w.gates('Ben'))[1]]).toEqual([
      'failed',
      ['action_block in_force', 'warning in_force'],
      'passed',
    ]);
    const { live } = await w.row<{ live: Record<string, unknown> }>(
      `select live from gates where tenant_id = $1 and user_id = $2 and step_order = 2`,
      [w.person('Ana')],
    );
    expect(live).toMatchObject({ text: '$1 short', measuredText: '$2,999', neededText: '$3,000', holds: false });
    // She qualifies the deal: a new event that ends the old one.
    const qualify = async (qualified: boolean, at: string, sequence: number) => {
      await w.sql(`update pipeline_events set ended_at = $3 where tenant_id = $1 and item_id = $2 and ended_at is null`, [open, at]);
      await w.sql(
        `insert into pipeline_events (tenant_id, item_id, sequence, occurred_at, known_at, stage_id, kind, qualified, owner_id, value_minor, currency)
         select tenant_id, item_id, $4, $3::timestamptz, $3::timestamptz, stage_id, kind, $5, owner_id, value_minor, currency from pipeline_events where tenant_id = $1 and item_id = $2 and sequence = 1`,
        [open, at, sequence, qualified],
      );
      await w.sql(`update pipeline_items set qualified = $3, changed_at = $4 where tenant_id = $1 and id = $2`, [open, qualified, at]);
    };
    await qualify(true, '2026-03-17T05:00:00Z', 2);
    await w.drain();
    expect([(await w.gates('Ana'))[1], await w.restrictions('Ana')]).toEqual(['passed_late', ['action_block ended', 'warning in_force']]);
    expect((await w.inbox('Ana')).at(-1)).toBe('You can create deals again. Pipeline gate is met now.');
    await qualify(false, '2026-03-17T05:30:00Z', 3);
    await w.drain();
    await w.daily();
    expect([(await w.gates('Ana'))[1], await w.restrictions('Ana')]).toEqual(['passed_late', ['action_block ended', 'warning in_force']]);
    const [verdict] = await w.sql<{ outcome: string }>(
      `select v.outcome from verdicts v join gates x on x.id = v.gate_id where x.tenant_id = $1 and x.user_id = $2 and x.step_order = 2`,
      [w.person('Ana')],
    );
    expect(verdict?.outcome).toBe('failed'); // it never changes (Q74)
  });

  it('GATE-06 judges a missed run two days late, and late facts, as if it had been on time', async () => {
    const onTime = await world(['Ana', 'Ben']);
    const late = await world(['Ana', 'Ben']);
    for (const w of [onTime, late]) {
      await w.addDeals('Ana', 7, { at: '2026-03-02T10:00:00Z' });
      await w.addDeals('Ana', 1, { at: '2026-03-05T10:00:00Z', knownAt: '2026-03-09T03:59:00Z' }); // back-dated, inside the settle window: counts
      await w.addDeals('Ben', 7, { at: '2026-03-02T10:00:00Z' });
    }
    await onTime.clock('2026-03-09T06:00:00Z');
    await onTime.drain();
    await onTime.daily();
    // Recorded after the settle window, dated before the deadline: changes no verdict, whether the run was on time or comes after.
    for (const w of [onTime, late]) await w.addDeals('Ben', 1, { at: '2026-03-05T10:00:00Z', knownAt: '2026-03-09T04:00:01Z' });
    await late.clock('2026-03-11T06:00:00Z');
    await late.drain();
    await late.daily();
    const outcomes = (w: GateWorld) =>
      w.sql(`select u.name, v.outcome, v.evidence -> 'conditions' -> 0 -> 'measured' ->> 'num' as measured from verdicts v join gates x on x.id = v.gate_id join users u on u.id = x.user_id
         where x.tenant_id = $1 order by 1`);
    const expected = [
      { name: 'Ana', outcome: 'passed', measured: '8' },
      { name: 'Ben', outcome: 'failed', measured: '7' },
    ];
    expect([await outcomes(onTime), await outcomes(late)]).toEqual([expected, expected]);
    // The late run finds him cured and imposes nothing.
    expect([await onTime.restrictions('Ben'), await late.restrictions('Ben'), await late.gates('Ben')]).toEqual([
      ['warning in_force'],
      [],
      ['passed_late', 'pending', 'pending'],
    ]);
  });

  it('GATE-06 case 35 judges once when two workers run at once: one verdict, one restriction, one message to each', async () => {
    const w = await world(['Ana', 'Ben', 'Cleo', 'Dan']);
    const other = await startWorker(database);
    await w.clock('2026-03-17T06:00:00Z');
    const again = new GateWorld(database, other.app, w.slug);
    again.tenantId = w.tenantId;
    await Promise.all([w.daily(), again.daily(), w.daily(), again.daily()]);
    await other.close();
    const counts = await w.row(
      `select (select count(*)::int from verdicts where tenant_id = $1) as verdicts, (select count(*)::int from restrictions where tenant_id = $1) as restrictions,
         (select count(*)::int from notifications where tenant_id = $1) as notices`,
      [],
    );
    expect(counts).toEqual({ verdicts: 8, restrictions: 8, notices: 16 }); // 4 people x 2 gates; person and leader each
  });

  it('GATE-06 the number of statements does not grow with the number of people', async () => {
    const names = (n: number) => Array.from({ length: n }, (_, i) => `Person ${i}`);
    const few = await world(names(3));
    const many = await world(names(30));
    const counts: number[] = [];
    for (const w of [few, many]) {
      await w.clock('2026-03-17T06:00:00Z');
      counts.push((await countStatements(() => w.daily())).count);
    }
    expect(counts[1]).toBe(counts[0]);
    expect((await many.row<{ n: number }>('select count(*)::int as n from verdicts where tenant_id = $1', [])).n).toBe(60);
  });

  it('GATE-01 the verdict keeps the rows behind it: counted and left out, each with its reason', async () => {
    const w = await world(['Ana']);
    await w.addDeals('Ana', 1, { at: '2026-03-03T10:00:00Z', value: 100, qualified: true });
    await w.addDeals('Ana', 1, { at: '2026-03-03T10:00:00Z', value: 200, qualified: false });
    await w.addDeals('Ana', 1, { at: '2026-03-03T10:00:00Z', value: 0, qualified: true });
    await w.addDeals('Ana', 1, { at: '2026-03-03T10:00:00Z', value: 400, qualified: true, closesOn: '2026-04-01' });
    await w.addDeals('Ana', 1, { at: '2026-03-03T10:00:00Z', value: 800, qualified: true, closesOn: '2026-03-31' });
    await w.addDeals('Ana', 1, { at: '2026-03-03T10:00:00Z', value: 1600, kind: 'lead' });
    await w.clock('2026-03-17T06:00:00Z');
    await w.drain();
    await w.daily();
    const { evidence } = await w.row<{
      evidence: { conditions: { measured: object }[]; rows: Record<string, { counted: object[]; leftOut: { amount: string; reason: string }[] }> };
    }>(`select v.evidence from verdicts v join gates x on x.id = v.gate_id where x.tenant_id = $1 and x.step_order = 2`, []);
    expect(evidence.conditions[0]?.measured).toEqual({ num: '90000', den: '1' }); // 100 + 800
    const rows = evidence.rows['open_value:in_period_or_unknown:-'];
    expect(rows?.counted).toHaveLength(2);
    expect(rows?.leftOut.map((row) => [row.amount, row.reason])).toEqual([
      ['160000', 'lead'],
      ['40000', 'closes_elsewhere'],
      ['20000', 'not_qualified'],
      ['0', 'no_amount'],
    ]);
    const { text } = await w.row<{ text: string }>(`select live ->> 'measuredText' as text from gates where tenant_id = $1 and step_order = 2`, []);
    expect(text).toBe('$900'); // the live value obeys the same filters
  });

  it('GATE-02 passes whoever has won the target already (Q66)', async () => {
    const w = await world(['Ana']);
    await w.addSale('Ana', '2026-03-16T23:59:59Z', 1000);
    await w.clock('2026-03-17T06:00:00Z');
    await w.drain();
    await w.daily();
    expect((await w.gates('Ana'))[1]).toBe('passed');
  });

  it('GATE-05 (proposal) proposes a hold for whoever is below the target at the end, after three working days, and nothing ends it by itself', async () => {
    const w = await world(['Ana', 'Ben']);
    await w.addSale('Ana', '2026-03-31T23:59:59Z', 1000);
    await w.addSale('Ben', '2026-03-20T10:00:00Z', 999);
    await w.addSale('Ben', '2026-04-01T00:00:00Z', 500);
    await w.clock('2026-04-03T23:00:00Z'); // Wednesday 1, Thursday 2, Friday 3 April: judged at the end of Friday
    await w.drain();
    await w.daily();
    expect((await w.gates('Ben'))[2]).toBe('pending');
    await w.clock('2026-04-04T06:00:00Z');
    await w.daily();
    // Gates 1 and 2 were judged now, too late for a warning or a block: the period is over.
    expect([(await w.gates('Ana'))[2], await w.gates('Ben'), await w.restrictions('Ben')]).toEqual([
      'passed',
      ['failed', 'failed', 'failed'],
      ['commission_hold proposed'],
    ]);
    await w.clock('2026-07-10T06:00:00Z'); // more than 90 days later: the proposal lapses
    await w.daily();
    expect(await w.restrictions('Ben')).toEqual(['commission_hold void']);
  });

  it('GATE-10 one gate may impose several kinds, each its own record that ends on its own', async () => {
    const w = await world(['Ana'], withStep(2, { consequences: ['warning', 'action_block', 'account_lock'] }));
    await w.clock('2026-03-17T06:00:00Z');
    await w.daily();
    const kinds = await w.sql(
      `select r.kind, r.state from restrictions r join gates x on x.id = r.gate_id where r.tenant_id = $1 and x.step_order = 2 order by 1`,
    );
    expect(kinds).toEqual([
      { kind: 'account_lock', state: 'proposed' },
      { kind: 'action_block', state: 'in_force' },
      { kind: 'warning', state: 'in_force' },
    ]);
    await w.addDeals('Ana', 1, { at: '2026-03-17T05:00:00Z', value: 3000, qualified: true });
    await w.drain();
    const after = await w.sql(
      `select r.kind, r.state from restrictions r join gates x on x.id = r.gate_id where r.tenant_id = $1 and x.step_order = 2 order by 1`,
    );
    expect(after).toEqual([
      { kind: 'account_lock', state: 'proposed' },
      { kind: 'action_block', state: 'ended' },
      { kind: 'warning', state: 'ended' },
    ]);
    // Nobody confirms the lock: void at the end of the fifth working day, Tuesday 24 March.
    await w.clock('2026-03-24T23:59:00Z');
    await w.daily();
    expect((await w.restrictions('Ana'))[0]).toBe('account_lock proposed');
    await w.clock('2026-03-25T00:00:00Z');
    await w.daily();
    expect((await w.restrictions('Ana'))[0]).toBe('account_lock void');
  });

  it('GATE-06 stops and asks when a run would restrict more people than the policy accepts; an admin may let it run', async () => {
    const w = await world(['Ana', 'Ben', 'Cleo', 'Dan', 'Eva'], { ...smallPolicy, acceptedPercent: 20 });
    await w.addDeals('Ana', 1, { at: '2026-03-03T10:00:00Z', value: 3000, qualified: true });
    await w.clock('2026-03-17T06:00:00Z');
    await w.drain();
    await w.daily();
    await w.daily();
    // Warnings do not count: gate 1 warned all five. Gate 2 would have blocked four of five, so it blocked nobody.
    expect([await w.gates('Ben'), await w.restrictions('Ben')]).toEqual([['failed', 'pending', 'pending'], ['warning in_force']]);
    expect(await w.inbox('Ada Admin')).toEqual([
      'Pipeline gate of March would restrict 4 of 5 people, more than the policy accepts. Nobody was restricted. An admin can run it with a higher share.',
    ]);
    const { id } = await w.asAdmin(() =>
      worker.app.get(GateRuns).request({ periodId: w.periodId, policyVersionId: w.versionId, mode: 'enforce', acceptedPercent: 80 }),
    );
    await worker.runner.runAll();
    const run = await w.asAdmin(() => worker.app.get(GateRuns).get(id));
    expect([run.state, run.result?.restrictions, run.result?.steps.map((step) => [step.judged, step.failed])]).toEqual([
      'done',
      { action_block: 4 },
      [
        [5, 5],
        [5, 4],
        [0, 0],
      ],
    ]);
  });

  it('GATE-12 (exemptions) new joiners and service accounts are waived, and the gate says why', async () => {
    const w = await world(['Ana', 'Ben', 'Bot']);
    await w.sql(`update team_memberships set from_on = '2026-02-08' where tenant_id = $1 and user_id = $2`, [w.person('Ana')]); // 29 days on 8 March
    await w.sql(`update team_memberships set from_on = '2026-02-07' where tenant_id = $1 and user_id = $2`, [w.person('Ben')]); // 30 days
    await w.sql(`update users set service_account = true where tenant_id = $1 and id = $2`, [w.person('Bot')]);
    await w.clock('2026-03-09T06:00:00Z');
    await w.daily();
    const first = await w.sql(
      `select u.name, x.state, x.state_reason from gates x join users u on u.id = x.user_id where x.tenant_id = $1 and x.step_order = 1 order by 1`,
    );
    expect(first).toEqual([
      { name: 'Ana', state: 'waived', state_reason: 'new_in_role' },
      { name: 'Ben', state: 'failed', state_reason: null },
      { name: 'Bot', state: 'waived', state_reason: 'service_account' },
    ]);
  });

  it('GATE-06 case 30 without a number nobody is judged: the manager is told, the person is not blamed', async () => {
    const w = await world(
      ['Ana'],
      withStep(1, { conditions: [{ type: 'activity_target', params: { metric: 'calls_completed', target: '10', percent: '80' } }] }),
    );
    await w.clock('2026-03-09T06:00:00Z');
    await w.daily();
    expect([(await w.gates('Ana'))[0], await w.restrictions('Ana'), await w.inbox('Ana')]).toEqual(['not_evaluable', [], []]);
    expect(await w.inbox('Lea')).toEqual(["Ana's activity gate could not be judged: there was no number."]);
  });

  it('GATE-06 a target changed before the deadline counts, one changed after it does not (Q41, Q75)', async () => {
    const w = await world(['Ana', 'Ben']);
    const change = (name: string, target: string) =>
      w.asAdmin(async () => {
        const goals = await worker.app.get(GoalsService).page({ ownerId: w.person(name) });
        await worker.app.get(GoalsService).change(goals.items[0]?.id as string, { target });
      });
    for (const name of ['Ana', 'Ben']) await w.addDeals(name, 1, { at: '2026-03-03T10:00:00Z', value: 1500, qualified: true });
    await w.clock('2026-03-16T12:00:00Z');
    await w.drain();
    await change('Ana', '500.00'); // 3 x 500 = 1,500
    await w.clock('2026-03-17T01:00:00Z');
    await change('Ben', '500.00');
    await w.clock('2026-03-17T06:00:00Z');
    await w.daily();
    expect([(await w.gates('Ana'))[1], (await w.gates('Ben'))[1]]).toEqual(['passed', 'failed']);
  });

  it('GATE-06 starts a measure after its days of grace, and a cure in them ends it before it began', async () => {
    const w = await world(['Ana', 'Ben'], withStep(2, { graceDays: 2 }));
    await w.clock('2026-03-17T06:00:00Z');
    await w.daily();
    const starts = await w.sql<{ text: string }>(
      `select to_char(starts_at at time zone 'UTC', 'MM-DD HH24:MI') as text from restrictions where tenant_id = $1 and kind = 'action_block'`,
    );
    expect(starts.map((row) => row.text)).toEqual(['03-19 06:00', '03-19 06:00']);
    await w.addDeals('Ana', 1, { at: '2026-03-17T05:00:00Z', value: 3000, qualified: true });
    await w.drain();
    expect([(await w.restrictions('Ana'))[0], (await w.restrictions('Ben'))[0]]).toEqual(['action_block ended', 'action_block in_force']);
  });

  it('GATE-06 the live value and the verdict read the same: present sums equal the facts as known now, for every filter', async () => {
    const w = await world(['Ana', 'Ben']);
    let state = 7;
    const pick = (n: number) => (state = (state * 48_271) % 2_147_483_647) % n;
    for (let n = 0; n < 60; n++) {
      const name = ['Ana', 'Ben'][pick(2)] as string;
      const at = `2026-03-${String(1 + pick(14)).padStart(2, '0')}T10:00:00Z`;
      if (pick(4) === 0) await w.addSale(name, at, 1 + pick(500));
      else
        await w.addDeals(name, 1, {
          at,
          value: pick(3) * 100,
          qualified: pick(2) === 0,
          closesOn: [null, '2026-03-20', '2026-04-20'][pick(3)] as string | null,
          kind: pick(5) === 0 ? 'lead' : 'deal',
        });
    }
    await w.clock('2026-03-15T12:00:00Z');
    await w.drain();
    const readings = [
      metricReading('deals_created'),
      metricReading('leads_created'),
      metricReading('revenue'),
      openValueReading('in_period_or_unknown', null),
      openValueReading('in_period', null),
      openValueReading('any', 7),
    ];
    const owners = [w.person('Ana'), w.person('Ben')];
    const days = { startsOn: '2026-03-01', endsOn: '2026-03-31' };
    const [live, known] = await w.asAdmin(async () => {
      const facts = worker.app.get(GateFacts);
      const { now } = currentContext();
      return [
        await facts.present(readings, owners, days),
        await facts.asKnown(readings, owners, { from: new Date('2026-03-01T00:00:00Z'), until: now, knownAt: now, ...days }),
      ];
    });
    const plain = (found: typeof live) =>
      owners.map((owner) =>
        readings.map((reading) =>
          JSON.stringify(found.get(owner)?.get(reading.key), (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
        ),
      );
    expect(plain(live)).toEqual(plain(known));
    expect(new Set(plain(live).flat()).size).toBeGreaterThan(6); // the facts differ enough to tell readings apart
  });

  it('GATE-06 a killed transaction leaves nothing behind: what was begun and not committed is done again, once', async () => {
    const w = await world(['Ana', 'Ben']);
    await w.clock('2026-03-17T06:00:00Z');
    const units = worker.app.get(UnitOfWork);
    await expect(
      units.run({ tenantId: w.tenantId, separate: true }, async () => {
        await worker.app.get(Enforcement).enforceDue();
        throw new Error('killed');
      }),
    ).rejects.toThrow('killed');
    expect((await w.row<{ n: number }>('select count(*)::int as n from verdicts where tenant_id = $1', [])).n).toBe(0);
    await w.daily();
    expect((await w.row<{ n: number }>('select count(*)::int as n from verdicts where tenant_id = $1', [])).n).toBe(4);
  });
});
