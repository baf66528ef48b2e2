import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  GatePolicy,
  Goal,
  MetricList,
  MetricReading,
  MetricReceipt,
  OwnMetricDetail,
  OwnMetricList,
  OwnMetricPreview,
  OwnMetricSourceList,
  Problem,
} from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { GateWorld, smallPolicy } from '../gates/gate-world.spec-data.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { Recomputation } from './recomputation.service.js';

const is = (column: string, ...values: string[]) => ({ column, op: values.length > 1 ? 'one_of' : 'is', values });
const callsWhere = (...where: object[]) => ({
  source: 'activities',
  date: 'completed_at',
  where: [is('type', 'call'), ...where],
  aggregate: 'count',
});
const reached = { label: 'Calls that reached somebody', unit: 'count', kind: 'measure', of: callsWhere(is('outcome', 'completed')) };
const march = 'from=2026-03-01&to=2026-03-31';

/** Early April 2026. Ana made calls in March and on 2 April, Ben in March; there are two sales. */
describe('own metrics over HTTP', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let api: RunningApi;
  let w: GateWorld;
  let stranger: GateWorld;
  let token: string;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    w = await new GateWorld(database, worker.app, 'ownmetrics').open(['Ana', 'Ben']);
    stranger = await new GateWorld(database, worker.app, 'strangers').open(['Sue'], null);
    for (const world of [w, stranger]) await world.clock('2026-04-04T06:00:00Z');
    for (const [world, name] of [
      [w, 'Ana'],
      [stranger, 'Sue'],
    ] as const)
      for (const [at, outcome] of [
        ['2026-03-02T10:00Z', 'completed'],
        ['2026-03-02T11:00Z', 'completed'],
        ['2026-03-31T23:59:59.999Z', 'completed'],
        ['2026-03-05T10:00Z', 'no_show'],
        ['2026-04-01T00:00Z', 'completed'],
        ['2026-04-02T10:00Z', 'no_show'],
      ] as const)
        await call(world, name, at, outcome);
    await call(w, 'Ben', '2026-03-10T10:00Z', 'completed');
    await w.addSale('Ana', '2026-03-04T10:00:00Z', 100);
    await w.addSale('Ben', '2026-03-05T10:00:00Z', 51);
    await w.drain();
    await stranger.drain();
    api = await startApi(database);
    token = await signInAs(api, 'ownmetrics', w.adminId);
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  const call = (world: GateWorld, name: string, at: string, outcome: string) =>
    world.sql(`insert into activities (tenant_id, type, owner_id, completed_at, outcome, known_at) values ($1, 'call', $2, $3, $4, $3)`, [
      world.person(name),
      at,
      outcome,
    ]);
  const post = <T>(path: string, body: object, as = token) => api.call<T & Pick<Problem, 'detail' | 'errors'>>('POST', path, { token: as, body });
  const preview = (definition: object, more: object = {}) => post<OwnMetricPreview>('/api/own-metrics/preview', { definition, ...more });
  const get = async (id: string) => (await api.call<OwnMetricDetail>('GET', `/api/own-metrics/${id}`, { token })).body;
  const value = async (key: string, query: string, as = token) =>
    (await api.call<MetricReading>('GET', `/api/metrics/${key}/value?${query}`, { token: as })).body.value;
  const compute = () => worker.runner.runAll();
  const publish = async (id: string, mode: string) => {
    const answer = await post<OwnMetricDetail>(`/api/own-metrics/${id}/publish`, { mode });
    expect([answer.status, answer.body.detail]).toEqual([201, undefined]);
    await compute();
    return get(id);
  };
  const make = async (definition: object) => {
    const made = await post<OwnMetricDetail>('/api/own-metrics', { definition });
    expect([made.status, made.body.detail]).toEqual([201, undefined]);
    return publish(made.body.id, 'recompute');
  };
  const change = (id: string, definition: object) =>
    api.call<OwnMetricDetail & Problem>('PATCH', `/api/own-metrics/${id}`, { token, body: { definition } });

  it('MET-04 forms are built from the sources as the API tells them', async () => {
    const { body } = await api.call<OwnMetricSourceList>('GET', '/api/own-metrics/sources', { token });
    const activities = body.items.find((source) => source.key === 'activities');
    expect(activities?.dates.map((date) => [date.label, date.standing])).toEqual([
      ['Completed', false],
      ['Scheduled', false],
    ]);
    expect(activities?.columns.find((column) => column.key === 'type')?.words).toEqual(['call', 'meeting', 'email', 'qbr']);
    expect(body.items.find((source) => source.key === 'pipeline_events')?.dates.at(-1)).toEqual({
      key: 'standing',
      label: 'Standing at the end',
      standing: true,
    });
  });

  it('MET-04 MET-03 a preview says month by month what a definition would have said, and how many rows it counted and left out', async () => {
    const { body } = await preview({ ...reached, kind: 'ratio', unit: 'percent', per: callsWhere() });
    expect(body.months.map((month) => month.month)).toEqual([
      ...['05', '06', '07', '08', '09', '10', '11', '12'].map((month) => `2025-${month}`),
      ...['01', '02', '03', '04'].map((month) => `2026-${month}`),
    ]);
    // March: 3 of Ana's 4 and Ben's 1 are completed: 4 of 5; April: 1 of 2. Nobody called before: nothing to divide by.
    expect(body.months.slice(9).map(({ value: one, rows, perRows }) => [one.value, one.reason, rows, perRows])).toEqual([
      [null, 'no_base', { counted: 0, leftOut: 0 }, { counted: 0, leftOut: 0 }],
      ['80', null, { counted: 4, leftOut: 1 }, { counted: 5, leftOut: 0 }],
      ['50', null, { counted: 1, leftOut: 1 }, { counted: 2, leftOut: 0 }],
    ]);
    expect([body.refusal, body.warnings, body.tookMs >= 0]).toEqual([null, [], true]);
    expect(body.sentence).toBe(
      'Count of activities, completed, where type is call and outcome is completed; divided by: count of activities, completed, where type is call',
    );
    const { id } = await w.row<{ id: string }>(`select id from teams where tenant_id = $1 and name = 'West'`, []);
    await w.sql(`update team_memberships set until_on = '2026-03-03' where tenant_id = $1 and user_id = $2`, [w.person('Ana')]);
    // Of West: Ana's two calls of 2 March, while she belonged, and Ben's.
    expect((await preview(reached, { teamId: id })).body.months[10]?.rows).toEqual({ counted: 3, leftOut: 0 });
    await w.sql(`update team_memberships set until_on = null where tenant_id = $1 and user_id = $2`, [w.person('Ana')]);
  });

  it('MET-04 what stands at the end of a month, averages and sums come out of the preview too', async () => {
    await w.addDeals('Ana', 2, { at: '2026-03-02T10:00:00Z', value: 100, qualified: true });
    const standing = {
      label: 'Open',
      unit: 'money',
      kind: 'measure',
      of: { source: 'pipeline_events', date: 'standing', where: [is('kind', 'deal')], aggregate: 'sum', column: 'value_minor' },
    };
    expect((await preview(standing)).body.months.slice(9).map((month) => [month.value.value, month.rows.counted])).toEqual([
      ['0.00', 0],
      ['200.00', 2],
      ['200.00', 2],
    ]);
    const average = {
      label: 'Deal size',
      unit: 'money',
      kind: 'average',
      of: { source: 'sales', date: 'occurred_at', aggregate: 'sum', column: 'amount_minor' },
    };
    // (100.00 + 51.00) / 2
    expect((await preview(average)).body.months[10]?.value).toEqual(expect.objectContaining({ value: '75.50', display: '$75.50' }));
  });

  it('MET-04 what can only mean nothing, or takes too long, is refused with the reason and cannot be published', async () => {
    const never = { ...reached, of: callsWhere(is('outcome', 'rescheduled')) };
    expect((await preview(never)).body.refusal?.code).toBe('no_rows');
    expect((await preview({ ...reached, kind: 'ratio', unit: 'percent', per: callsWhere(is('outcome', 'cancelled')) })).body.refusal?.code).toBe(
      'no_base',
    );
    const made = await post<OwnMetricDetail>('/api/own-metrics', { definition: never });
    const refused = await post<Problem>(`/api/own-metrics/${made.body.id}/publish`, { mode: 'recompute' });
    expect([refused.status, refused.body.detail]).toEqual([
      422,
      'No row ever matched these conditions, so the number would always be nothing. Check the conditions.',
    ]);
    expect((await get(made.body.id)).state).toBe('draft');
    const wrong = await post<Problem>('/api/own-metrics', { definition: { ...reached, of: { ...reached.of, source: 'users' } } });
    expect([wrong.status, wrong.body.errors?.map((error) => error.field)]).toEqual([400, ['definition.of.source']]);

    // Each of the two sales takes two seconds to look at.
    await database.admin.query('create policy slow on sales as restrictive for select to public using (pg_sleep(2) is not null)');
    const answer = await preview({ ...reached, of: { source: 'sales', date: 'occurred_at', aggregate: 'count' } });
    await database.admin.query('drop policy slow on sales');
    expect([answer.status, answer.body.refusal?.code, answer.body.months]).toEqual([200, 'too_slow', []]);
    expect(answer.body.tookMs).toBeLessThan(10_000);
    const constant = { ...reached, kind: 'ratio', unit: 'percent', of: callsWhere(is('outcome', 'completed', 'no_show')), per: callsWhere() };
    expect((await preview(constant)).body.warnings.map((warning) => warning.code)).toEqual(['always_same']);
  });

  it('MET-04 MET-03 a published metric says not_yet until its days are computed, then it is everywhere a metric is: list, value, fresh facts', async () => {
    const made = await post<OwnMetricDetail>('/api/own-metrics', { definition: { ...reached, label: 'Reached' } });
    expect([made.body.key, made.body.state, made.body.hasDraft]).toEqual(['own.reached', 'draft', true]);
    expect((await api.call('GET', `/api/metrics/own.reached/value?${march}`, { token })).status).toBe(404);
    const published = await post<OwnMetricDetail>(`/api/own-metrics/${made.body.id}/publish`, { mode: 'recompute' });
    expect([published.status, published.body.state]).toEqual([201, 'computing']);
    expect((await value('own.reached', march)).reason).toBe('not_yet');
    // A fact that comes while the days are computed is in it too.
    await call(w, 'Ana', '2026-03-20T10:00Z', 'completed');
    await w.drain();
    await compute();
    const ready = await get(made.body.id);
    expect([ready.state, ready.versions[0]?.progress.done, ready.versions[0]?.progress.total]).toEqual([
      'ready',
      ready.versions[0]?.progress.total,
      expect.any(Number),
    ]);
    expect(ready.versions[0]?.progress.done).toBeGreaterThan(3);
    // Ana 3 + 1, Ben 1
    expect((await value('own.reached', march)).value).toBe('5');
    expect((await value('own.reached', `${march}&ownerId=${w.person('Ben')}`)).value).toBe('1');
    const listed = await api.call<MetricList>('GET', '/api/metrics', { token });
    expect(listed.body.items.find((metric) => metric.key === 'own.reached')).toEqual(
      expect.objectContaining({ label: 'Reached', unit: 'count', additive: true, tense: 'during' }),
    );
    await call(w, 'Ben', '2026-03-21T10:00Z', 'completed');
    await w.drain();
    expect((await value('own.reached', march)).value).toBe('6');
    expect((await value('own.reached', `${march}&asOf=2026-03-15T00:00:00Z`)).value).toBe('3'); // 2 of Ana's, 1 of Ben's were known then
    expect(await worker.app.get(Recomputation).audit(w.tenantId)).toEqual([]);
  });

  it('MET-04 MET-01 an own metric measures a goal and a gate without more ado, and a changed fact reaches both', async () => {
    const metric = await make({ ...reached, label: 'For goals' });
    const body = { name: 'Reach people', metric: metric.key, periodId: w.periodId, userId: w.person('Ana'), target: '10' };
    const goal = await post<Goal>('/api/goals', body);
    const before = Number(goal.body.value.value);
    expect([goal.status, goal.body.metricLabel, goal.body.unit, before]).toEqual([201, 'For goals', 'count', 4]);
    const [first] = smallPolicy.steps;
    const conditions = [
      { type: 'activity_target', params: { metric: metric.key, target: '4', percent: '100' } },
      { type: 'target_reached', params: { percent: '40' } },
    ];
    const policy = await post<GatePolicy>('/api/gate-policies', {
      name: 'By own',
      definition: { ...smallPolicy, goalMetric: metric.key, steps: [{ ...first, conditions }] },
    });
    expect([policy.status, policy.body.detail]).toEqual([201, undefined]);
    expect(policy.body.versions[0]?.sentences[0]).toContain('for goals at least 100 % of 4 and for goals at least 40 % of the target');
    const types = await api.call<{ items: { key: string; fields: { choices: { value: string }[] }[] }[] }>('GET', '/api/gate-policy-types', {
      token,
    });
    expect(types.body.items.find((type) => type.key === 'activity_target')?.fields[0]?.choices.map((choice) => choice.value)).toContain(metric.key);
    const run = await post<{ id: string }>('/api/gate-runs', { periodId: w.periodId, policyVersionId: policy.body.versions[0]?.id, mode: 'preview' });
    await compute();
    const done = await api.call<{ state: string; result: object }>('GET', `/api/gate-runs/${run.body.id}`, { token });
    // At 25 % of March, as known then: the two of 2 March are too few.
    expect(done.body).toMatchObject({
      state: 'done',
      result: { people: 1, steps: [{ judged: 1, failed: 1, failedPeople: [{ measured: '2' }] }] },
    });
    await call(w, 'Ana', '2026-03-22T10:00Z', 'completed');
    await w.drain();
    expect((await api.call<Goal>('GET', `/api/goals/${goal.body.id}`, { token })).body.value.value).toBe(String(before + 1));

    const refused = await api.call<Problem>('DELETE', `/api/own-metrics/${metric.id}`, { token });
    expect([refused.status, refused.body.detail]).toEqual([409, 'It is used by the goal "Reach people", the policy "By own". Archive it instead.']);
    expect((await get(metric.id)).uses.map((use) => `${use.kind} ${use.name}`)).toEqual(['goal Reach people', 'policy By own']);
    const archived = await post<OwnMetricDetail>(`/api/own-metrics/${metric.id}/archive`, {});
    expect([archived.status, archived.body.state]).toEqual([200, 'archived']);
    expect((await post<Problem>('/api/goals', body)).body.errors?.[0]?.code).toBe('archived');
    expect((await api.call<Goal>('GET', `/api/goals/${goal.body.id}`, { token })).body.metricLabel).toBe('For goals');
    const keys = (await api.call<MetricList>('GET', '/api/metrics', { token })).body.items.map((one) => one.key);
    expect([keys.includes(metric.key), keys.includes('own.reached')]).toEqual([false, true]);
  });

  it('MET-04 GATE-10 (evidence) a verdict by an own metric shows the rows that counted and those that its conditions left out', async () => {
    const metric = await make({ ...reached, label: 'Judged by' });
    await post<Goal>('/api/goals', {
      name: 'Judged',
      metric: metric.key,
      periodId: w.periodId,
      userId: w.person('Ben'),
      target: '5',
      knownAt: '2026-02-21T00:00:00Z',
    });
    const [first] = smallPolicy.steps;
    const step = {
      ...first,
      at: { sharePercent: 50 },
      conditions: [{ type: 'activity_target', params: { metric: metric.key, target: '9', percent: '100' } }],
    };
    await call(w, 'Ben', '2026-03-11T10:00Z', 'no_show');
    await w.drain();
    const policy = await post<GatePolicy>('/api/gate-policies', {
      name: 'Judges',
      definition: { ...smallPolicy, goalMetric: metric.key, steps: [step] },
    });
    const path = `/api/gate-policies/${policy.body.id}/versions/${policy.body.versions[0]?.id}/publish`;
    expect((await post<Problem>(path, { publishedAt: '2026-02-21T00:00:00Z' })).status).toBe(201);
    await w.daily();
    const [verdict] = await w.sql<{ outcome: string; evidence: { conditions: { rows?: unknown[] }[] } }>(
      `select v.outcome, v.evidence from verdicts v join gates g on g.tenant_id = $1 and g.id = v.gate_id where v.tenant_id = $1 and g.user_id = $2 and g.name = 'Activity gate'
         and v.evidence::text like '%own.judged_by%'`,
      [w.person('Ben')],
    );
    expect(verdict?.outcome).toBe('failed');
    const text = JSON.stringify(verdict?.evidence);
    // Half of March is over on the 16th: Ben's call of the 10th counted, the one where nobody came was left out.
    expect([text.match(/"reason":"conditions"/g)?.length, text.match(/"name":"Call"/g)?.length]).toEqual([1, 2]);
  });

  it('MET-04 MET-08 (own metrics) a number of an own metric has its receipt: formula, conditions in words, rows counted and left out', async () => {
    const metric = await make({ ...reached, label: 'With receipt', kind: 'ratio', unit: 'percent', per: callsWhere() });
    const shown = await value(metric.key, `${march}&ownerId=${w.person('Ben')}`);
    const { status, body } = await api.call<MetricReceipt>('GET', `/api/metrics/${metric.key}/receipt?${march}&ownerId=${w.person('Ben')}`, {
      token,
    });
    expect([status, body.value.value, body.version]).toEqual([200, shown.value, 1]);
    for (const part of body.parts) expect(part.counted.rows + part.leftOut.reduce((sum, one) => sum + one.rows, 0)).toBe(part.candidates.rows);
    expect(JSON.stringify(body.parts)).toContain('outcome is completed');
  });

  it('MET-04 recompute holds for all days, from now on leaves older days as they were, and locked periods never move: MET-10 what a new definition makes of them is told beside them', async () => {
    const metric = await make({ ...reached, label: 'Versions' });
    const goal = await post<Goal>('/api/goals', { name: 'Locked', metric: metric.key, periodId: w.periodId, userId: w.person('Ana'), target: '10' });
    const then = Number(goal.body.value.value);
    const days = (from: string, to: string) => value(metric.key, `from=${from}&to=${to}&ownerId=${w.person('Ana')}`);
    await w.clock('2026-04-02T12:00:00Z');
    const noShows = { ...reached, label: 'Versions', of: callsWhere(is('outcome', 'no_show')) };
    expect((await change(metric.id, noShows)).status).toBe(200);
    expect((await days('2026-03-01', '2026-04-30')).value).toBe(String(then + 1)); // a draft changes nothing
    await w.sql(`update goal_periods set locked_at = now(), state = 'completed' where tenant_id = $1 and id = $2`, [w.periodId]);
    const told = async () => {
      const { value: own, restatement } = (await api.call<Goal>('GET', `/api/goals/${goal.body.id}`, { token })).body;
      return [own.value, restatement?.value.value ?? null];
    };
    const second = await publish(metric.id, 'from_now_on');
    expect(await told()).toEqual([String(then), null]); // March keeps the definition it was locked with
    expect([second.versions[0]?.appliesFrom, second.versions.map((version) => version.number)]).toEqual(['2026-04-02', [2, 1]]);
    // March and 1 April as before; from the 2nd on it counts calls where nobody came.
    expect([(await days('2026-03-01', '2026-03-31')).value, (await days('2026-04-01', '2026-04-01')).value]).toEqual([String(then), '1']);
    expect((await days('2026-04-02', '2026-04-02')).value).toBe('1');
    const measuresOf = () =>
      w.sql<{ plan: string }>(
        `select distinct substr(measure, 1, position('.' in substr(measure, 5)) + 4) as plan from daily_measures where tenant_id = $1 and measure like 'own.versions@%'`,
      );
    expect(await measuresOf()).toEqual([{ plan: 'own.versions@2.' }]);

    await change(metric.id, { ...noShows, of: callsWhere() });
    await publish(metric.id, 'recompute');
    // All of Ana's calls: March's completed ones and the one where nobody came.
    expect([(await days('2026-03-01', '2026-03-31')).value, (await days('2026-04-01', '2026-04-02')).value]).toEqual([String(then + 1), '2']);
    expect(await told()).toEqual([String(then), String(then + 1)]); // the locked value stays; what the new definition makes of it stands beside it
    await w.sql(`update goal_periods set locked_at = null, state = 'active' where tenant_id = $1 and id = $2`, [w.periodId]);
    await w.clock('2026-04-04T06:00:00Z');
    expect(await measuresOf()).toEqual([{ plan: 'own.versions@3.' }]);
  });

  it('MET-04 the unit, the adding up and the tense of a published metric stay, and old days can only be kept where there are some', async () => {
    const metric = await make({ ...reached, label: 'Nature' });
    const fields = async (definition: object) => (await change(metric.id, definition)).body.errors?.map((error) => `${error.field} ${error.code}`);
    expect(
      await fields({ ...reached, unit: 'money', of: { source: 'sales', date: 'occurred_at', aggregate: 'sum', column: 'amount_minor' } }),
    ).toEqual(['definition.unit permanent']);
    expect(await fields({ ...reached, kind: 'ratio', per: callsWhere() })).toEqual(['definition.kind permanent']);
    expect(await fields({ ...reached, of: { source: 'pipeline_events', date: 'standing', aggregate: 'count' } })).toEqual([
      'definition.of.date permanent',
    ]);
    expect((await post<Problem>(`/api/own-metrics/${metric.id}/publish`, { mode: 'recompute' })).body.detail).toContain('no draft');
    const written = () =>
      w.sql<{ action: string }>('select action from audit_events where tenant_id = $1 and object_id = $2 order by id', [metric.id]);
    expect((await written()).map((line) => line.action)).toEqual(['own_metric.created', 'own_metric.published']);
    const fresh = await post<OwnMetricDetail>('/api/own-metrics', { definition: { ...reached, label: 'Fresh' } });
    expect((await post<Problem>(`/api/own-metrics/${fresh.body.id}/publish`, { mode: 'from_now_on' })).body.errors?.[0]?.code).toBe('first_version');
    const open = {
      label: 'Stands',
      unit: 'count',
      kind: 'measure',
      of: { source: 'pipeline_events', date: 'standing', where: [is('kind', 'deal')], aggregate: 'count' },
    };
    const standing = await make(open);
    await change(standing.id, { ...open, of: { ...open.of, where: [] } });
    expect((await post<Problem>(`/api/own-metrics/${standing.id}/publish`, { mode: 'from_now_on' })).body.errors?.[0]?.code).toBe('standing');
    const stale = await api.call<Problem>('PATCH', `/api/own-metrics/${metric.id}`, {
      token,
      body: { definition: reached },
      headers: { 'if-match': '"v1"' },
    });
    expect(stale.status).toBe(412);
    expect((await api.call('DELETE', `/api/own-metrics/${metric.id}`, { token })).status).toBe(204);
    expect((await api.call('GET', `/api/metrics/${metric.key}/value?${march}`, { token })).status).toBe(404);
    expect(await w.sql(`select 1 from daily_measures where tenant_id = $1 and measure like 'own.nature@%'`)).toEqual([]);
  });

  it('MET-04 SEC-01 (own metrics) another organisation sees and computes nothing of them, and only admins define them', async () => {
    const sue = await signInAs(api, 'strangers', stranger.adminId);
    const ana = await signInAs(api, 'ownmetrics', w.person('Ana'));
    const mine = (await api.call<OwnMetricList>('GET', '/api/own-metrics', { token })).body.items;
    expect(mine.length).toBeGreaterThan(3);
    expect((await api.call<OwnMetricList>('GET', '/api/own-metrics', { token: sue })).body.items).toEqual([]);
    expect((await api.call('GET', `/api/own-metrics/${mine[0]?.id}`, { token: sue })).status).toBe(404);
    expect((await api.call('GET', `/api/metrics/own.reached/value?${march}`, { token: sue })).status).toBe(404);
    expect((await api.call('GET', '/api/own-metrics', { token: ana })).status).toBe(403);
    expect((await post('/api/own-metrics/preview', { definition: reached }, ana)).status).toBe(403);
    // What Ana may see of it is her own.
    expect((await value('own.reached', march, ana)).value).toBe(
      String(Number((await value('own.reached', `${march}&ownerId=${w.person('Ana')}`)).value)),
    );
    // The same key in another organisation is another metric.
    const theirs = await post<OwnMetricDetail>('/api/own-metrics', { definition: { ...reached, label: 'Reached', of: callsWhere() } }, sue);
    expect([theirs.status, theirs.body.key]).toEqual([201, 'own.reached']);
    await post(`/api/own-metrics/${theirs.body.id}/publish`, { mode: 'recompute' }, sue);
    await compute();
    expect((await value('own.reached', march, sue)).value).toBe('4'); // Sue's four calls of March, the one where nobody came among them
    expect(
      await database.admin
        .query(`select distinct tenant_id from daily_measures where measure like 'own.%' and owner_id = $1`, [stranger.person('Sue')])
        .then((r) => r.rows),
    ).toEqual([{ tenant_id: stranger.tenantId }]);
  });

  it('MET-04 SEC-02 (own metrics) texts that try to be something else are refused or are just texts', async () => {
    const hostile = [
      `'; drop table sales; --`,
      `$1`,
      `{{7*7}}`,
      `<script>alert(1)</script>`,
      `=cmd|' /C calc'!A0`,
      `own.x@1.1.of`,
      `__proto__`,
      `\u202Egnp`,
    ];
    for (const text of hostile) {
      const made = await post<OwnMetricDetail>('/api/own-metrics', { definition: { ...reached, label: text, description: text } });
      expect([made.status, made.body.label]).toEqual([201, text.trim()]);
      expect(made.body.key).toMatch(/^own\.[a-z0-9_]{1,48}$/);
      for (const field of ['source', 'date', 'aggregate', 'column'])
        expect((await preview({ ...reached, of: { ...reached.of, [field]: text } })).status).toBe(400);
      for (const condition of [
        { column: text, op: 'is', values: ['call'] },
        { column: 'type', op: text, values: ['call'] },
        { column: 'type', op: 'is', values: [text] },
      ])
        expect((await preview({ ...reached, of: { ...reached.of, where: [condition] } })).status).toBe(400);
      expect((await api.call('DELETE', `/api/own-metrics/${made.body.id}`, { token })).status).toBe(204);
    }
    expect((await w.sql<{ n: number }>('select count(*)::int as n from sales where tenant_id = $1'))[0]?.n).toBe(2);
  });
});
