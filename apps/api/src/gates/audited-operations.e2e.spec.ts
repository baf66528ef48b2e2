import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { randomUUID } from 'node:crypto';
import { openApiDocument } from '../platform/http/docs.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { GateWorld, smallPolicy } from './gate-world.spec-data.js';

interface Described {
  operationId: string;
  tags: string[];
  'x-access': { public?: boolean; unaudited?: string };
}

/** Stages whose every operation is called here; those of sessions, settings and privacy prove their lines beside themselves. */
const stages = new Set([
  'pipeline items',
  'companies',
  'activities',
  'sales',
  'exchange rates',
  'customers',
  'work',
  'programmes',
  'imports',
  'goal periods',
  'goals',
  'gate policies',
  'gates',
  'restrictions',
  'me',
  'api keys',
  'ingestion',
]);

describe('what is written down', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let api: RunningApi;
  let w: GateWorld;
  let admin: string;
  let leader: string;
  let operations: (Described & { method: string; path: string })[];
  const seen: Record<string, number | string> = {};

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    w = await new GateWorld(database, worker.app, 'written').open(['Ana']);
    await w.clock('2026-04-04T06:00:00Z');
    await w.drain();
    await w.daily();
    api = await startApi(database);
    admin = await signInAs(api, 'written', w.adminId);
    leader = await signInAs(api, 'written', w.person('Lea'));
    operations = Object.entries(openApiDocument(api.app).paths).flatMap(([path, item]) =>
      Object.entries(item as unknown as Record<string, Described>)
        .filter(([method]) => method !== 'get')
        .map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
    );
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  const lines = async (request: string | null) =>
    Number((await database.admin.query<{ n: string }>('select count(*) as n from audit_events where request_id = $1', [request])).rows[0]?.n);

  /** Calls an operation by its id, keeps how many lines its request left, and answers its answer. */
  async function run(
    id: string,
    body?: object,
    ids: { id?: string; versionId?: string; assignmentId?: string } = {},
    token = admin,
  ): Promise<Record<string, string>> {
    const operation = operations.find((one) => one.operationId === id);
    if (!operation) throw new Error(`there is no ${id}`);
    const path = Object.entries(ids).reduce((filled, [name, id]) => filled.replace(`{${name}}`, id), operation.path);
    const headers: Record<string, string> = operation.method === 'POST' ? { 'idempotency-key': randomUUID() } : {};
    const send = () => api.call<Record<string, string>>(operation.method, path, { token, headers, ...(body && { body }) });
    const answer = await send();
    seen[id] = answer.status < 300 ? await lines(answer.headers.get('x-request-id')) : `${answer.status} ${JSON.stringify(answer.body)}`;
    if (operation.method === 'POST' && answer.status < 300) {
      const again = await send(); // the same request once more is the same effect, and no second line
      if (again.headers.get('idempotency-replayed') !== 'true' || (await lines(again.headers.get('x-request-id'))) !== 0)
        seen[id] = `not repeated: ${again.status}`;
    }
    return answer.body;
  }

  async function upload(path: string): Promise<Response> {
    const form = new FormData();
    form.set('mapping', 'products');
    form.set('dryRun', 'true');
    form.set('file', new Blob(['product,series,sales_price\nGTX,GTX,550\n']), 'products.csv');
    return fetch(`${api.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${admin}` }, body: form });
  }

  it('PLAT-07 every operation that changes something writes exactly one line, repeated or not; those that do not say why', async () => {
    const deal = await run('pipelineItems_create', { name: 'One', stage: 'lead', ownerId: w.person('Ana') });
    await run('pipelineItems_patch', { name: 'Two' }, { id: deal['id'] as string });
    await run('pipelineItems_duplicate', undefined, { id: deal['id'] as string });
    const activity = await run('activities_create', { type: 'call', completedAt: '2026-03-02T10:00:00Z', ownerId: w.person('Ana') });
    await run('activities_correct', { note: 'By phone' }, { id: activity['id'] as string });
    const sale = await run('sales_create', { amount: { amount: '10.00', currency: 'EUR' }, ownerId: w.person('Ana') });
    await run('sales_correct', { shares: [{ userId: w.person('Ana'), share: '100' }] }, { id: sale['id'] as string });
    const rate = await run('exchangeRates_create', { currency: 'EUR', on: '2026-01-02', rate: '1.1' });
    await run('exchangeRates_change', { rate: '1.2' }, { id: rate['id'] as string });
    await run('exchangeRates_remove', undefined, { id: rate['id'] as string });
    const company = await run('companies_create', { name: 'Acme' });
    await run('companies_patch', { name: 'Acme Inc.' }, { id: company['id'] as string });
    const key = await run('apiKeys_create', { label: 'Sync', scopes: ['facts:write'], expiresInDays: 30 });
    await run('apiKeys_revoke', undefined, { id: key['id'] as string });
    await run('ingest_companies', { rows: [{ externalId: 'c1', name: 'Sent' }] });
    await run('ingest_pipelineItems', { rows: [{ externalId: 'i1', name: 'Sent', owner: 'Lea', stage: 'lead', occurredAt: '2026-03-01' }] });
    await run('ingest_activities', { rows: [{ externalId: 'a1', type: 'call', owner: 'Lea', completedAt: '2026-03-01' }] });
    const fact = { externalId: 'f1', company: 'c1', owner: 'Lea', occurredAt: '2026-03-01' };
    await run('ingest_sales', { rows: [{ ...fact, amount: '1.00' }] });
    await run('ingest_arrMovements', { rows: [{ ...fact, kind: 'new', amount: '1.00' }] });
    await run('ingest_renewals', { rows: [{ externalId: 'f1', company: 'c1', owner: 'Lea', dueOn: '2026-03-01', outcome: 'open' }] });
    await run('ingest_surveyResponses', {
      rows: [{ externalId: 'f1', kind: 'nps', score: 9, contact: 'x', owner: 'Lea', answeredAt: '2026-03-01' }],
    });
    await run('ingest_partnerLists', { rows: [{ externalId: 'f1', item: 'i1' }] });
    await run('ingest_tasks', { rows: [{ externalId: 'f1', title: 'Sent', owner: 'Lea' }] });
    await run('ingest_taskUpdates', { rows: [{ externalId: 'f1', task: 'f1', toldAt: '2026-03-01', progress: 5 }] });
    await run('ingest_interactions', { rows: [{ ...fact, kind: 'visit', topic: 'Sent' }] });
    await run('ingest_companyUpdates', { rows: [{ externalId: 'f1', company: 'c1', owner: 'Lea', asOfOn: '2026-03-01', arr: '1.00' }] });
    await run('ingest_programmes', { rows: [{ externalId: 'f1', name: 'Sent', startsOn: '2026-03-01' }] });
    await run('ingest_enrolments', { rows: [{ externalId: 'f1', programme: 'f1', company: 'c1', fromOn: '2026-03-01' }] });
    const companyId = company['id'] as string;
    const movement = await run('arrMovements_create', { companyId, kind: 'new', amount: { amount: '10.00', currency: 'USD' } });
    await run('arrMovements_correct', { kind: 'expansion' }, { id: movement['id'] as string });
    const renewal = await run('renewals_create', { companyId, dueOn: '2026-05-01' });
    await run('renewals_correct', { outcome: 'renewed' }, { id: renewal['id'] as string });
    const answer = await run('surveyResponses_create', { kind: 'nps', score: 9, contact: 'mia@acme.example' });
    await run('surveyResponses_correct', { score: 8 }, { id: answer['id'] as string });
    const lead = await run('pipelineItems_create', { name: 'Giver', stage: 'lead' });
    const list = await run('partnerLists_create', { itemId: lead['id'] as string });
    await run('partnerLists_correct', { partnerListSize: 4 }, { id: list['id'] as string });
    const task = await run('tasks_create', { title: 'Call them' });
    await run('tasks_correct', { state: 'done' }, { id: task['id'] as string });
    const update = await run('taskUpdates_create', { taskId: task['id'] as string, progress: 50 });
    await run('taskUpdates_correct', { progress: 60 }, { id: update['id'] as string });
    const touch = await run('interactions_create', { companyId, kind: 'visit', topic: 'New plant' });
    await run('interactions_correct', { kind: 'call' }, { id: touch['id'] as string });
    const told = await run('companyUpdates_create', { companyId, payingCustomers: 5 });
    await run('companyUpdates_correct', { retention: '97.5' }, { id: told['id'] as string });
    const programme = await run('programmes_create', { name: 'Batch 1', startsOn: '2026-01-01' });
    const programmeId = programme['id'] as string;
    await run('programmes_change', { endsOn: '2026-06-30' }, { id: programmeId });
    const enrolment = await run('enrolments_create', { programmeId, companyId, fromOn: '2026-01-01' });
    await run('enrolments_change', { untilOn: '2026-03-31' }, { id: enrolment['id'] as string });
    const assignment = await run('companyPeople_assign', { userId: w.person('Ana'), role: 'member' }, { id: companyId });
    await run('companyPeople_change', { note: 'Founder' }, { id: companyId, assignmentId: assignment['id'] as string });
    const period = await run('periods_create', { name: 'June', kind: 'monthly', startsOn: '2026-06-01', endsOn: '2026-06-30' });
    await run('periods_change', { name: 'June 2026' }, { id: period['id'] as string });
    const goal = await run('goals_create', {
      name: 'Leads',
      metric: 'leads_created',
      target: '10',
      periodId: period['id'] as string,
      userId: w.person('Ana'),
    });
    await run('goals_change', { target: '12' }, { id: goal['id'] as string });
    await run('goals_refresh', undefined, { id: goal['id'] as string });
    await run('goals_remove', undefined, { id: goal['id'] as string });
    const policy = await run('policies_create', { name: 'Another', definition: smallPolicy });
    const versions = await api.call<{ versions: { id: string }[] }>('GET', `/api/gate-policies/${policy['id']}`, { token: admin });
    const ids = { id: policy['id'] as string, versionId: versions.body.versions[0]?.id as string };
    await run('policies_change', { definition: { ...smallPolicy, steps: smallPolicy.steps.slice(0, 1) } }, ids);
    await run('policies_publish', undefined, ids);
    await run('policies_draft', undefined, ids);
    await run('gates_request', { mode: 'preview', periodId: w.periodId, policyVersionId: w.versionId });
    const held = await database.admin.query<{ id: string }>(`select id from restrictions where kind = 'commission_hold' and state = 'proposed'`);
    const page = await api.call<{ id: string; evidenceHash: string }>('GET', `/api/restrictions/${held.rows[0]?.id}`, { token: leader });
    const decision = { decision: 'confirm', reason: 'Agreed.', evidenceHash: page.body.evidenceHash };
    await run('restrictionPages_decide', decision, { id: page.body.id }, leader);
    const notice = await database.admin.query<{ id: string }>('select id from notifications where user_id = $1', [w.person('Ana')]);
    await run('me_read', undefined, { id: notice.rows[0]?.id as string }, await signInAs(api, 'written', w.person('Ana')));
    for (const [id, path] of [
      ['imports_start', '/api/imports'],
      ['imports_inspect', '/api/imports/inspect'],
    ] as const) {
      const answer = await upload(path);
      seen[id] = answer.ok ? await lines(answer.headers.get('x-request-id')) : `${answer.status} ${await answer.text()}`;
    }
    const started = await database.admin.query<{ id: string }>('select id from imports');
    await run('imports_cancel', undefined, { id: started.rows[0]?.id as string });

    const wanted = operations.filter((one) => one.tags.some((tag) => stages.has(tag)) && !one['x-access'].public);
    expect(seen).toEqual(Object.fromEntries(wanted.map((one) => [one.operationId, one['x-access'].unaudited ? 0 : 1])));
    expect(wanted.filter((one) => one['x-access'].unaudited).map((one) => one.operationId)).toEqual(['me_read', 'imports_inspect', 'goals_refresh']);
  });
});
