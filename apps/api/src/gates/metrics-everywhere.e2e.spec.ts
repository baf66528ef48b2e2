import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Goal, MetricList } from '@waymark/contracts';
import { metrics } from '@waymark/metrics';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { GateWorld, smallPolicy } from './gate-world.spec-data.js';

describe('a metric that is registered', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let api: RunningApi;
  let w: GateWorld;
  let token: string;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    w = await new GateWorld(database, worker.app, 'everywhere').open(['Ana']);
    await w.clock('2026-04-04T06:00:00Z');
    api = await startApi(database);
    token = await signInAs(api, 'everywhere', w.adminId);
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  it.each([...metrics.values()].map(({ key, additive, tense }) => [key, additive && tense === 'during'] as const))(
    'MET-01 (goals, gates, UI) %s is offered with its words and measures a goal; a gate asks for it when it adds up over a window (%s), and says so when not',
    async (key, addsUp) => {
      const offered = (await api.call<MetricList>('GET', '/api/metrics', { token })).body.items.find((metric) => metric.key === key);
      expect(offered?.label).toMatch(/\S/);
      const goal = await api.call<Goal>('POST', '/api/goals', {
        token,
        body: { name: `By ${key}`, metric: key, periodId: w.periodId, userId: w.person('Ana'), target: '10' },
      });
      expect([goal.status, goal.body.metricLabel, goal.body.unit]).toEqual([201, offered?.label, offered?.unit]);
      const [first] = smallPolicy.steps;
      const reached = { type: 'target_reached', params: { percent: '100' } };
      const definition = { ...smallPolicy, goalMetric: key, steps: [{ ...first, conditions: [reached] }] };
      const policy = await api.call<{ versions: { id: string }[]; errors?: { field: string }[] }>('POST', '/api/gate-policies', {
        token,
        body: { name: `By ${key}`, definition },
      });
      expect([policy.status, policy.body.errors?.[0]?.field]).toEqual(addsUp ? [201, undefined] : [400, 'definition.goalMetric']);
      if (!addsUp) return;
      const run = await api.call<{ id: string }>('POST', '/api/gate-runs', {
        token,
        body: { periodId: w.periodId, policyVersionId: policy.body.versions[0]?.id, mode: 'preview' },
      });
      await worker.runner.runAll();
      const done = await api.call<{ state: string; result: { people: number } }>('GET', `/api/gate-runs/${run.body.id}`, { token });
      expect(done.body).toMatchObject({ state: 'done', result: { people: 1, steps: [{ judged: key === 'revenue' ? 2 : 1 }] } }); // she had a goal for revenue before
    },
  );
});
