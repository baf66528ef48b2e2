import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GateWorld } from '../gates/gate-world.spec-data.js';
import { Recomputation } from '../metrics/recomputation.service.js';
import { openApiDocument } from '../platform/http/docs.js';
import { faultsOf, goesThroughOneNode, loadParser, type Places, statementsOf } from '../testing/legal-sql.js';
import { productFiles, type SqlSite, SqlSites } from '../testing/sql-sites.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { askEverything, importSmallFiles, loadHistory, StatementRecorder } from './legal-sql.spec-data.js';

const source = join(import.meta.dirname, '..');
const root = join(source, '..', '..', '..');

/** Commands of the operator: they run as the owner of the tables, one at a time, on the node that knows the whole schema. */
const operators = ['testing', 'database', 'portability', 'organisation.ts', 'demo.ts', 'demo-organisation.ts'];
/** Methods that send one of their arguments. */
const forwarders = {
  'staging.find': { argument: 0, before: 'insert into findings (line, severity, code, field, value, message) ' },
  'units.runClaimed': { argument: 0, before: '' },
  'this.transaction': { argument: 0, before: '' },
  'this.send': { argument: 1, before: '' },
};
/** Files that send what they are given: by those methods, by the compiler of metrics (its SQL is printed) and of own metrics' conditions, by the library that counts attempts. */
const forwardingFiles = [
  'gates/gate-facts.repository.ts',
  'metrics/metrics.repository.ts',
  'platform/database/db.ts',
  'platform/database/unit-of-work.ts',
  'platform/limits/shared-limits.ts',
];
/** Tables without tenants of their own: queue and counters stay on the node that all processes share. */
const undistributed = ['job_slots', 'rate_limits', 'tenants'];
/** What the last two send: sums per owner from facts; statements over a table without tenants. */
const compiled = /^select o\.owner_id,|^with member as |^\s*(insert into|delete from|select|update|with)\b[^]*\brate_limits\b/i;
/**
 * Statements that put values as arrays or JSON, or a staged file, into a distributed table. On a cluster with row-level security on they need a role
 * that bypasses it: the worker's. A new one is a decision; where the API runs it, a list of VALUES does as well.
 */
const throughOneNode = [
  'gates/verdicts.repository.ts',
  'imports/import-enrolments.ts',
  'imports/import-exchange-rates.ts',
  'imports/import-facts.ts',
  'imports/import-memberships.ts',
  'imports/import-partner-lists.ts',
  'imports/import-people.ts',
  'imports/import-pipeline.ts',
  'imports/import-programmes.ts',
  'imports/import-sales.ts',
  'imports/import-teams.ts',
  'imports/imports.repository.ts',
  'imports/upserts.ts',
  'metrics/metrics.repository.ts',
  'platform/messages/inbox.ts',
  'sources/history/history.repository.ts',
];
/** Doors that look across organisations by design, as an owner without policies: their tables are joined by tenant. */
const doors = ['find_credentials', 'list_tenants', 'demo_people', 'late_slots', 'suspended_tenants', 'tenants_with_mail', 'marked_tenants'];

describe('the SQL of the product', () => {
  let database: TestDatabase;
  let places: Places;
  let sites: SqlSite[];
  let unknown: string[];
  const recorder = new StatementRecorder();

  const query = async <R extends object>(sql: string, params: unknown[] = []) =>
    (await database.admin.query<R & Record<string, unknown>>(sql, params)).rows;
  const names = async (sql: string) => new Set((await query<{ name: string }>(sql)).map((row) => row.name));
  const faults = (of: string, texts: Iterable<string>) =>
    [...texts].flatMap((text) => faultsOf(text, places).map((fault) => `${of}: ${fault}\n${text}`));

  beforeAll(async () => {
    await loadParser();
    database = await testDatabase();
    places = {
      distributed: await names(
        `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id' and table_name <> all('{${undistributed.join()}}')`,
      ),
      volatile: await names(`select distinct proname as name from pg_proc where provolatile = 'v'`),
    };
    ({ sites, unknown } = new SqlSites(source, forwarders).read(productFiles(source, operators)));
    await recorder.during(() => driveTheProduct(database));
  });
  afterAll(() => database.drop());

  it('PERF-02 (legal SQL) every place that sends SQL is known, and what the source does not tell of it was seen while the product was driven', () => {
    expect(sites.length).toBeGreaterThan(300);
    expect([...new Set(unknown.map((at) => at.split(':')[0]))].sort()).toEqual(forwardingFiles);
    // A text tells of the place that says most of it: a place whose beginning it happens to share was not seen by it.
    const seen = new Set(
      [...recorder.texts].flatMap((text) => {
        const told = sites.map((site) => ({ site, tells: site.tells(text) ?? -1 }));
        const most = Math.max(0, ...told.map(({ tells }) => tells));
        return told.filter(({ tells }) => tells === most).map(({ site }) => site);
      }),
    );
    // LISTEN concerns a connection, ANALYZE reads no rows, and what a forwarder puts before a text is part of each text.
    const plain = /^\^\(\?:(listen |analyze |insert into findings \\\([^)]*\) \[\^\]\*\)\$)/;
    const unseen = sites.filter((site) => site.texts === null && !plain.test(site.pattern.source) && !seen.has(site));
    expect(unseen.map((site) => site.at)).toEqual([]);
  });

  it('PERF-02 (legal SQL) nothing is sent from any other place', () => {
    expect(recorder.texts.size).toBeGreaterThan(250);
    const strange = [...recorder.texts].filter((text) => !compiled.test(text) && !sites.some((site) => site.pattern.test(text)));
    expect(strange).toEqual([]);
  });

  it('PERF-02 (legal SQL) every statement of API and worker holds each table to its tenant and has no form that a cluster refuses', () => {
    const told = sites.flatMap((site) => faults(site.at, site.texts ?? []));
    expect([...told, ...faults('seen', recorder.texts)]).toEqual([]);
  });

  it('PERF-02 (legal SQL) so does the printed SQL of every metric', () => {
    const folder = join(root, 'libs', 'metrics', 'golden');
    const printed = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(faults('golden', printed)).toEqual([]);
  });

  it('PERF-02 (legal SQL) rows that come from no row of the tenant are put in by the files that are listed', () => {
    const telling = sites.filter((site) => {
      const texts = site.texts ?? [...recorder.texts].filter((text) => site.pattern.test(text));
      return texts.some((text) => goesThroughOneNode(text, places));
    });
    expect([...new Set(telling.map((site) => site.at.split(':')[0]))].sort()).toEqual(throughOneNode);
  });

  it('PERF-02 (legal SQL) functions and triggers of the database keep the same rules; only the doors look across organisations', async () => {
    const functions = await query<{ name: string; language: string; definition: string; body: string; args: string[] | null }>(
      `select proname as name, lanname as language, pg_get_functiondef(p.oid) as definition, prosrc as body, proargnames as args
       from pg_proc p join pg_language l on l.oid = prolang where pronamespace = 'app'::regnamespace`,
    );
    const wrong = functions.flatMap(({ name, language, definition, body, args }) => {
      const { statements, values } = language === 'plpgsql' ? statementsOf(definition) : { statements: [body], values: [] };
      const inFunction = { values: new Set([...values, ...(args ?? [])]), acrossTenants: doors.includes(name) };
      return statements.flatMap((text) => faultsOf(text, places, inFunction).map((fault) => `${name}: ${fault}`));
    });
    // The context that app.begin_request sets serves processes of the former build; those of this one say SET LOCAL before.
    expect(wrong.filter((fault) => !fault.startsWith('begin_request: set_config()'))).toEqual([]);
    expect(functions.length).toBeGreaterThan(15);
  });

  it('PERF-02 (legal SQL) keys begin with the tenant, references carry it and set nothing null, and policies have no sub-query', async () => {
    const tables = [...places.distributed];
    const keys = await query<{ name: string }>(
      `select c.conname as name from pg_constraint c where c.conrelid = any($1::regclass[]) and (
         (c.contype in ('p', 'u') and (select attname from pg_attribute a where a.attrelid = c.conrelid and a.attnum = c.conkey[1]) <> 'tenant_id')
         or (c.contype = 'f' and c.confrelid = any($1::regclass[])
           and not exists (select 1 from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey) and a.attname = 'tenant_id'))
         or (c.contype = 'f' and c.confdeltype in ('n', 'd')))
       union all select indexrelid::regclass::text from pg_index x where x.indrelid = any($1::regclass[]) and x.indisunique
         and (select attname from pg_attribute a where a.attrelid = x.indrelid and a.attnum = x.indkey[0]) <> 'tenant_id'
       union all select polname from pg_policy where polrelid = any($1::regclass[]) and concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) ~* '\\mselect\\M'`,
      [tables],
    );
    expect(tables.length).toBeGreaterThan(30);
    expect(keys).toEqual([]);
  });
});

/** Everything whose SQL is put together at run time: every question with each of its conditions, every change of chosen fields, every import, every job. */
async function driveTheProduct(database: TestDatabase): Promise<void> {
  const worker = await startWorker(database);
  const api = await startApi(database, {
    RATE_LIMITS: 'on',
    LIMIT_USER_PER_MINUTE: '9000',
    LIMIT_TENANT_PER_MINUTE: '9000',
    LIMIT_ADDRESS_PER_MINUTE: '9000',
  });
  try {
    const world = await new GateWorld(database, worker.app, 'legal').open(['Ana', 'Ben']);
    await world.addDeals('Ana', 3, { at: '2026-03-02T10:00:00Z', value: 100 });
    await world.addSale('Ana', '2026-03-03T10:00:00Z', 10);
    await world.clock('2026-04-04T06:00:00Z');
    await world.drain();
    await world.daily();
    await importSmallFiles(worker.app, world);
    await loadHistory(worker.app, world);
    await worker.runner.runAll();
    await worker.app.get(Recomputation).audit(world.tenantId);
    const token = await signInAs(api, 'legal', world.adminId);
    const made = await change(api, world, token);
    const person = world.person('Ana');
    const { rows } = await database.admin.query<{ id: string }>('select team_id as id from team_memberships where tenant_id = $1 and user_id = $2', [
      world.tenantId,
      person,
    ]);
    const ids = {
      ...made,
      id: person,
      ownerId: person,
      userId: person,
      actorId: world.adminId,
      subjectId: person,
      objectId: person,
      teamId: rows[0]?.id as string,
    };
    await askEverything(api, openApiDocument(api.app), token, { ...ids, policyVersionId: world.versionId });
    await worker.runner.runAll();
  } finally {
    await api.close();
    await worker.close();
  }
}

/** Changes that name the fields they change, and those that other kinds of statements follow. */
async function change(api: RunningApi, world: GateWorld, token: string): Promise<Record<string, string>> {
  const send = async (method: string, path: string, body?: object) => {
    const answer = await api.call<{ id: string }>(method, `/api/${path}`, { token, ...(body ? { body } : {}) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body?.id;
  };
  const company = await send('POST', 'companies', { name: 'Made' });
  await send('PATCH', `companies/${company}`, { industry: 'steel' });
  const movement = await send('POST', 'arr-movements', {
    companyId: company,
    kind: 'new',
    amount: { amount: '10.00', currency: 'USD' },
    externalId: 'M9',
  });
  await send('PATCH', `arr-movements/${movement}`, { kind: 'expansion' });
  const renewal = await send('POST', 'renewals', { companyId: company, dueOn: '2026-05-01', externalId: 'R9' });
  await send('PATCH', `renewals/${renewal}`, { outcome: 'renewed' });
  const answer = await send('POST', 'survey-responses', { kind: 'nps', score: 9, contact: 'mia@acme.example', externalId: 'S9' });
  await send('PATCH', `survey-responses/${answer}`, { score: 8 });
  for (const source of ['companies', 'interactions'])
    await send('POST', `ingest/${source}`, { rows: [{ externalId: 'B1', name: 'Bulk', company: 'Acme', owner: 'Pia' }] });
  // So many new ones make the planner look again.
  const leads = Array.from({ length: 100 }, (_, n) => ({ externalId: `L${n}`, name: 'Lead', owner: 'Pia', stage: 'lead', occurredAt: '2026-03-05' }));
  await send('POST', 'ingest/pipeline-items', { rows: leads });
  const task = await send('POST', 'tasks', { title: 'Call them', companyId: company, dueOn: '2026-05-01', externalId: 'T9' });
  await send('PATCH', `tasks/${task}`, { state: 'done' });
  const update = await send('POST', 'task-updates', { taskId: task, progress: 50, externalId: 'U9' });
  await send('PATCH', `task-updates/${update}`, { progress: 60 });
  const touch = await send('POST', 'interactions', { companyId: company, kind: 'visit', topic: 'New plant', externalId: 'V9' });
  await send('PATCH', `interactions/${touch}`, { kind: 'call' });
  const told = await send('POST', 'company-updates', { companyId: company, payingCustomers: 5, externalId: 'W9' });
  await send('PATCH', `company-updates/${told}`, { retention: '97.5' });
  const programme = await send('POST', 'programmes', { name: 'Batch 1', startsOn: '2026-01-01', externalId: 'P9' });
  await send('PATCH', `programmes/${programme}`, { endsOn: '2026-06-30' });
  const enrolment = await send('POST', 'enrolments', { programmeId: programme, companyId: company, fromOn: '2026-01-01' });
  await send('PATCH', `enrolments/${enrolment}`, { untilOn: '2026-03-31' });
  const assignment = await send('POST', `companies/${company}/people`, { userId: world.person('Ben'), role: 'member' });
  await send('PATCH', `companies/${company}/people/${assignment}`, { untilOn: '2999-01-01' });
  const item = await send('POST', 'pipeline-items', {
    name: 'Made',
    stage: 'prospecting',
    ownerId: world.person('Ben'),
    companyId: company,
    note: 'n',
  });
  await send('PATCH', `pipeline-items/${item}`, { note: 'm', stage: 'won', value: { amount: '10.00', currency: 'USD' } });
  const period = await send('POST', 'goal-periods', { name: 'June', kind: 'monthly', startsOn: '2026-06-01', endsOn: '2026-06-30' });
  await send('PATCH', `goal-periods/${period}`, { name: 'Early summer' });
  const goal = await send('POST', 'goals', { name: 'Leads', metric: 'leads_created', target: '10', periodId: period, userId: world.person('Ben') });
  await send('PATCH', `goals/${goal}`, { name: 'More leads' });
  await send('PATCH', 'settings', { weekStart: 7 });
  const of = { source: 'activities', date: 'completed_at', where: [{ column: 'type', op: 'is', values: ['call'] }], aggregate: 'count' };
  const definition = { label: 'Calls held', unit: 'count', kind: 'measure', of };
  await send('POST', 'own-metrics/preview', { definition });
  const metric = await send('POST', 'own-metrics', { definition });
  await send('POST', `own-metrics/${metric}/publish`, { mode: 'recompute' });
  const team = await send('POST', 'teams', { name: 'Made' });
  await send('PATCH', `teams/${team}`, { category: 'field' });
  const april = await send('POST', 'goal-periods', { name: 'April', kind: 'monthly', startsOn: '2026-04-01', endsOn: '2026-04-30' });
  await send('PATCH', `goal-periods/${april}`, { state: 'active' });
  for (const owner of [{ userId: world.person('Ben') }, { teamId: team }])
    await send('POST', 'goals', { name: 'NPS', metric: 'nps', target: '40', periodId: april, ...owner });
  await send('GET', `metrics/nps/value?teamId=${team}&from=2026-03-01&to=2026-03-31`);
  const person = await send('POST', 'users', { name: 'Gone Soon', email: 'gone@legal.example' });
  await send('PATCH', `users/${person}`, { startedOn: '2025-01-01' });
  await send('PUT', `users/${person}/roles`, { roles: ['member', 'coach'] });
  await send('POST', `users/${person}/invitation`, {});
  await send('POST', 'auth/password-reset', { organisation: 'legal', email: 'gone@legal.example' });
  await send('POST', 'auth/sign-in', { organisation: 'legal', email: 'ada@legal.example', password: 'long enough word' });
  await send('POST', `users/${person}/erasure`, { reason: 'asked for', confirmName: 'Gone Soon' });
  await send('POST', 'gate-runs', { mode: 'preview', periodId: world.periodId, policyVersionId: world.versionId });
  return { companyId: company, taskId: task as string, programmeId: programme as string, itemId: item, goalId: goal, periodId: world.periodId };
}
