import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Goal, GoalHistoryPage, GoalPage, Import, Problem, Restriction } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { GateWorld, smallPolicy, withStep } from './gate-world.spec-data.js';

describe('verdicts at their edges', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let worlds = 0;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    api = await startApi(database);
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  const world = (members: string[], policy: typeof smallPolicy | null = smallPolicy) =>
    new GateWorld(database, worker.app, `edge${++worlds}`).open(members, policy);
  const tokenOf = (w: GateWorld, name: string) => signInAs(api, w.slug, w.person(name));

  async function upload(w: GateWorld, mapping: string, csv: string): Promise<Import> {
    const token = await tokenOf(w, 'Ada Admin');
    const form = new FormData();
    form.set('mapping', mapping);
    form.set('file', new Blob([csv]), 'facts.csv');
    const sent = await fetch(`${api.url}/api/imports`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: form });
    const { id } = (await sent.json()) as { id: string };
    await worker.runner.runAll();
    return (await api.call<Import>('GET', `/api/imports/${id}`, { token })).body;
  }

  it('GATE-06 case 29 no amount that is no number comes in by a file, and no gate is passed by one', async () => {
    const w = await world(['Ana']);
    await w.clock('2026-03-16T12:00:00Z');
    const odd = ['NaN', 'nan', 'Infinity', '-Infinity', '1e400', '1e5', '0x7fffffff', '٣٠٠٠', '3000,00', '99999999999999999999', '-3000'];
    const rows = [...odd, '-0'].map((value, n) => `o${n},odd ${n},Ana,engaging,2026-03-10,"${value}"`);
    const done = await upload(w, 'pipeline-items', `external_id,name,owner,stage,occurred_at,value\n${rows.join('\n')}\n`);
    expect(done.counts).toMatchObject({ rows: odd.length + 1, created: 1, errors: odd.length }); // minus zero is nothing
    expect(await w.sql(`select external_id, value_minor from pipeline_items where tenant_id = $1`)).toEqual([
      { external_id: `o${odd.length}`, value_minor: '0' },
    ]);
    await w.clock('2026-03-17T06:00:00Z');
    await w.drain();
    await w.daily();
    expect([(await w.gates('Ana'))[1], (await w.restrictions('Ana'))[0]]).toEqual(['failed', 'action_block in_force']);
  });

  it('GATE-06 SRC-08 Q31 nobody fails for a missing rate: the gate is not evaluable, names the deal, and says so until there is a rate', async () => {
    const w = await world(['Ana', 'Ben']);
    await w.clock('2026-03-16T12:00:00Z');
    const header = 'external_id,name,owner,stage,occurred_at,value,currency,expected_close_on\n';
    const deals = [
      'a1,abroad,Ana,engaging,2026-03-10,1000,EUR,',
      'b1,later,Ben,engaging,2026-03-10,1000,EUR,2026-04-01',
      'b2,home,Ben,engaging,2026-03-10,3000,,',
    ];
    const done = await upload(w, 'pipeline-items', `${header}${deals.join('\n')}\n`);
    expect(done.counts).toMatchObject({ rows: 3, created: 3, errors: 0, incomplete: 2 });
    await w.clock('2026-03-17T06:00:00Z');
    await w.drain();
    const live = () =>
      w.row<{ live: { holds: boolean | null } }>(`select g.live from gates g where g.tenant_id = $1 and g.step_order = 2 and g.user_id = $2`, [
        w.person('Ana'),
      ]);
    await w.daily();
    expect([(await w.gates('Ana'))[1], await w.restrictions('Ana')]).toEqual(['not_evaluable', ['warning in_force']]); // the warning is of gate 1
    expect([(await w.gates('Ben'))[1], await w.restrictions('Ben')]).toEqual(['passed', ['warning in_force']]); // what closes in April is looked at by no gate of March
    const { evidence } = await w.row<{ evidence: { conditions: { measured: object; note: string }[]; rows: Record<string, { leftOut: object[] }> } }>(
      `select v.evidence from verdicts v join gates x on x.id = v.gate_id where x.tenant_id = $1 and x.step_order = 2 and x.user_id = $2`,
      [w.person('Ana')],
    );
    expect(evidence.conditions[0]).toMatchObject({ measured: { none: 'no_rate' }, note: 'no_rate' });
    expect(evidence.rows['open_value:in_period_or_unknown:-']?.leftOut).toEqual([
      expect.objectContaining({ name: 'abroad', amount: null, reason: 'no_rate' }),
    ]);
    expect((await live()).live.holds).toBeNull();
    const rate = { currency: 'EUR', on: '2026-03-01', rate: '3.5' };
    expect((await api.call('POST', '/api/exchange-rates', { token: await tokenOf(w, 'Ada Admin'), body: rate })).status).toBe(201);
    await w.drain();
    expect((await live()).live.holds).toBe(true); // 1000 * 3.5 = 3500, 3000 are needed
    expect(await upload(w, 'pipeline-items', `${header}${deals.join('\n')}\n`)).toMatchObject({ counts: { unchanged: 3 } });
  });

  it('GATE-06 case 32 a sale that happened before the deadline counts when it is recorded within the settle window; later the verdict stays and the goal says the new value', async () => {
    const w = await world(['Ana', 'Ben'], withStep(3, { settle: { hours: 4 } }));
    await w.addSale('Ana', '2026-03-31T22:00:00Z', 1000, '2026-04-01T03:00:00Z'); // three hours after the deadline
    await w.clock('2026-04-01T06:00:00Z');
    await w.drain();
    await w.daily();
    await w.addSale('Ben', '2026-03-31T22:00:00Z', 1000, '2026-04-01T05:00:00Z'); // five hours after it
    await w.drain();
    await w.daily();
    expect([(await w.gates('Ana'))[2], await w.restrictions('Ana')]).toEqual(['passed', []]);
    expect([(await w.gates('Ben'))[2], await w.restrictions('Ben')]).toEqual(['failed', ['commission_hold proposed']]);
    const goals = await api.call<GoalPage>('GET', `/api/goals?ownerId=${w.person('Ben')}`, { token: await tokenOf(w, 'Lea') });
    expect(goals.body.items[0]?.value.display).toBe('$1,000');
  });

  it('GATE-06 case 34 an import that cancels nine of ten calls by mistake blocks nobody: the run stops and asks', async () => {
    const names = Array.from({ length: 66 }, (_, n) => `Person ${String(n).padStart(2, '0')}`);
    const callsGate = { conditions: [{ type: 'activity_target', params: { metric: 'calls_completed', target: '10', percent: '80' } }] };
    const w = await world(names, { ...withStep(1, { ...callsGate, consequences: ['action_block'] }), acceptedPercent: 20 });
    const header = 'external_id,type,owner,completed_at,outcome\n';
    const calls = (people: string[], outcome: string) =>
      people.flatMap((name) => Array.from({ length: 8 }, (_, n) => `${name}-${n},call,${name},2026-03-03T10:00:00Z,${outcome}`)).join('\n');
    await w.clock('2026-03-05T09:00:00Z');
    expect((await upload(w, 'activities', `${header}${calls(names, 'completed')}\n`)).counts).toMatchObject({ created: 528, errors: 0 }); // 66 x 8
    await w.clock('2026-03-08T09:00:00Z');
    expect((await upload(w, 'activities', `${header}${calls(names.slice(0, 60), 'cancelled')}\n`)).counts).toMatchObject({ updated: 480 });
    await w.clock('2026-03-09T06:00:00Z');
    await w.drain();
    await w.daily();
    await w.daily();
    const counts = await w.row(
      `select (select count(*)::int from restrictions where tenant_id = $1) as restrictions, (select count(*)::int from verdicts where tenant_id = $1) as verdicts,
         (select count(*)::int from gates where tenant_id = $1 and step_order = 1 and state = 'pending') as pending`,
      [],
    );
    expect(counts).toEqual({ restrictions: 0, verdicts: 0, pending: 66 });
    expect(await w.inbox('Ada Admin')).toEqual([
      'Activity gate of March would restrict 60 of 66 people, more than the policy accepts. Nobody was restricted. An admin can run it with a higher share.',
    ]);
  });

  /** Moves a deal between qualified and not, as an edit does. */
  async function qualify(w: GateWorld, item: string, qualified: boolean, at: string): Promise<void> {
    await w.sql(`update pipeline_events set ended_at = $3 where tenant_id = $1 and item_id = $2 and ended_at is null`, [item, at]);
    await w.sql(
      `insert into pipeline_events (tenant_id, item_id, sequence, occurred_at, known_at, stage_id, kind, qualified, owner_id, value_minor, currency)
       select tenant_id, item_id, max(sequence) + 1, $3::timestamptz, $3::timestamptz, (array_agg(stage_id))[1], 'deal', $4, (array_agg(owner_id))[1], max(value_minor), 'USD'
       from pipeline_events where tenant_id = $1 and item_id = $2 group by tenant_id, item_id`,
      [item, at, qualified],
    );
    await w.sql(`update pipeline_items set qualified = $3, changed_at = $4 where tenant_id = $1 and id = $2`, [item, qualified, at]);
  }

  it('GATE-04 case 42 a value that moves around the limit each minute ends the block once and imposes it never again', async () => {
    const w = await world(['Ana']);
    const [item] = await w.addDeals('Ana', 1, { at: '2026-03-03T10:00:00Z', value: 3000, qualified: true });
    const flap = async (day: string, minutes: number) => {
      for (let n = 0; n < minutes; n += 1) {
        const at = `${day}T07:${String(n).padStart(2, '0')}:00Z`;
        await w.clock(`${day}T07:${String(n).padStart(2, '0')}:30Z`);
        await qualify(w, item as string, n % 2 === 1, at);
        await w.drain();
        if (n % 5 === 0) await w.daily();
      }
    };
    await flap('2026-03-12', 9); // before the deadline nothing is imposed; it ends unqualified
    expect([(await w.gates('Ana'))[1], await w.restrictions('Ana')]).toEqual(['pending', ['warning in_force']]);
    await w.clock('2026-03-17T06:00:00Z');
    await w.daily();
    expect(await w.restrictions('Ana')).toEqual(['action_block in_force', 'warning in_force']);
    await flap('2026-03-17', 20);
    expect([(await w.gates('Ana'))[1], await w.restrictions('Ana')]).toEqual(['passed_late', ['action_block ended', 'warning in_force']]);
    expect((await w.inbox('Ana')).filter((sentence) => sentence.includes('ipeline gate'))).toEqual([
      expect.stringMatching(/^Your pipeline gate was not met\./),
      'You can create deals again. Pipeline gate is met now.',
    ]);
  });

  it('GATE-12 (override) case 43 a block that was lifted is not imposed again by the next runs, though the gate is still missed', async () => {
    const w = await world(['Ana']);
    await w.clock('2026-03-17T06:00:00Z');
    await w.daily();
    const leader = await tokenOf(w, 'Lea');
    const { id, hash } = await w.row<{ id: string; hash: string }>(
      `select id, evidence_hash as hash from restrictions where tenant_id = $1 and kind = 'action_block'`,
      [],
    );
    const body = { decision: 'lift', reason: 'Back from leave.', evidenceHash: hash };
    expect((await api.call('POST', `/api/restrictions/${id}/decisions`, { token: leader, body })).status).toBe(200);
    for (const at of ['2026-03-17T07:00:00Z', '2026-03-18T06:00:00Z', '2026-03-25T06:00:00Z']) {
      await w.clock(at);
      await w.drain();
      await w.daily();
    }
    const run = { periodId: w.periodId, policyVersionId: w.versionId, mode: 'enforce' };
    expect((await api.call('POST', '/api/gate-runs', { token: await tokenOf(w, 'Ada Admin'), body: run })).status).toBe(202);
    await worker.runner.runAll();
    expect([(await w.gates('Ana'))[1], await w.restrictions('Ana')]).toEqual(['failed', ['action_block lifted', 'warning in_force']]);
    const deal = { name: 'Free', stage: 'prospecting' };
    expect((await api.call('POST', '/api/pipeline-items', { token: await tokenOf(w, 'Ana'), body: deal })).status).toBe(201);
  });

  it('GATE-06 case 50 a target that is lowered after the miss changes neither verdict nor block; the history keeps both targets', async () => {
    const w = await world(['Ana']);
    await w.addDeals('Ana', 1, { at: '2026-03-03T10:00:00Z', value: 1500, qualified: true });
    await w.clock('2026-03-17T06:00:00Z');
    await w.drain();
    await w.daily();
    const leader = await tokenOf(w, 'Lea');
    const [goal] = (await api.call<GoalPage>('GET', `/api/goals?ownerId=${w.person('Ana')}`, { token: leader })).body.items as [Goal];
    const change = await api.call('PATCH', `/api/goals/${goal.id}`, { token: leader, body: { target: '500.00' } }); // 3 x 500 would be met
    expect(change.status).toBe(200);
    await w.drain();
    await w.clock('2026-03-18T06:00:00Z');
    await w.daily();
    expect([(await w.gates('Ana'))[1], (await w.restrictions('Ana'))[0]]).toEqual(['failed', 'action_block in_force']);
    const { id } = await w.row<{ id: string }>(`select id from restrictions where tenant_id = $1 and kind = 'action_block'`, []);
    const page = (await api.call<Restriction>('GET', `/api/restrictions/${id}`, { token: leader })).body;
    expect([page.needed.display, page.why]).toEqual(['$3,000', expect.stringContaining('This gate needs $3,000 (3 x the $1,000 target)')]);
    const history = (await api.call<GoalHistoryPage>('GET', `/api/goals/${goal.id}/history`, { token: leader })).body.items;
    expect(history.map((entry) => entry.target.value)).toEqual(expect.arrayContaining(['500.00', '1000.00']));
  });

  it('GATE-06 case 51 a deadline that is moved into the past judges nobody, and nobody twice', async () => {
    const w = await world(['Ana']);
    await w.clock('2026-03-12T06:00:00Z');
    await w.daily();
    const admin = await tokenOf(w, 'Ada Admin');
    const moved = await api.call<Problem>('PATCH', `/api/goal-periods/${w.periodId}`, { token: admin, body: { startsOn: '2026-02-20' } });
    expect([moved.status, moved.body.detail]).toEqual([409, 'The dates of an active period stay as they are.']);
    // The pipeline gate moves from 50 % (16 March) to 30 % (10 March), which is over: it gives way and is never judged.
    const versions = `/api/gate-policies/${w.policyId}/versions`;
    const warning = { ...smallPolicy, steps: smallPolicy.steps.map((step) => ({ ...step, consequences: ['warning'] })) };
    const definition = { ...warning, steps: warning.steps.map((step, n) => (n === 1 ? { ...step, at: { sharePercent: 30 } } : step)) };
    const draft = await api.call<{ versions: { id: string }[] }>('POST', versions, { token: admin, body: { definition } });
    expect((await api.call('POST', `${versions}/${draft.body.versions[0]?.id}/publish`, { token: admin, body: {} })).status).toBe(201);
    for (const at of ['2026-03-12T07:00:00Z', '2026-03-17T06:00:00Z', '2026-04-04T06:00:00Z']) {
      await w.clock(at);
      await w.daily();
    }
    const judged = await w.sql(
      `select x.step_order, count(*)::int as n from verdicts v join gates x on x.tenant_id = $1 and x.id = v.gate_id where v.tenant_id = $1 group by 1 order by 1`,
    );
    expect(judged).toEqual([
      { step_order: 1, n: 1 },
      { step_order: 3, n: 1 },
    ]);
    expect(await w.restrictions('Ana')).toEqual(['warning ended']); // that of the activity gate; the period is over
  });

  it('GATE-06 case 52 a goal whose gate blocks somebody is not deleted; cancelled, its restriction keeps the evidence and ends by a decision', async () => {
    const w = await world(['Ana']);
    await w.addDeals('Ana', 1, { at: '2026-03-03T10:00:00Z', value: 2000, qualified: true });
    await w.clock('2026-03-17T06:00:00Z');
    await w.drain();
    await w.daily();
    const leader = await tokenOf(w, 'Lea');
    const [goal] = (await api.call<GoalPage>('GET', `/api/goals?ownerId=${w.person('Ana')}`, { token: leader })).body.items as [Goal];
    expect((await api.call('DELETE', `/api/goals/${goal.id}`, { token: leader })).status).toBe(409);
    expect((await api.call('PATCH', `/api/goals/${goal.id}`, { token: leader, body: { state: 'cancelled' } })).status).toBe(200);
    await w.drain();
    await w.clock('2026-03-18T06:00:00Z');
    await w.daily();
    const { id } = await w.row<{ id: string }>(`select id from restrictions where tenant_id = $1 and kind = 'action_block'`, []);
    const page = (await api.call<Restriction>('GET', `/api/restrictions/${id}`, { token: leader })).body;
    expect([page.state, page.measuredThen.display, page.math.countedTotal.display, page.math.counted.length]).toEqual([
      'in_force',
      '$2,000',
      '$2,000',
      1,
    ]);
    const body = { decision: 'lift', reason: 'The goal was dropped.', evidenceHash: page.evidenceHash };
    const lifted = await api.call<Restriction>('POST', `/api/restrictions/${id}/decisions`, { token: leader, body });
    expect([lifted.status, lifted.body.state]).toEqual([200, 'lifted']);
  });
});
