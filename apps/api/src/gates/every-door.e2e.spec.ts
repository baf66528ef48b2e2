import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Reflector } from '@nestjs/core';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { randomUUID } from 'node:crypto';
import { ACCESS, type AccessRule } from '../access/access.decorator.js';
import { type Capability, keyOpens, scopeOf } from '../access/permissions.js';
import { SessionGuard } from '../access/session.guard.js';
import { Visibility } from '../access/visibility.js';
import { IdPipe } from '../platform/http/id.pipe.js';
import { openApiDocument } from '../platform/http/docs.js';
import { type DescribedOperation, readDocument } from '../testing/described-operations.js';
import { type Answer, type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { GateWorld, smallPolicy } from './gate-world.spec-data.js';

/** What the id in a path names, by the words before it. A new place of an id must be declared here, or the spec fails. */
const kinds: [RegExp, Kind][] = [
  [/^\/api\/auth\/sessions\/\{id\}/, 'session'],
  [/^\/api\/notifications\/\{id\}/, 'notification'],
  [/^\/api\/pipeline-items\/\{id\}/, 'item'],
  [/^\/api\/companies\/\{id\}/, 'company'],
  [/^\/api\/activities\/\{id\}/, 'activity'],
  [/^\/api\/sales\/\{id\}/, 'sale'],
  [/^\/api\/exchange-rates\/\{id\}/, 'rate'],
  [/^\/api\/arr-movements\/\{id\}/, 'movement'],
  [/^\/api\/partner-lists\/\{id\}/, 'list'],
  [/^\/api\/renewals\/\{id\}/, 'renewal'],
  [/^\/api\/survey-responses\/\{id\}/, 'answer'],
  [/^\/api\/tasks\/\{id\}/, 'task'],
  [/^\/api\/task-updates\/\{id\}/, 'taskUpdate'],
  [/^\/api\/interactions\/\{id\}/, 'interaction'],
  [/^\/api\/company-updates\/\{id\}/, 'companyUpdate'],
  [/^\/api\/programmes\/\{id\}/, 'programme'],
  [/^\/api\/enrolments\/\{id\}/, 'enrolment'],
  [/^\/api\/imports\/\{id\}/, 'import'],
  [/^\/api\/goal-periods\/\{id\}/, 'period'],
  [/^\/api\/goals\/\{id\}/, 'goal'],
  [/^\/api\/gate-policies\/\{id\}/, 'policy'],
  [/^\/api\/own-metrics\/\{id\}/, 'ownMetric'],
  [/^\/api\/gate-runs\/\{id\}/, 'run'],
  [/^\/api\/gates\/\{id\}/, 'gate'],
  [/^\/api\/restrictions\/\{id\}/, 'restriction'],
  [/^\/api\/users\/\{id\}\/absences/, 'away'],
  [/^\/api\/users\/\{id\}/, 'user'],
  [/^\/api\/teams\/\{id\}/, 'team'],
  [/^\/api\/api-keys\/\{id\}/, 'apiKey'],
];
type Kind =
  | 'session'
  | 'notification'
  | 'item'
  | 'company'
  | 'activity'
  | 'sale'
  | 'rate'
  | 'movement'
  | 'list'
  | 'renewal'
  | 'answer'
  | 'task'
  | 'taskUpdate'
  | 'interaction'
  | 'companyUpdate'
  | 'programme'
  | 'enrolment'
  | 'import'
  | 'period'
  | 'goal'
  | 'policy'
  | 'ownMetric'
  | 'run'
  | 'gate'
  | 'restriction'
  | 'user'
  | 'away'
  | 'team'
  | 'apiKey';
/** Ids further on in a path, of something inside of what the first id names. */
const inner = ['versionId', 'membershipId', 'absenceId', 'assignmentId'] as const;
type Inner = Record<(typeof inner)[number], string>;
/** Things of one person; the others belong to the whole organisation. */
const personal = new Set<Kind>([
  'session',
  'notification',
  'item',
  'activity',
  'sale',
  'goal',
  'gate',
  'restriction',
  'away',
  'movement',
  'list',
  'renewal',
  'answer',
  'task',
  'taskUpdate',
  'interaction',
  'companyUpdate',
]);
/** Things of a company: by company for those who reach companies, by nothing else. */
const ofCompanies = new Set<Kind>(['company', 'programme', 'enrolment']);
/** Facts about the company of `own`, beside their owner. */
const aboutCompanies = new Set<Kind>(['interaction', 'companyUpdate']);
/** Things that nobody but their owner reaches, whatever the role. */
const private_ = new Set<Kind>(['session', 'notification']);

/** An own metric of completed calls. */
const ownCalls = {
  label: 'Calls',
  unit: 'count',
  kind: 'measure',
  of: { source: 'activities', date: 'completed_at', aggregate: 'count' },
};

/** A valid message for every operation that changes something, by its id; the sweep must not stop at a missing field. */
const bodies: Record<string, object> = {
  me_read: {},
  ownSessions_end: {},
  pipelineItems_create: { name: 'New', stage: 'lead' },
  pipelineItems_patch: { note: 'seen' },
  pipelineItems_duplicate: {},
  activities_create: { type: 'call', completedAt: '2026-03-02T10:00:00Z' },
  activities_correct: { note: 'seen' },
  sales_create: { amount: { amount: '10.00', currency: 'USD' } },
  sales_correct: { note: 'seen' },
  exchangeRates_create: { currency: 'EUR', on: '2026-01-02', rate: '1.1' },
  exchangeRates_change: { rate: '1.2' },
  exchangeRates_remove: {},
  companies_create: { name: 'New Inc.' },
  companies_patch: { name: 'Changed Inc.' },
  companyPeople_assign: { userId: '00000000-0000-4000-8000-000000000000', role: 'member', fromOn: '2026-05-01' },
  companyPeople_change: { note: 'seen' },
  arrMovements_create: { companyId: '00000000-0000-4000-8000-000000000000', kind: 'new', amount: { amount: '10.00', currency: 'USD' } },
  arrMovements_correct: { occurredAt: '2026-03-02T00:00:00Z' },
  partnerLists_create: { itemId: '00000000-0000-4000-8000-000000000000' },
  partnerLists_correct: { partnerListSize: 4 },
  renewals_create: { companyId: '00000000-0000-4000-8000-000000000000', dueOn: '2026-05-01' },
  renewals_correct: { dueOn: '2026-05-02' },
  surveyResponses_create: { kind: 'nps', score: 9, contact: 'new@customer.example' },
  surveyResponses_correct: { score: 8 },
  tasks_create: { title: 'New task' },
  tasks_correct: { dueOn: '2026-05-02' },
  taskUpdates_create: { taskId: '00000000-0000-4000-8000-000000000000', progress: 10 },
  taskUpdates_correct: { progress: 20 },
  interactions_create: { companyId: '00000000-0000-4000-8000-000000000000', kind: 'visit', topic: 'New plant' },
  interactions_correct: { kind: 'call' },
  companyUpdates_create: { companyId: '00000000-0000-4000-8000-000000000000', payingCustomers: 5 },
  companyUpdates_correct: { payingCustomers: 6 },
  programmes_create: { name: 'New programme', startsOn: '2026-01-01' },
  programmes_change: { endsOn: '2026-12-31' },
  enrolments_create: {
    programmeId: '00000000-0000-4000-8000-000000000000',
    companyId: '00000000-0000-4000-8000-000000000000',
    fromOn: '2026-01-01',
  },
  enrolments_change: { untilOn: '2026-12-31' },
  imports_cancel: {},
  periods_create: { name: 'June', kind: 'monthly', startsOn: '2026-06-01', endsOn: '2026-06-30' },
  periods_change: { name: 'Renamed' },
  goals_create: { name: 'Second', metric: 'leads_created', target: '10' },
  goals_change: { name: 'Renamed' },
  goals_remove: {},
  goals_refresh: {},
  settings_change: { weekStart: 7 },
  settings_addHoliday: { day: '2026-12-25', name: 'Christmas Day' },
  settings_removeHoliday: {},
  indexWeights_change: { calls: 2 },
  settings_changeFlags: { feature_milestones: true },
  ownMetrics_preview: { definition: ownCalls },
  ownMetrics_create: { definition: ownCalls },
  ownMetrics_change: { definition: ownCalls },
  ownMetrics_publish: { mode: 'recompute' },
  ownMetrics_archive: {},
  ownMetrics_remove: {},
  policies_create: { name: 'Another' },
  policies_draft: {},
  policies_change: { definition: smallPolicy },
  policies_publish: {},
  gates_request: { mode: 'preview' },
  oneTimeLinks_invite: {},
  users_create: { name: 'New person' },
  users_change: { startedOn: '2025-01-01' },
  users_setRoles: { roles: ['member'] },
  users_remove: {},
  absences_create: { kind: 'leave', fromOn: '2026-05-04' },
  absences_change: { kind: 'other' },
  absences_remove: {},
  teams_create: { name: 'New team' },
  teams_change: { category: 'field' },
  teams_remove: {},
  teamMemberships_create: { userId: '00000000-0000-4000-8000-000000000000', role: 'member', fromOn: '2026-02-01' },
  teamMemberships_change: { role: 'member' },
  teamMemberships_remove: {},
  privacy_erase: { reason: 'sweep', confirmName: 'Nobody' },
  apiKeys_create: { label: 'Sweep', scopes: ['facts:read'], expiresInDays: 1 },
  apiKeys_revoke: {},
  ingest_pipelineItems: { rows: [{}] },
  ingest_activities: { rows: [{}] },
  ingest_companies: { rows: [{}] },
  ingest_sales: { rows: [{}] },
  ingest_arrMovements: { rows: [{}] },
  ingest_renewals: { rows: [{}] },
  ingest_surveyResponses: { rows: [{}] },
  ingest_partnerLists: { rows: [{}] },
  ingest_tasks: { rows: [{}] },
  ingest_taskUpdates: { rows: [{}] },
  ingest_interactions: { rows: [{}] },
  ingest_companyUpdates: { rows: [{}] },
  ingest_programmes: { rows: [{}] },
  ingest_enrolments: { rows: [{}] },
  restrictionPages_decide: { decision: 'lift', reason: 'sweep', evidenceHash: 'a'.repeat(64) },
};
/** Not called with rights: they end the sweep's own sessions, or take a file. Without rights they are. */
const refusedOnly = new Set(['ownSessions_endEverywhere', 'ownSessions_changePassword', 'imports_start', 'imports_inspect', 'me_stream']);

interface Operation {
  id: string;
  method: string;
  path: string;
  capability: Capability | null;
  whenLocked: boolean;
  declared: boolean;
  queryIds: string[];
  bodyIds: string[];
}

interface Actor {
  name: string;
  roles: string[];
  token: string | undefined;
  locked: boolean;
  /** Of an API key. */
  scopes?: string[];
}

describe('every door', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let mine: GateWorld;
  let theirs: GateWorld;
  let operations: Operation[];
  let actors: Actor[];
  let own: Record<Kind, string>;
  let east: Record<Kind, string>;
  let foreign: Record<Kind, string>;
  let inside: { own: Inner; foreign: Inner };
  let foreignIds: Set<string>;
  let contracts: Map<string, DescribedOperation>;
  const beside = new Set<string>();

  const row = async (sql: string, ...params: unknown[]) => (await database.admin.query<{ id: string }>(sql, params)).rows[0]?.id as string;

  /** One thing of each kind: those of `person`, and those of the organisation. */
  async function things(world: GateWorld, person: string): Promise<Record<Kind, string>> {
    const user = world.person(person);
    const of = (table: string, column = 'owner_id') =>
      row(`select id from ${table} where tenant_id = $1 and ${column} = $2 order by id limit 1`, world.tenantId, user);
    /** Of the first company or of the second. */
    const far = person === 'Ned' ? 'desc' : 'asc';
    const one = (table: string) => row(`select id from ${table} where tenant_id = $1 order by id ${far} limit 1`, world.tenantId);
    const any = (table: string) => row(`select id from ${table} where tenant_id = $1 order by id limit 1`, world.tenantId);
    return {
      session: await of('sessions', 'user_id'),
      notification: await of('notifications', 'user_id'),
      item: await of('pipeline_items'),
      company: await one('companies'),
      activity: await of('activities'),
      sale: await of('sales'),
      rate: await any('exchange_rates'),
      movement: await of('arr_movements'),
      list: await row('select list_id as id from partner_list_versions where tenant_id = $1 and owner_id = $2 limit 1', world.tenantId, user),
      renewal: await of('renewals'),
      answer: await of('survey_responses'),
      task: await of('tasks'),
      taskUpdate: await of('task_updates'),
      interaction: await of('interactions'),
      companyUpdate: await of('company_updates'),
      programme: await one('programmes'),
      enrolment: await one('enrolments'),
      import: await any('imports'),
      period: world.periodId,
      goal: await of('goals', 'owner_user_id'),
      policy: world.policyId,
      ownMetric: await any('own_metrics'),
      run: await any('gate_runs'),
      gate: await row(`select g.id from gates g where g.tenant_id = $1 and g.user_id = $2 order by g.step_order limit 1`, world.tenantId, user),
      restriction: await of('restrictions', 'user_id'),
      user,
      away: user,
      apiKey: await row(`select id from api_keys where tenant_id = $1 and hash = repeat('0', 64)`, world.tenantId), // not the one that calls
      team: await row('select team_id as id from team_memberships where tenant_id = $1 and user_id = $2', world.tenantId, user),
    };
  }

  /** An organisation with two teams, roles of every kind, verdicts and restrictions; every text in it carries its mark. */
  async function world(slug: string, mark: string): Promise<GateWorld> {
    const made = await new GateWorld(database, worker.app, slug).open(['Ana', 'Lou', 'Ned']);
    for (const [name, role] of [
      ['Cora', 'coach'],
      ['Dan', 'director'],
      ['Fay', 'founder'],
    ] as const)
      await made.addPerson(name, role);
    const t = made.tenantId;
    const team = await row(`insert into teams (tenant_id, name) values ($1, 'East') returning id`, t);
    await database.admin.query(`update team_memberships set team_id = $2 where tenant_id = $1 and user_id = $3`, [t, team, made.person('Ned')]);
    for (const name of ['Ana', 'Lou', 'Ned']) await made.addDeals(name, 2, { at: '2026-03-02T10:00:00Z', value: 100 });
    const companies: Record<string, string> = {};
    for (const [name, said] of [
      ['Ana', `Company ${mark}`],
      ['Ned', `Company mark-far ${mark}`],
    ] as const)
      companies[name] = await row(`insert into companies (tenant_id, name, created_at) values ($1, $2, now()) returning id`, t, said);
    for (const [name, role] of [
      ['Cora', 'coach'],
      ['Fay', 'member'],
    ] as const)
      await database.admin.query(
        `insert into company_people (tenant_id, company_id, user_id, role, from_on, note, created_at) values ($1, $2, $3, $4, '2026-01-01', $5, now())`,
        [t, companies['Ana'], made.person(name), role, mark],
      );
    for (const name of ['Ana', 'Ned']) {
      const company = `'${companies[name]}'`;
      const facts = [
        `insert into arr_movements (tenant_id, company_id, owner_id, occurred_at, kind, amount_minor, currency, known_at) values ($1, ${company}, $2, '2026-03-01', 'new', 100, 'USD', '2026-03-01')`,
        `insert into renewals (tenant_id, company_id, owner_id, due_on, due_at, outcome, currency, known_at) values ($1, ${company}, $2, '2026-05-01', '2026-05-01', 'open', 'USD', '2026-03-01')`,
        `insert into survey_responses (tenant_id, kind, score, contact, owner_id, answered_at, known_at) values ($1, 'nps', 9, 'x', $2, '2026-03-01', '2026-03-01')`,
        `with l as (insert into partner_lists (tenant_id, item_id, created_at)
           select $1, id, '2026-03-01' from pipeline_items where tenant_id = $1 and owner_id = $2 limit 1 returning id)
         insert into partner_list_versions (tenant_id, list_id, name, owner_id, opened_on, opened_at, has_due, known_at)
           select $1, id, 'list', $2, '2026-03-01', '2026-03-01', false, '2026-03-01' from l`,
      ];
      for (const fact of facts) await database.admin.query(fact, [t, made.person(name)]);
      const marked = `${name === 'Ned' ? 'mark-east ' : ''}${mark}`;
      const work = [
        `insert into tasks (tenant_id, title, owner_id, opened_at, state, known_at) values ($1, $3, $2, '2026-03-01', 'open', '2026-03-01')`,
        `insert into task_updates (tenant_id, task_id, owner_id, told_at, progress, note, known_at) select $1, id, $2, '2026-03-02', 50, $3, '2026-03-02' from tasks where tenant_id = $1 and owner_id = $2`,
        `insert into interactions (tenant_id, company_id, owner_id, kind, topic, occurred_at, known_at) values ($1, ${company}, $2, 'visit', $3, '2026-03-01', '2026-03-01')`,
        `insert into company_updates (tenant_id, company_id, owner_id, as_of_on, as_of, note, currency, known_at) values ($1, ${company}, $2, '2026-03-01', '2026-03-01', $3, 'USD', '2026-03-01')`,
      ];
      for (const fact of work) await database.admin.query(fact, [t, made.person(name), marked]);
    }
    for (const [name, said] of [
      ['Ana', `Batch ${mark}`],
      ['Ned', `Batch mark-far ${mark}`],
    ] as const)
      await database.admin.query(
        `with p as (insert into programmes (tenant_id, name, starts_on, created_at) values ($1, $2, '2026-01-01', now()) returning id)
         insert into enrolments (tenant_id, programme_id, company_id, from_on, created_at) select $1, id, $3, '2026-01-01', now() from p`,
        [t, said, companies[name]],
      );
    await database.admin.query(
      `insert into activities (tenant_id, type, owner_id, completed_at, outcome, note, known_at)
       select $1, 'call', id, '2026-03-03T10:00:00Z', 'completed', case name when 'Ned' then 'mark-east ' else '' end || $3, '2026-03-03T10:00:00Z' from users
       where tenant_id = $1 and id = any($2::uuid[])`,
      [t, ['Ana', 'Lou', 'Ned'].map((name) => made.person(name)), mark],
    );
    await database.admin.query(
      `insert into sales (tenant_id, owner_id, occurred_at, note, amount_minor, currency, known_at)
       select $1, id, '2026-03-03T10:00:00Z', case name when 'Ned' then 'mark-east ' else '' end || $3, 100, 'USD', '2026-03-03T10:00:00Z' from users
       where tenant_id = $1 and id = any($2::uuid[])`,
      [t, ['Ana', 'Lou', 'Ned'].map((name) => made.person(name)), mark],
    );
    await database.admin.query(`insert into exchange_rates (tenant_id, currency, rate_on, rate) values ($1, 'CHF', '2026-01-01', 1.1)`, [t]);
    await database.admin.query(
      `insert into absences (tenant_id, user_id, kind, from_on, until_on, known_at) select $1, x, 'sick', '2026-01-05', '2026-01-07', '2026-02-20' from unnest($2::uuid[]) x`,
      [t, ['Ana', 'Ned'].map((name) => made.person(name))],
    );
    await database.admin.query(
      `insert into imports (tenant_id, source, file_name, mapping, dry_run, requested_by, state, counts, created_at)
       values ($1, 'products', $2, '{}', false, $3, 'done', '{"rows":0,"created":0,"updated":0,"unchanged":0,"errors":0,"held":0,"incomplete":0,"repaired":0,"byCode":{}}', now())`,
      [t, `file ${mark}.csv`, made.adminId],
    );
    await database.admin.query(
      `insert into api_keys (tenant_id, id, created_by, label, hash, scopes, expires_at) values ($1, gen_random_uuid(), $2, $3, repeat('0', 64), '{facts:read}', now() + interval '1 day')`,
      [t, made.adminId, `key ${mark}`],
    );
    const definition = {
      ...ownCalls,
      label: `calls ${mark}`,
      description: '',
      direction: 'up',
      per: null,
      of: { ...ownCalls.of, where: [], column: null },
    };
    await database.admin.query(
      `with m as (insert into own_metrics (tenant_id, key, created_at) values ($1, 'own.calls', now()) returning id)
       insert into own_metric_versions (tenant_id, metric_id, number, definition, created_at) select $1, m.id, 1, $2, now() from m`,
      [t, JSON.stringify(definition)],
    );
    // Something looks at it, so that it cannot be removed in the middle of the sweep.
    await database.admin.query(
      `with p as (insert into gate_policies (tenant_id, name, archived_at, created_at) values ($1, 'By calls', now(), now()) returning id)
       insert into gate_policy_versions (tenant_id, policy_id, number, definition, definition_hash, created_at) select $1, p.id, 1, $2, 'x', now() from p`,
      [t, JSON.stringify({ ...smallPolicy, goalMetric: 'own.calls' })],
    );
    await made.clock('2026-04-04T06:00:00Z');
    await made.drain();
    await made.daily();
    await database.admin.query(
      `insert into gate_runs (tenant_id, period_id, policy_version_id, mode, state, definition_hash, requested_by, created_at) values ($1, $2, $3, 'preview', 'done', 'x', $4, now())`,
      [t, made.periodId, made.versionId, made.adminId],
    );
    for (const [table, column] of [
      ['users', 'name'],
      ['pipeline_items', 'name'],
      ['goals', 'name'],
      ['goal_periods', 'name'],
      ['gate_policies', 'name'],
      ['teams', 'name'],
    ])
      await database.admin.query(`update ${table} set ${column} = ${column} || ' ' || $2 where tenant_id = $1`, [t, mark]);
    for (const [table, column, owner] of [
      ['pipeline_items', 'name', 'owner_id'],
      ['goals', 'name', 'owner_user_id'],
    ])
      await database.admin.query(`update ${table} set ${column} = ${column} || ' mark-east' where tenant_id = $1 and ${owner} = $2`, [
        t,
        made.person('Ned'),
      ]);
    return made;
  }

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    mine = await world('mine', 'mark-mine');
    theirs = await world('theirs', 'mark-theirs');
    await database.admin.query(
      `insert into restrictions (tenant_id, gate_id, user_id, kind, state, imposed_at, starts_at, ends_at, evidence_hash)
       select tenant_id, id, user_id, 'account_lock', 'in_force', '2026-04-01', '2026-04-01', '2026-05-01', 'x' from gates where tenant_id = $1 and user_id = $2 and step_order = 3`,
      [mine.tenantId, mine.person('Lou')],
    );
    api = await startApi(database);
    const people: [string, string[], boolean][] = [
      ['Ada Admin', ['admin'], false],
      ['Lea', ['leader'], false],
      ['Ana', ['member'], false],
      ['Cora', ['coach'], false],
      ['Dan', ['director'], false],
      ['Fay', ['founder'], false],
      ['Lou', ['member'], true],
    ];
    actors = [{ name: 'nobody', roles: [], token: undefined, locked: false }];
    for (const [name, roles, locked] of people) actors.push({ name, roles, locked, token: await signInAs(api, 'mine', mine.person(name)) });
    const scopes = ['facts:read', 'facts:write'];
    const ada = await signInAs(api, 'mine', mine.adminId);
    const key = await api.call<{ token: string }>('POST', '/api/api-keys', { token: ada, body: { label: 'Sweep', scopes, expiresInDays: 1 } });
    actors.push({ name: 'a key of Ada', roles: ['admin'], locked: false, token: key.body.token, scopes });
    for (const name of ['Ana', 'Ned']) await signInAs(api, 'theirs', theirs.person(name));
    await signInAs(api, 'mine', mine.person('Ned'));
    own = await things(mine, 'Ana');
    east = await things(mine, 'Ned');
    foreign = await things(theirs, 'Ana');
    const innerOf = async (world: GateWorld): Promise<Inner> => ({
      versionId: world.versionId,
      membershipId: await row('select id from team_memberships where tenant_id = $1 and user_id = $2', world.tenantId, world.person('Ana')),
      absenceId: await row('select id from absences where tenant_id = $1 and user_id = $2', world.tenantId, world.person('Ana')),
      assignmentId: await row('select id from company_people where tenant_id = $1 and user_id = $2', world.tenantId, world.person('Cora')),
    });
    inside = {
      own: await innerOf(mine),
      foreign: await innerOf(theirs),
    };
    foreignIds = new Set([
      ...Object.values(foreign),
      ...Object.values(await things(theirs, 'Ned')),
      ...theirs.people.values(),
      ...Object.values(inside.foreign),
    ]);
    operations = operationsOf(openApiDocument(api.app));
    contracts = new Map(readDocument(openApiDocument(api.app)).operations.map((operation) => [operation.id, operation]));
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  const kindOf = (path: string) => kinds.find(([start]) => start.test(path))?.[1];
  const addressOf = (operation: Operation, id: string, within: Inner) =>
    inner.reduce((path, name) => path.replace(`{${name}}`, within[name]), operation.path.replace('{id}', id).replace('{key}', 'revenue'));
  const allInside = (id: () => string) => Object.fromEntries(inner.map((name) => [name, id()])) as Inner;
  const unknownInside = () => allInside(randomUUID);
  /** Every answer of the sweep is held against its contract as well; what it says beyond it is collected in `beside`. */
  const send = async (actor: Actor, operation: Operation, address: string, body?: object): Promise<Answer<Record<string, unknown>>> => {
    const answer = await api.call<Record<string, unknown>>(operation.method, address, {
      ...(actor.token ? { token: actor.token } : {}),
      ...(operation.method === 'GET' || operation.method === 'DELETE' ? {} : { body: body ?? bodies[operation.id] ?? {} }),
    });
    const described = contracts.get(operation.id);
    const isJson = answer.status < 300 && answer.headers.get('content-type')?.startsWith('application/json');
    if (isJson && described?.answer && !described.answer(answer.body))
      beside.add(`${operation.id}: ${JSON.stringify(described.answer.errors?.slice(0, 1))}`);
    if (described && !described.statuses.has(answer.status) && answer.status < 500) beside.add(`${operation.id}: ${answer.status} is not documented`);
    return answer;
  };
  /** Ids and texts of the other organisation in an answer; what the caller sent itself may come back in `instance`. */
  const leaks = (answer: Answer<unknown>, sent = '') => {
    const text = JSON.stringify(answer.body ?? '');
    return text.includes('mark-theirs') || [...foreignIds].some((id) => id !== sent && text.includes(id));
  };
  const withoutRequest = (answer: Answer<Record<string, unknown>>) => JSON.stringify({ ...answer.body, requestId: '', instance: '' });
  const may = (actor: Actor, operation: Operation) =>
    operation.capability !== null &&
    scopeOf(actor.roles, operation.capability) !== null &&
    (actor.scopes === undefined || keyOpens(actor.scopes, operation.capability));
  const stopped = (actor: Actor, operation: Operation) => actor.locked && operation.method !== 'GET' && !operation.whenLocked;
  const reaches = (actor: Actor, operation: Operation, kind: Kind, whose: 'own' | 'east') => {
    if (private_.has(kind)) return actor.name === 'Ana' && whose === 'own';
    const scope = scopeOf(actor.roles, operation.capability as Capability, actor.locked);
    if (ofCompanies.has(kind)) return scope === 'tenant' || (whose === 'own' && (scope === 'portfolio' || scope === 'company'));
    if (!personal.has(kind)) return true;
    if (scope === 'tenant') return true;
    const assigned = aboutCompanies.has(kind) && (scope === 'portfolio' || scope === 'company');
    return whose === 'own' && (scope === 'team' || assigned || actor.name === 'Ana');
  };

  it('SEC-01 every operation declares who may call it, what its ids name, and a valid message', () => {
    expect(operations.length).toBeGreaterThan(60);
    const missing = operations.filter((operation) => {
      const ids = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const known = ids.every((id) => id === 'key' || inner.some((name) => name === id) || (id === 'id' && kindOf(operation.path)));
      const says = operation.method === 'GET' || operation.capability === null || refusedOnly.has(operation.id) || bodies[operation.id] !== undefined;
      return !operation.declared || !known || !says;
    });
    expect(missing.map((operation) => `${operation.method} ${operation.path}`)).toEqual([]);
  });

  it('SEC-01 without a session every operation but the public ones is 401; without the capability, or with a locked account, 403, whatever the id', async () => {
    const { wrong, calls } = await rightsSweep();
    expect(wrong).toEqual([]);
    expect(calls).toBeGreaterThan(500);
  });

  /** Whoever has no right, at every operation. A mutant is caught by the first wrong answer. */
  async function rightsSweep(enough = Infinity): Promise<{ wrong: string[]; calls: number }> {
    const wrong: string[] = [];
    let calls = 0;
    for (const operation of operations.filter((one) => one.capability !== null))
      for (const actor of actors) {
        const expected = actor.token === undefined ? 401 : !may(actor, operation) || stopped(actor, operation) ? 403 : null;
        if (expected === null || (operation.id === 'me_stream' && expected === 403)) continue;
        for (const set of [own, foreign]) {
          const kind = kindOf(operation.path);
          const answer = await send(actor, operation, addressOf(operation, kind ? set[kind] : '', inside.own));
          calls += 1;
          if (answer.status !== expected || leaks(answer)) wrong.push(`${actor.name} ${operation.id}: ${answer.status}, not ${expected}`);
          if (wrong.length >= enough) return { wrong, calls };
        }
      }
    return { wrong, calls };
  }

  it('SEC-01 case 84 an id of another organisation is answered byte for byte like one that does not exist; a malformed one is 400', async () => {
    const { wrong, calls } = await idSweep();
    expect(wrong).toEqual([]);
    expect(calls).toBeGreaterThan(600);
  });

  /** Foreign, unknown and malformed ids in every path. */
  async function idSweep(enough = Infinity): Promise<{ wrong: string[]; calls: number }> {
    const wrong: string[] = [];
    let calls = 0;
    for (const operation of operations.filter((one) => one.path.includes('{id}') && one.capability !== null && !refusedOnly.has(one.id))) {
      const kind = kindOf(operation.path) as Kind;
      for (const actor of actors.filter((one) => may(one, operation) && !stopped(one, operation))) {
        const unknown = await send(actor, operation, addressOf(operation, randomUUID(), unknownInside()));
        const other = await send(actor, operation, addressOf(operation, foreign[kind], inside.foreign));
        calls += 2;
        if (unknown.status !== 404 || other.status !== 404 || withoutRequest(unknown) !== withoutRequest(other) || leaks(other, foreign[kind]))
          wrong.push(`${actor.name} ${operation.id}: unknown ${unknown.status}, foreign ${other.status}`);
        for (const malformed of ['1', own[kind].toUpperCase(), `{${own[kind]}}`, own[kind].replaceAll('-', ''), `${own[kind]}%00`, "' or true --"]) {
          const answer = await send(actor, operation, addressOf(operation, encodeURIComponent(malformed).replaceAll('%2500', '%00'), inside.own));
          calls += 1;
          if (answer.status !== 400 || leaks(answer)) wrong.push(`${actor.name} ${operation.id} "${malformed}": ${answer.status}`);
        }
        if (inner.some((name) => operation.path.includes(name))) {
          const lost = await send(actor, operation, addressOf(operation, own[kind], unknownInside()));
          const strange = await send(actor, operation, addressOf(operation, own[kind], inside.foreign));
          const malformed = await send(
            actor,
            operation,
            addressOf(
              operation,
              own[kind],
              allInside(() => 'x'),
            ),
          );
          calls += 3;
          if (lost.status !== 404 || strange.status !== 404 || malformed.status !== 400 || withoutRequest(lost) !== withoutRequest(strange))
            wrong.push(`${actor.name} ${operation.id} inside: ${lost.status} ${strange.status} ${malformed.status}`);
        }
        if (wrong.length >= enough) return { wrong, calls };
      }
    }
    return { wrong, calls };
  }

  it('SEC-01 the other team, and for coaches and founders the other company, is out of reach by path for whoever has not the scope, and nothing of it or of another organisation is in any list', async () => {
    expect(await teamSweep()).toEqual([]);
  });

  /** What members and leaders get to see of the other team. */
  async function teamSweep(): Promise<string[]> {
    const wrong: string[] = [];
    for (const operation of operations.filter((one) => one.capability !== null && !refusedOnly.has(one.id))) {
      const kind = kindOf(operation.path);
      for (const actor of actors.filter((one) => may(one, operation) && !stopped(one, operation))) {
        if (operation.path.includes('{id}') && kind && (personal.has(kind) || ofCompanies.has(kind)) && !reaches(actor, operation, kind, 'east')) {
          const answer = await send(actor, operation, addressOf(operation, east[kind], inside.own));
          if (answer.status !== 404 || /mark-(east|far)/.test(JSON.stringify(answer.body)))
            wrong.push(`${actor.name} ${operation.id} of the other team or company: ${answer.status}`);
        }
        if (operation.method === 'GET' && !operation.path.includes('{')) {
          const answer = await send(actor, operation, operation.path);
          const everywhere = actor.roles.includes('admin') || actor.roles.includes('director');
          const seesEast = scopeOf(actor.roles, operation.capability as Capability, actor.locked) === 'tenant' && everywhere;
          const seesFar = scopeOf(actor.roles, operation.capability as Capability, actor.locked) === 'tenant';
          const text = JSON.stringify(answer.body);
          if (answer.status !== 200 || leaks(answer) || (!seesEast && text.includes('mark-east')) || (!seesFar && text.includes('mark-far')))
            wrong.push(`${actor.name} ${operation.id}: ${answer.status}`);
        }
      }
    }
    return wrong;
  }

  it('SEC-01 (mutants) the sweep notices when visibility by team or company is lost', async () => {
    const visibility = api.app.get(Visibility);
    const lost: [keyof Visibility, () => Promise<unknown>][] = [
      ['visibleOwners', () => Promise.resolve(null)],
      ['assertSees', () => Promise.resolve()],
      ['reach', () => Promise.resolve({ owners: null, companies: [], coached: [], self: null })],
    ];
    for (const [method, broken] of lost) {
      Object.defineProperty(visibility, method, { value: broken, configurable: true });
      const found = await teamSweep();
      Reflect.deleteProperty(visibility, method);
      expect([method, found.length > 0]).toEqual([method, true]);
    }
    expect(await teamSweep()).toEqual([]);
  });

  it('SEC-01 an id of another organisation in a question or a message is answered like one that does not exist', async () => {
    const wrong: string[] = [];
    const admin = actors.find((actor) => actor.name === 'Ada Admin') as Actor;
    const user = theirs.person('Ana');
    const someTeam = await row('select id from teams where tenant_id = $1 limit 1', theirs.tenantId);
    const someId: Record<string, string> = {
      ownerId: user,
      userId: user,
      coachId: user,
      actorId: user,
      subjectId: user,
      teamId: someTeam,
      periodId: foreign.period,
      goalId: foreign.goal,
      companyId: foreign.company,
      itemId: foreign.item,
      listId: foreign.list,
      parentId: foreign.company,
      taskId: foreign.task,
      programmeId: foreign.programme,
      productId: foreign.company,
      keyId: foreign.apiKey,
      policyVersionId: inside.foreign.versionId,
    };
    for (const operation of operations.filter((one) => one.capability !== null && !refusedOnly.has(one.id))) {
      for (const field of operation.queryIds) {
        const days = operation.path.includes('/metrics/') ? '&from=2026-03-01&to=2026-03-31' : '';
        const since = operation.path.endsWith('/changes') ? '&since=2026-03-01T00:00:00Z' : '';
        const ask = (value: string) =>
          send(
            admin,
            operation,
            `${addressOf(operation, kindOf(operation.path) ? own[kindOf(operation.path) as Kind] : '', inside.own)}?${field}=${value}${days}${since}`,
          );
        const [unknown, other] = [await ask(randomUUID()), await ask(someId[field] ?? 'undeclared')];
        if (unknown.status !== other.status || withoutRequest(unknown) !== withoutRequest(other) || leaks(other, someId[field]))
          wrong.push(`${operation.id}?${field}: unknown ${unknown.status}, foreign ${other.status}`);
      }
      for (const field of operation.bodyIds) {
        const valid = {
          ...(operation.id === 'goals_create' && { periodId: own.period, userId: mine.person('Ana') }),
          ...(operation.id === 'gates_request' && { periodId: own.period, policyVersionId: inside.own.versionId }),
        };
        const kind = kindOf(operation.path);
        const put = (value: string) =>
          send(admin, operation, addressOf(operation, kind ? own[kind] : '', inside.own), {
            ...bodies[operation.id],
            ...valid,
            [field]: value,
            ...(field === 'teamId' && { userId: undefined }),
          });
        const foreignId = operation.id.startsWith('teams_') ? someTeam : someId[field];
        const [unknown, other] = [await put(randomUUID()), await put(foreignId ?? 'undeclared')];
        if (unknown.status !== 400 || withoutRequest(unknown) !== withoutRequest(other) || leaks(other, foreignId))
          wrong.push(`${operation.id}.${field}: unknown ${unknown.status}, foreign ${other.status} ${JSON.stringify(other.body).slice(0, 200)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('SEC-01 what one may reach is answered, and the other organisation is as it was after all of this', async () => {
    const state = async () =>
      (
        await database.admin.query<{ n: string }>(
          `select concat_ws(' ', (select sum(version) from pipeline_items where tenant_id = $1), (select sum(version) from goals where tenant_id = $1), (select count(*) from audit_events where tenant_id = $1 and actor_id is not null),
             (select string_agg(state, ',' order by id) from restrictions where tenant_id = $1), (select count(*) from notifications where tenant_id = $1 and read_at is not null)) as n`,
          [theirs.tenantId],
        )
      ).rows[0]?.n;
    const before = await state();
    const wrong: string[] = [];
    for (const operation of operations.filter((one) => one.capability !== null && !refusedOnly.has(one.id) && one.path.includes('{id}'))) {
      const kind = kindOf(operation.path) as Kind;
      for (const actor of actors.filter((one) => may(one, operation) && !stopped(one, operation) && reaches(one, operation, kind, 'own'))) {
        if (operation.id === 'ownSessions_end') continue; // it would end the sweep
        const assigns = ['teamMemberships_create', 'companyPeople_assign'].includes(operation.id);
        const filled = assigns ? { ...bodies[operation.id], userId: own.user } : undefined;
        const answer = await send(actor, operation, addressOf(operation, own[kind], inside.own), filled);
        const fine = operation.method === 'GET' ? answer.status === 200 : [200, 201, 202, 204, 403, 409, 412, 422].includes(answer.status);
        if (!fine || leaks(answer)) wrong.push(`${actor.name} ${operation.id}: ${answer.status}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(await state()).toBe(before);
  });

  it('SEC-02 no answer of all these calls says more or less than its contract, or has a status that is not documented', () => {
    expect(contracts.size).toBe(operations.length);
    expect([...beside]).toEqual([]);
  });

  // Last: with a guard gone, calls go through that change the world of the sweep.
  it.each([
    [
      'the check of the role',
      () => withRule((rule) => ({ ...rule, capability: rule.capability === null ? null : 'session.own' })),
      () => rightsSweep(1),
    ],
    ['the check of the account lock', () => withRule((rule) => ({ ...rule, whenLocked: true })), () => rightsSweep(1)],
    ['the need of a session', () => replaced(SessionGuard.prototype, 'canActivate', () => true), () => rightsSweep(1)],
    ['the one spelling of ids', () => replaced(IdPipe.prototype, 'transform', (value: string) => value), () => idSweep(1)],
  ])('SEC-01 (mutants) the sweep notices when %s is lost', async (_what, lose, sweep) => {
    const restore = lose();
    const { wrong } = await sweep().finally(restore);
    expect(wrong).not.toEqual([]);
  });

  /** Rules of operations as a mutant reads them. */
  function withRule(change: (rule: AccessRule) => AccessRule): () => void {
    const reflector = Reflector.prototype;
    const get = Reflect.get(reflector, 'get') as (this: Reflector, key: unknown, target: unknown) => unknown;
    return replaced(reflector, 'get', function (this: Reflector, key: unknown, target: unknown) {
      const found = get.call(this, key, target);
      return key === ACCESS && found ? change(found as AccessRule) : found;
    });
  }

  /** Puts something else in the place of a method, and answers how to undo it. */
  function replaced(owner: object, method: string, value: (...parameters: never[]) => unknown): () => void {
    const before = Object.getOwnPropertyDescriptor(owner, method) as PropertyDescriptor;
    Object.defineProperty(owner, method, { ...before, value });
    return () => void Object.defineProperty(owner, method, before);
  }
});

interface Schema {
  $ref?: string;
  properties?: Record<string, { format?: string }>;
}

function operationsOf(document: object): Operation[] {
  const { paths, components } = document as {
    paths: Record<string, Record<string, Record<string, unknown>>>;
    components: { schemas: Record<string, Schema> };
  };
  const schemaOf = (operation: Record<string, unknown>) => {
    const content = (operation['requestBody'] as { content?: Record<string, { schema?: Schema }> } | undefined)?.content;
    const schema = content?.['application/json']?.schema;
    return schema?.$ref ? components.schemas[schema.$ref.split('/').at(-1) as string] : schema;
  };
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const access = operation['x-access'] as { public?: boolean; capability?: Capability; whenLocked?: boolean } | undefined;
      const parameters = (operation['parameters'] ?? []) as { name: string; in: string; schema?: { format?: string } }[];
      return {
        id: operation['operationId'] as string,
        method: method.toUpperCase(),
        path,
        capability: access?.capability ?? null,
        whenLocked: access?.whenLocked ?? false,
        declared: access?.public === true || access?.capability !== undefined,
        queryIds: parameters.filter((one) => one.in === 'query' && one.schema?.format === 'uuid').map((one) => one.name),
        bodyIds: Object.entries(schemaOf(operation)?.properties ?? {})
          .filter(([, field]) => field.format === 'uuid')
          .map(([name]) => name),
      };
    }),
  );
}
