import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GatePage, GateReceipt, GateView, MetricReceipt, Problem } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { GateWorld } from './gate-world.spec-data.js';

describe('receipts of gates', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let w: GateWorld;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    w = await new GateWorld(database, worker.app, 'receipts').open(['Ann', 'Bob']);
    api = await startApi(database);
    for (const name of ['Ann', 'Bob', 'Lea']) tokens[name] = await signInAs(api, 'receipts', w.person(name));
    await w.addDeals('Ann', 9, { at: '2026-03-03T10:00:00Z' });
    // Of these 2,600.00 are qualified; 800.00 of them are expected to close after the period, which the gate leaves out and the metric counts.
    await w.addDeals('Ann', 1, { at: '2026-03-04T10:00:00Z', value: 1000, qualified: true, closesOn: '2026-03-30' });
    await w.addDeals('Ann', 1, { at: '2026-03-04T10:00:00Z', value: 800, qualified: true });
    await w.addDeals('Ann', 1, { at: '2026-03-04T10:00:00Z', value: 800, qualified: true, closesOn: '2026-04-20' });
    await w.addDeals('Ann', 1, { at: '2026-03-04T10:00:00Z', value: 500, closesOn: '2026-03-30' });
    await w.clock('2026-03-12T09:00:00Z');
    await w.drain();
    await w.daily();
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  const gatesOf = async (name: string) => {
    const { body } = await api.call<GatePage>('GET', `/api/gates?userId=${w.person(name)}`, { token: tokens['Lea'] as string });
    return [...body.items].sort((one, other) => one.order - other.order) as [GateView, GateView, GateView];
  };
  const receipt = async (who: string, gate: GateView, at = 'now') =>
    api.call<GateReceipt & Problem>('GET', `/api/gates/${gate.id}/receipt?at=${at}`, { token: tokens[who] as string });
  const metric = async (who: string, { number }: GateReceipt) => {
    const { metric: key, ...asked } = number ?? { metric: 'none' };
    return (await api.call<MetricReceipt>('GET', `/api/metrics/${key}/receipt?${new URLSearchParams(asked)}`, { token: tokens[who] as string })).body;
  };

  it('MET-08 the receipt of a coverage gate reads by the parameters of the gate (Q64): its rows make what the gate measures, and not what the metric says', async () => {
    const [, coverage] = await gatesOf('Ann');
    const { body, status } = await receipt('Ann', coverage);
    // 1,000.00 closes in March, 800.00 does not say; 800.00 in April and 500.00 in an early stage stay out
    expect([status, body.measured.value, coverage.live?.value.value, body.math?.countedTotal.value]).toEqual([200, '1800.00', '1800.00', '1800.00']);
    expect([body.number, body.holds, body.needed.value, body.subject]).toEqual([null, false, '3000.00', 'Open qualified pipeline']);
    expect(body.conditions).toEqual([
      'open and qualified',
      'with an amount in the currency of the organisation',
      'expected to close from 1 Mar 2026 to 31 Mar 2026, or without an expected close',
    ]);
    expect(body.math?.counted.map((row) => row.amount?.value)).toEqual(['1000.00', '800.00']);
    expect(body.math?.leftOut.filter((row) => row.reason !== 'not_qualified').map((row) => [row.amount?.value, row.reasonText])).toEqual([
      ['800.00', 'it is expected to close outside of the period'],
    ]);
    const of = `ownerId=${w.person('Ann')}&from=2026-03-01&to=2026-03-31`;
    const whole = await api.call<MetricReceipt>('GET', `/api/metrics/open_qualified_pipeline_value/receipt?${of}`, {
      token: tokens['Ann'] as string,
    });
    expect(whole.body.value.value).toBe('2600.00');
  });

  it('MET-08 the receipt of a gate on a metric leads to the receipt of that metric, with the same number: now and at the verdict', async () => {
    const [activity] = await gatesOf('Ann');
    const now = (await receipt('Lea', activity)).body;
    // 9 + 4 deals were created; by the deadline of 8 March all of them
    expect([now.measured.value, now.math, (await metric('Lea', now)).value.value]).toEqual(['13', null, '13']);
    await w.addDeals('Ann', 2, { at: '2026-03-05T10:00:00Z', knownAt: '2026-03-11T10:00:00Z' });
    await w.drain();
    const then = (await receipt('Lea', activity, 'verdict')).body;
    expect([then.measured.value, then.holds, (await metric('Lea', then)).value.value]).toEqual(['13', true, '13']);
    expect([then.window.to, then.number?.asOf]).toEqual(['2026-03-08', activity.judgeAt]);
    const later = (await receipt('Lea', activity)).body;
    expect([later.measured.value, (await metric('Lea', later)).value.value]).toEqual(['15', '15']); // what became known later is there now
  });

  it('MET-08 the receipt of a verdict on coverage is what was frozen with it, whatever changes afterwards', async () => {
    await w.clock('2026-03-18T09:00:00Z');
    await w.daily();
    await w.addDeals('Ann', 1, { at: '2026-03-17T10:00:00Z', value: 5000, qualified: true });
    await w.drain();
    const [, coverage] = await gatesOf('Ann');
    const then = (await receipt('Ann', coverage, 'verdict')).body;
    expect([then.measured.value, then.math?.countedTotal.value, then.holds, then.math?.asOf]).toEqual([
      '1800.00',
      '1800.00',
      false,
      '2026-03-17T00:00:00.000Z',
    ]);
    const now = (await receipt('Ann', coverage)).body;
    expect([now.measured.value, now.math?.countedTotal.value, now.holds]).toEqual(['6800.00', '6800.00', true]);
  });

  it('SEC-01 (receipts of gates) another member sees nothing of it; a verdict that is not there and a wrong word are said', async () => {
    const [, coverage, revenue] = await gatesOf('Ann');
    expect((await receipt('Bob', coverage)).status).toBe(404);
    const { status, body } = await receipt('Ann', revenue, 'verdict');
    expect([status, body.detail]).toEqual([404, 'This gate has not been judged yet.']);
    const wrong = await receipt('Ann', revenue, 'later');
    expect([wrong.status, wrong.body.errors?.[0]?.field]).toEqual([400, 'at']);
  });
});
