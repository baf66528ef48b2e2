import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GateRun, Me, PipelineItem, Problem, Restriction, RestrictionPage, RestrictionReads } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { type Answer, type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { GateWorld, withStep } from './gate-world.spec-data.js';

describe('decisions on holds and locks', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let w: GateWorld;
  let tokens: Record<string, string>;
  const as = (name: string) => tokens[name] as string;
  const restrictionOf = async (name: string, kind: string, reader: string) => {
    const page = await api.call<RestrictionPage>('GET', `/api/restrictions?userId=${w.person(name)}&kind=${kind}`, { token: as(reader) });
    return (await api.call<Restriction>('GET', `/api/restrictions/${page.body.items[0]?.id}`, { token: as(reader) })).body;
  };
  const decide = (
    page: Restriction,
    who: string,
    decision: string,
    reason = 'Seen and discussed.',
  ): Promise<Answer<Restriction & Pick<Problem, 'detail' | 'code'>>> =>
    api.call('POST', `/api/restrictions/${page.id}/decisions`, { token: as(who), body: { decision, reason, evidenceHash: page.evidenceHash } });

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    w = await new GateWorld(database, worker.app, 'deciding').open(
      ['Ana', 'Ben', 'Cleo'],
      withStep(3, { consequences: ['commission_hold', 'account_lock'] }),
    );
    await w.clock('2026-04-04T06:00:00Z');
    await w.drain();
    await w.daily();
    api = await startApi(database);
    tokens = {};
    for (const name of ['Ana', 'Ben', 'Cleo', 'Lea', 'Max', 'Ada Admin']) tokens[name] = await signInAs(api, 'deciding', w.person(name));
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  it('GATE-05 (proposal, decision) shows a proposal with its consequence in words before the button, and nothing is withheld by it', async () => {
    const seen = await restrictionOf('Ana', 'commission_hold', 'Lea');
    expect(seen).toMatchObject({
      state: 'proposed',
      title: 'Ana: a commission hold is proposed',
      canDecideTo: ['confirm', 'dismiss'],
      blocked: [],
      decider: { name: 'Lea', role: 'Leader of the team' },
      consequenceText: "Ana's commission that is not yet earned is held until 3 Jul 2026 at the latest. Nothing else changes for Ana.", // 4 April + 90 days
      wayOutText: 'The period is over, so nothing that is done now changes the figure. A person decides.',
    });
    expect((await restrictionOf('Ana', 'commission_hold', 'Ana')).canDecide).toBe(false);
    const deal = await api.call('POST', '/api/pipeline-items', { token: as('Ana'), body: { name: 'Still mine', stage: 'prospecting' } });
    expect(deal.status).toBe(201);
  });

  it('GATE-05 (proposal, decision) one person confirms a hold; its mandatory end is 90 days later, and the person reads who and why', async () => {
    const done = await decide(await restrictionOf('Ana', 'commission_hold', 'Lea'), 'Lea', 'confirm', 'Agreed in the review of March.');
    expect([done.status, done.body.state, done.body.endsAt.slice(0, 10)]).toEqual([200, 'in_force', '2026-07-03']);
    expect(done.body.decisions).toMatchObject([{ decision: 'confirm', by: 'Lea', reason: 'Agreed in the review of March.' }]);
    expect((await w.inbox('Ana')).at(-1)).toBe('The commission hold was confirmed by Lea: Agreed in the review of March.');
    expect((await decide(await restrictionOf('Ana', 'commission_hold', 'Lea'), 'Lea', 'confirm')).status).toBe(409);
    const own = await decide(await restrictionOf('Ana', 'commission_hold', 'Ana'), 'Ana', 'lift');
    expect(own.status).toBe(403);
  });

  it('GATE-05 (proposal, decision) a lock needs a leader above the person and an admin, never the same person twice', async () => {
    const page = await restrictionOf('Ben', 'account_lock', 'Lea');
    const first = await decide(page, 'Lea', 'confirm');
    expect([first.status, first.body.state]).toEqual([200, 'proposed']);
    const twice = await decide(page, 'Lea', 'confirm');
    expect([twice.status, twice.body.detail]).toEqual([409, 'You have confirmed already; the second decision must come from another person.']);
    const otherLeader = await decide(page, 'Max', 'confirm');
    expect([otherLeader.status, otherLeader.body.detail]).toEqual([409, 'The other decision must come from an admin.']);
    const second = await decide(page, 'Ada Admin', 'confirm');
    expect([second.status, second.body.state, second.body.endsAt.slice(0, 10)]).toEqual([200, 'in_force', '2026-04-18']); // 4 April + 14 days
  });

  it('GATE-05 (proposal, decision) a locked person can sign in, read own data and the page, and change nothing', async () => {
    const again = await signInAs(api, 'deciding', w.person('Ben'));
    expect((await api.call<Me>('GET', '/api/me', { token: again })).body.restrictions.map((one) => [one.kind, one.state])).toContainEqual([
      'account_lock',
      'in_force',
    ]);
    const page = await restrictionOf('Ben', 'account_lock', 'Ben');
    expect([page.title, page.stillWorks]).toEqual(['Your access is paused', ['Sign in', 'Read your own data', 'Read this page']]);
    expect((await api.call<{ items: PipelineItem[] }>('GET', '/api/pipeline-items', { token: as('Ben') })).status).toBe(200);
    const lead = await api.call<Problem>('POST', '/api/pipeline-items', { token: as('Ben'), body: { name: 'A lead', stage: 'lead' } });
    expect([lead.status, lead.body.code]).toEqual([403, 'restricted']);
    // Nobody hands the locked person an open deal either.
    const [deal] = await w.addDeals('Ana', 1, { at: '2026-04-01T10:00:00Z' });
    const handed = await api.call('PATCH', `/api/pipeline-items/${deal}`, { token: as('Lea'), body: { ownerId: w.person('Ben') } });
    expect(handed.status).toBe(403);
  });

  it('GATE-12 (override) one person lifts a lock at once, and it is free at the next request', async () => {
    const lifted = await decide(await restrictionOf('Ben', 'account_lock', 'Max'), 'Max', 'lift', 'Wrong data.');
    expect([lifted.status, lifted.body.state]).toEqual([200, 'lifted']);
    expect((await api.call('POST', '/api/pipeline-items', { token: as('Ben'), body: { name: 'A lead', stage: 'lead' } })).status).toBe(201);
    // The hold that the same gate proposed is untouched (GATE-10).
    expect(await w.restrictions('Ben')).toEqual(['account_lock lifted', 'commission_hold proposed']);
  });

  it('GATE-05 (proposal, decision) a dismissed proposal is closed, with its reason', async () => {
    const page = await restrictionOf('Cleo', 'account_lock', 'Lea');
    const done = await decide(page, 'Lea', 'dismiss', 'She was ill.');
    expect([done.body.state, done.body.title, (await decide(page, 'Ada Admin', 'confirm')).status]).toEqual([
      'dismissed',
      'Cleo: this proposal was dismissed',
      409,
    ]);
  });

  it('GATE-05 (proposal, decision) refuses bad words and foreign ids field by field', async () => {
    const page = await restrictionOf('Cleo', 'commission_hold', 'Lea');
    const bad = await api.call<Problem>('POST', `/api/restrictions/${page.id}/decisions`, {
      token: as('Lea'),
      body: { decision: 'ban', reason: '', evidenceHash: 'x', extra: 1 },
    });
    expect([bad.status, new Set(bad.body.errors?.map((error) => error.field))]).toEqual([
      400,
      new Set(['decision', 'reason', 'evidenceHash', 'extra']),
    ]);
    const nobody = await api.call('POST', `/api/restrictions/${w.periodId}/decisions`, {
      token: as('Lea'),
      body: { decision: 'lift', reason: 'x', evidenceHash: page.evidenceHash },
    });
    expect(nobody.status).toBe(404);
    expect((await api.call('GET', '/api/restrictions/not-an-id', { token: as('Lea') })).status).toBe(400);
  });

  it("PLAT-07 reading another person's restriction is noted before the answer leaves; the person sees who looked; without the note there is no answer", async () => {
    const reads = async (name: string) =>
      (await api.call<RestrictionReads>('GET', '/api/me/reads', { token: as(name) })).body.items.map((one) => one.by?.name);
    const id = (
      await database.admin.query<{ id: string }>(`select id from restrictions where user_id = $1 and kind = 'commission_hold'`, [w.person('Cleo')])
    ).rows[0]?.id as string;
    const before = (await reads('Cleo')).length;
    expect((await api.call('GET', `/api/restrictions/${id}`, { token: as('Cleo') })).status).toBe(200);
    expect((await reads('Cleo')).length).toBe(before); // one's own
    expect((await api.call('GET', `/api/restrictions/${id}`, { token: as('Lea') })).status).toBe(200);
    expect([(await reads('Cleo')).length, (await reads('Cleo'))[0]]).toEqual([before + 1, 'Lea']);
    await database.admin.query('revoke insert on audit_events from waymark_app');
    try {
      const refused = await api.call<Problem>('GET', `/api/restrictions/${id}`, { token: as('Lea') });
      expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
    } finally {
      await database.admin.query('grant insert on audit_events to waymark_app');
    }
  });
});

describe('gate policies', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let w: GateWorld;
  let admin: string;
  interface Version {
    id: string;
    number: number;
    state: string;
    publishBlockedBy: string | null;
    gateCount: number;
    sentences: string[];
  }
  interface Policy {
    id: string;
    versions: Version[];
    detail?: string;
    errors?: { field: string }[];
  }
  const call = (method: string, path: string, body?: unknown, token = admin) =>
    api.call<Policy>(method, path, { token, ...(body === undefined ? {} : { body }) });

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    w = await new GateWorld(database, worker.app, 'policies').open(['Ana'], null);
    api = await startApi(database);
    admin = await signInAs(api, 'policies', w.adminId);
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  it('GATE-02 ships the template and describes its condition types for the form', async () => {
    const template = await api.call<{ steps: { name: string }[] }>('GET', '/api/gate-policies/template', { token: admin });
    expect(template.body.steps.map((step) => step.name)).toEqual(['Activity gate', 'Pipeline gate', 'Revenue gate']);
    const types = await api.call<{ items: { key: string; fields: { key: string; default: string | null }[] }[] }>('GET', '/api/gate-policy-types', {
      token: admin,
    });
    expect(types.body.items.map((type) => type.key)).toEqual(['activity_target', 'pipeline_coverage', 'target_reached']);
    expect(types.body.items[1]?.fields.map((field) => [field.key, field.default])).toEqual([
      ['factor', '3'],
      ['of', 'target'],
      ['expectedClose', 'in_period_or_unknown'],
      ['staleDays', null],
    ]);
  });

  it('GATE-02 keeps published versions as they are: a change is a new draft, tried on a past period, then published', async () => {
    const made = await call('POST', '/api/gate-policies', { name: 'Ours' });
    expect(made.status).toBe(201);
    const [draft] = made.body.versions as [Version];
    expect(draft.publishBlockedBy).toBe('This version withholds something, so preview it over a period that has ended before you publish it.');
    const base = `/api/gate-policies/${made.body.id}/versions`;
    expect([(await call('POST', `${base}/${draft.id}/publish`, {})).status, (await call('POST', base, {})).status]).toEqual([409, 409]);
    await w.asAdmin(async () => {
      const { PeriodsService } = await import('../goals/periods.service.js');
      return worker.app.get(PeriodsService).create({ name: 'January', kind: 'monthly', startsOn: '2026-01-01', endsOn: '2026-01-31' });
    });
    const january = await w.row<{ id: string }>(`select id from goal_periods where tenant_id = $1 and name = 'January'`, []);
    const preview = async (versionId: string) => {
      const run = await api.call<GateRun>('POST', '/api/gate-runs', {
        token: admin,
        body: { periodId: january.id, policyVersionId: versionId, mode: 'preview' },
      });
      expect([run.status, run.body.state]).toEqual([202, 'queued']);
      await worker.runner.runAll();
      return (await api.call<GateRun>('GET', `/api/gate-runs/${run.body.id}`, { token: admin })).body;
    };
    expect(await preview(draft.id)).toMatchObject({ state: 'done', result: { people: 0, restrictions: {} } });
    const published = await call('POST', `${base}/${draft.id}/publish`, {});
    expect([published.status, published.body.versions[0]?.state, published.body.versions[0]?.gateCount]).toEqual([201, 'published', 3]);
    expect((await call('PATCH', `${base}/${draft.id}`, { definition: {} })).status).toBe(409);

    const second = (await call('POST', base, {})).body.versions[0] as Version;
    const changed = await call('PATCH', `${base}/${second.id}`, { definition: withStep(2, { at: { sharePercent: 60 } }) });
    expect(changed.body.versions[0]?.sentences[1]).toMatch(/^At 60 % of the days of the period/);
    await preview(second.id);
    // The draft changes after the preview: it must be tried again in exactly this form.
    await call('PATCH', `${base}/${second.id}`, { definition: withStep(2, { at: { sharePercent: 70 } }) });
    expect((await call('POST', `${base}/${second.id}/publish`, {})).status).toBe(409);
    await preview(second.id);
    const next = await call('POST', `${base}/${second.id}/publish`, {});
    expect(next.body.versions.map((version) => [version.number, version.state, version.gateCount])).toEqual([
      [2, 'published', 3],
      [1, 'retired', 0],
    ]);
  });

  it('GATE-02 binds only what lies ahead: gates whose deadline has passed stay with the earlier version', async () => {
    await w.clock('2026-03-10T09:00:00Z');
    const policies = (await api.call<{ items: Policy[] }>('GET', '/api/gate-policies', { token: admin })).body.items;
    const base = `/api/gate-policies/${policies[0]?.id}/versions`;
    const warnOnly = { ...withStep(2, {}), steps: withStep(2, {}).steps.map((step) => ({ ...step, consequences: ['warning'] })) };
    const third = (await call('POST', base, { definition: warnOnly })).body.versions[0] as Version;
    const published = await call('POST', `${base}/${third.id}/publish`, {}); // warnings need no preview
    expect(published.body.versions.map((version) => [version.number, version.gateCount])).toEqual([
      [3, 2],
      [2, 1],
      [1, 0],
    ]);
    // A goal that appears now gets only the gates ahead of it.
    await w.addPerson('Zoe', 'member');
    await w.addGoal('Zoe');
    expect(await w.gates('Zoe')).toEqual(['pending', 'pending']);
  });

  it('GATE-02 refuses bad definitions field by field, history in the future, and everybody but admins', async () => {
    const bad = await call('POST', '/api/gate-policies', { name: 'Bad', definition: { steps: [{ name: '', at: { sharePercent: 1e400 } }] } });
    expect(bad.status).toBe(400);
    const worse = await call('POST', '/api/gate-policies', {
      name: 'Bad',
      definition: { steps: [{ name: 'x', at: { sharePercent: 101 }, conditions: [{ type: 'no' }] }] },
    });
    expect([worse.status, worse.body.errors?.map((error) => error.field)]).toEqual([
      400,
      ['definition.steps.0.at.sharePercent', 'definition.steps.0.conditions.0.type'],
    ]);
    const good = await call('POST', '/api/gate-policies', { name: 'Good' });
    const path = `/api/gate-policies/${good.body.id}/versions/${good.body.versions[0]?.id}/publish`;
    const future = await call('POST', path, { publishedAt: '2027-01-01T00:00:00Z' });
    expect([future.status, future.body.errors?.[0]?.field]).toEqual([400, 'publishedAt']);
    expect((await call('POST', '/api/gate-policies', { name: 'Good' })).status).toBe(409);
    const ana = await signInAs(api, 'policies', w.person('Ana'));
    expect([(await call('POST', path, {}, ana)).status, (await call('GET', '/api/gate-policies', undefined, ana)).status]).toEqual([403, 200]);
    const foreign = await api.call<Problem>('POST', '/api/gate-runs', {
      token: admin,
      body: { periodId: w.adminId, policyVersionId: good.body.versions[0]?.id, mode: 'preview' },
    });
    expect([foreign.status, foreign.body.errors?.[0]?.field]).toEqual([400, 'periodId']);
    const enforceDraft = await api.call('POST', '/api/gate-runs', {
      token: admin,
      body: { periodId: w.periodId, policyVersionId: good.body.versions[0]?.id, mode: 'enforce' },
    });
    expect(enforceDraft.status).toBe(409);
  });
});
