import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  Company,
  CreatedApiKey,
  Enrolment,
  IngestResult,
  PartnerListDetail,
  PipelineItem,
  Programme,
  Sale,
  TaskUpdate,
} from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { type RunningApi, createTenant, signInAs, startApi } from '../testing/start-api.js';

const at = '2026-03-02T10:00:00Z';
interface Told {
  row: Record<string, unknown>;
  /** What a later call says of the same row, and what is shown then. */
  corrected: object;
  shown: object;
  wrong: [change: object, problem: string][];
}
const told: Record<string, Told> = {
  'partner-lists': {
    row: { externalId: 'l1', item: 'lead-1', partnerListSize: 12, openedOn: '2026-03-02', partnerListDueDate: '2026-03-20', note: 'By Friday' },
    corrected: { externalId: 'l1', item: 'Lead', partnerListDueDate: '2026-03-27', partnerListSentDate: '2026-03-25' },
    shown: { name: 'Lead', owner: { name: 'Ben' }, partnerListSize: 12, openedOn: '2026-03-02', state: 'sent', note: 'By Friday' },
    wrong: [
      [{ item: 'Nothing' }, 'unknown_item item'],
      [{ owner: 'Nobody' }, 'unknown_person owner'],
      [{ partnerListSize: -1 }, 'out_of_range partnerListSize'],
      [{ partnerListSentDate: '2026-03-01' }, 'order partnerListSentDate'],
      [{ closedOn: '2999-01-01' }, 'future closedOn'],
      [{ externalId: 'l1', item: 'lead-2' }, 'other_item item'],
    ],
  },
  tasks: {
    row: { externalId: 't1', title: 'Write', owner: 'Ben', company: 'Acme', openedAt: '2026-03-01', dueOn: '2999-01-01', note: 'Long' },
    corrected: { externalId: 't1', title: 'Write it', owner: 'Cleo', doneAt: at },
    shown: {
      title: 'Write it',
      owner: { name: 'Cleo' },
      company: { name: 'Acme' },
      state: 'done',
      openedAt: '2026-03-01T05:00:00.000Z', // midnight in New York
      doneAt: '2026-03-02T10:00:00.000Z',
      dueOn: '2999-01-01',
      note: 'Long',
    },
    wrong: [
      [{ state: 'dropped', doneAt: at }, 'contradiction state'],
      [{ openedAt: '2026-03-03', doneAt: at }, 'order openedAt'],
      [{ openedAt: '2999-01-01' }, 'future openedAt'],
      [{ title: '' }, 'required title'],
    ],
  },
  'task-updates': {
    row: { externalId: 'w1', task: 'Sweep', toldAt: at, progress: 40, note: 'Half way' },
    corrected: { externalId: 'w1', task: 'sweep-1', toldAt: at, progress: 45 },
    shown: { task: { name: 'Sweep' }, owner: { name: 'Ben' }, company: { name: 'Acme' }, progress: 45, note: 'Half way' },
    wrong: [
      [{ task: 'Nothing' }, 'unknown_task task'],
      [{ progress: 101 }, 'out_of_range progress'],
      [{ toldAt: '2999-01-01' }, 'future toldAt'],
    ],
  },
  interactions: {
    row: { externalId: 'n1', company: 'Acme', owner: 'Ben', kind: 'visit', occurredAt: at, topic: 'Plans', note: 'On site' },
    corrected: { externalId: 'n1', company: 'Acme', owner: 'Ben', kind: 'meeting', occurredAt: at, topic: 'Plans' },
    shown: { company: { name: 'Acme' }, kind: 'meeting', note: 'On site' },
    wrong: [
      [{ kind: 'dance' }, 'not_a_choice kind'],
      [{ topic: 'x'.repeat(121) }, 'too_long topic'],
      [{ company: 'Nothing' }, 'unknown_company company'],
    ],
  },
  'company-updates': {
    row: { externalId: 'u1', company: 'Acme', owner: 'Ben', asOfOn: '2026-03-31', arr: '1200.50', retention: '97.5', payingCustomers: 0 },
    corrected: { externalId: 'u1', company: 'Acme', owner: 'Ben', asOfOn: '2026-03-31', arr: '1300' },
    shown: { asOfOn: '2026-03-31', arr: { amount: '1300.00', currency: 'USD' }, retention: '97.5', payingCustomers: 0, cac: null },
    wrong: [
      [{ arr: null, retention: null, payingCustomers: null }, 'empty payingCustomers'],
      [{ cac: '-1' }, 'negative_value cac'],
      [{ retention: '97.12345' }, 'not_a_percentage retention'],
      [{ asOfOn: '2999-01-01' }, 'future asOfOn'],
    ],
  },
  programmes: {
    row: { externalId: 'g1', name: 'Autumn', startsOn: '2026-09-01', endsOn: '2026-11-30', note: 'Nine companies' },
    corrected: { externalId: 'g1', name: 'Autumn 2026', startsOn: '2026-09-07' },
    shown: { name: 'Autumn 2026', startsOn: '2026-09-07', endsOn: '2026-11-30', note: 'Nine companies' },
    wrong: [
      [{ endsOn: '2026-08-31' }, 'order endsOn'],
      [{ name: 'Taken' }, 'taken name'],
      [{ startsOn: '2026-02-30' }, 'not_a_day startsOn'],
    ],
  },
  enrolments: {
    row: { externalId: 'e1', programme: 'Spring', company: 'Acme', fromOn: '2026-03-01', untilOn: '2026-05-31', note: 'Late' },
    corrected: { externalId: 'e1', programme: 'Spring', company: 'Acme', fromOn: '2026-03-02' },
    shown: { programme: { name: 'Spring' }, company: { name: 'Acme' }, fromOn: '2026-03-02', untilOn: '2026-05-31', note: 'Late' },
    wrong: [
      [{ programme: 'Nothing' }, 'unknown_programme programme'],
      [{ untilOn: '2026-02-28' }, 'order untilOn'],
      [{ fromOn: '2026-05-31' }, 'overlap fromOn'], // e1 is there until that day, which belongs to it
    ],
  },
};
const sources = Object.keys(told);

describe('bulk ingestion of lists, work, updates and programmes', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let tenantId: string;
  let admin: string;
  let token: string;

  beforeAll(async () => {
    database = await testDatabase();
    api = await startApi(database);
    const people = [
      { name: 'Ada', roles: ['admin'] },
      { name: 'Ben', roles: ['member'] },
      { name: 'Cleo', roles: ['member'] },
    ];
    const tenant = await createTenant(database, { slug: 'works', zone: 'America/New_York', people });
    tenantId = tenant.tenantId;
    admin = await signInAs(api, 'works', tenant.userIds['Ada'] as string);
    const add = (sql: string) => database.admin.query(sql, [tenantId]);
    await add(`insert into companies (tenant_id, external_id, name, created_at) values ($1, 'c1', 'Acme', now())`);
    await add(`insert into pipeline_stages (tenant_id, key, label, position, family, kind) values ($1, 'met', 'Met', 90, 'LEAD', 'lead')`);
    await add(
      `insert into pipeline_items (tenant_id, external_id, name, stage_id, kind, owner_id, currency, changed_at, created_at)
       select $1, x.id, x.name, s.id, 'lead', u.id, 'USD', '2026-02-01', '2026-02-01'
       from (values ('lead-1', 'Lead'), ('lead-2', 'Other')) x (id, name) join pipeline_stages s on s.tenant_id = $1 and s.key = 'met'
         join users u on u.tenant_id = $1 and u.name = 'Ben'`,
    );
    await add(
      `insert into tasks (tenant_id, external_id, owner_id, company_id, title, opened_at, state, known_at)
       select $1, 'sweep-1', u.id, c.id, 'Sweep', '2026-02-01', 'open', '2026-02-01' from users u join companies c on c.tenant_id = $1
       where u.tenant_id = $1 and u.name = 'Ben'`,
    );
    await add(`insert into programmes (tenant_id, external_id, name, starts_on, created_at) values ($1, 'x', 'Taken', '2026-03-01', now())`);
    await add(`insert into programmes (tenant_id, name, starts_on, created_at) values ($1, 'Spring', '2026-03-01', now())`);
    const body = { label: 'Bulk', scopes: ['facts:read', 'facts:write'], expiresInDays: 1 };
    token = (await api.call<CreatedApiKey>('POST', '/api/api-keys', { token: admin, body })).body.token as string;
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const send = async (source: string, rows: object[], query = '') => {
    const answer = await api.call<IngestResult>('POST', `/api/ingest/${source}${query}`, { token, body: { rows } });
    expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ rows: expect.any(Array) })]);
    return answer.body;
  };
  const outcomes = ({ rows }: IngestResult) => rows.map((row) => row.outcome);
  const problems = ({ rows }: IngestResult) => rows.map((row) => row.problems.map(({ code, field }) => `${code} ${field}`));
  const get = async <T>(path: string) => {
    const answer = await api.call<T>('GET', `/api/${path}`, { token });
    expect(answer.status).toBe(200);
    return answer.body;
  };

  it.each(sources)('SRC-09 PLAT-06 rows of %s are made, found again by their external id, corrected once, and read with the key', async (source) => {
    const { row, corrected, shown } = told[source] as Told;
    const dry = await send(source, [row], '?dryRun=true');
    expect([outcomes(dry), dry.rows[0]?.id]).toEqual([['created'], null]);
    const first = await send(source, [row]);
    const id = first.rows[0]?.id as string;
    expect(outcomes(first)).toEqual(['created']);
    const again = await send(source, [row]);
    expect([outcomes(again), again.rows[0]?.id]).toEqual([['unchanged'], id]);
    expect((await get<{ version: number }>(`${source}/${id}`)).version).toBe(1);
    const fixed = await send(source, [corrected]);
    expect([outcomes(fixed), fixed.rows[0]?.id]).toEqual([['updated'], id]);
    expect(outcomes(await send(source, [corrected]))).toEqual(['unchanged']);
    expect(await get(`${source}/${id}`)).toMatchObject({ ...shown, version: 2 });
  });

  it.each(sources)('SRC-09 each wrong row of %s is refused with its field and keeps no other out', async (source) => {
    const { row, wrong } = told[source] as Told;
    const good = { ...row, externalId: 'good', ...(source === 'programmes' && { name: 'Good' }), ...(source === 'enrolments' && { company: 'c2' }) };
    if (source === 'enrolments') await send('companies', [{ externalId: 'c2', name: 'Bolt' }]);
    const rows = wrong.map(([change], n) => ({ ...row, externalId: `w${n}`, ...(source === 'programmes' && { name: `W${n}` }), ...change }));
    const answer = await send(source, [...rows, good, good]);
    expect(problems(answer)).toEqual([...wrong.map(([, problem]) => [problem]), [], ['repeated externalId']]);
    expect(answer).toMatchObject({ created: 1, refused: wrong.length + 1 });
  });

  it('SRC-04 SRC-09 a due day that a call moves keeps its history, and the lead says what its list says', async () => {
    const list = async (due: string) =>
      (await send('partner-lists', [{ externalId: 'moved', item: 'lead-2', partnerListSize: 7, partnerListDueDate: due }])).rows[0]?.id as string;
    await list('2026-03-20');
    const id = await list('2026-03-27');
    const shown = await get<PartnerListDetail>(`partner-lists/${id}`);
    expect([shown.dueHistory.map(({ dueOn }) => dueOn), shown.state]).toEqual([['2026-03-20', '2026-03-27'], 'overdue']);
    const { items } = await get<{ items: PipelineItem[] }>('pipeline-items?q=Other');
    expect(items[0]).toMatchObject({ partnerListDueDate: '2026-03-27', partnerListSize: 7 });
  });

  it('SRC-04 SRC-09 contacts and sales name the list that they came from; the lead says what its lists brought, and no contact counts as a lead', async () => {
    const [made] = (await send('partner-lists', [{ externalId: 'origin', item: 'lead-1', openedOn: '2026-03-01' }])).rows;
    const contact = { externalId: 'k1', name: 'Contact', owner: 'Ben', stage: 'met', occurredAt: at, list: 'origin' };
    const first = await send('pipeline-items', [
      contact,
      { ...contact, externalId: 'k2', list: undefined },
      { ...contact, externalId: 'k3', list: 'none' },
    ]);
    expect([outcomes(first), problems(first)[2]]).toEqual([['created', 'created', 'refused'], ['unknown_list list']]);
    expect(await get<PipelineItem>(`pipeline-items/${first.rows[0]?.id}`)).toMatchObject({ listId: made?.id });
    const { rows: entered } = await database.admin.query<{ partner: boolean }>(
      'select partner from pipeline_events where tenant_id = $1 and item_id = $2',
      [tenantId, first.rows[0]?.id],
    );
    expect(entered).toEqual([{ partner: true }]);
    expect(outcomes(await send('pipeline-items', [contact, { ...contact, list: undefined, externalId: 'k2' }]))).toEqual(['unchanged', 'unchanged']);
    const { name, ...rest } = contact;
    expect(outcomes(await send('pipeline-items', [{ ...rest, name: `${name} two`, list: undefined }]))).toEqual(['updated']); // untold, it stays
    expect(problems(await send('pipeline-items', [{ ...contact, externalId: 'k2' }]))).toEqual([['other_list list']]);

    const sale = { externalId: 'v1', owner: 'Ben', occurredAt: '2026-03-05', amount: '70.00', list: 'origin' };
    expect(outcomes(await send('sales', [sale, { ...sale, externalId: 'v2', amount: '30.00' }]))).toEqual(['created', 'created']);
    const lead = async () => (await get<{ items: PipelineItem[] }>('pipeline-items?q=Lead')).items.find((item) => item.externalId === 'lead-1');
    expect(await lead()).toMatchObject({ firstSaleDate: '2026-03-05', totalSalesFromList: { amount: '100.00' } }); // 70 + 30
    expect(outcomes(await send('sales', [{ ...sale, list: undefined }]))).toEqual(['unchanged']); // untold, it stays
    const fixed = await send('sales', [{ ...sale, list: null }]);
    expect([outcomes(fixed), (await get<Sale>(`sales/${fixed.rows[0]?.id}`)).list]).toEqual([['updated'], null]);
    expect(await lead()).toMatchObject({ totalSalesFromList: { amount: '30.00' } });
    expect(problems(await send('sales', [{ ...sale, list: 'none' }]))).toEqual([['unknown_list list']]);
  });

  it('SRC-06 SRC-09 an update that moves to another task belongs to the owner of that one', async () => {
    await send('tasks', [{ externalId: 'hers', title: 'Hers', owner: 'Cleo' }]);
    const row = { externalId: 'moves', task: 'sweep-1', toldAt: at, progress: 10 };
    const [made] = (await send('task-updates', [row])).rows;
    await send('task-updates', [{ ...row, task: 'hers' }]);
    expect(await get<TaskUpdate>(`task-updates/${made?.id}`)).toMatchObject({ owner: { name: 'Cleo' }, company: null, task: { name: 'Hers' } });
  });

  it('SRC-01 SRC-09 Q54 companies change places in a programme in one call, and of two rows for the same days the first counts', async () => {
    await send('companies', [{ externalId: 'c3', name: 'Cog' }]);
    const seat = (externalId: string, fromOn: string, untilOn: string | null) => ({
      externalId,
      programme: 'Spring',
      company: 'c3',
      fromOn,
      untilOn,
    });
    expect(outcomes(await send('enrolments', [seat('a', '2026-01-01', '2026-03-31'), seat('b', '2026-04-01', null)]))).toEqual([
      'created',
      'created',
    ]);
    // b takes March, which a gives up in the row after it; then both change places
    expect(outcomes(await send('enrolments', [seat('b', '2026-03-01', null), seat('a', '2026-01-01', '2026-02-28')]))).toEqual([
      'updated',
      'updated',
    ]);
    const swapped = await send('enrolments', [seat('a', '2026-03-01', null), seat('b', '2026-01-01', '2026-02-28')]);
    expect(outcomes(swapped)).toEqual(['updated', 'updated']);
    expect(await get<Enrolment>(`enrolments/${swapped.rows[0]?.id}`)).toMatchObject({ fromOn: '2026-03-01', untilOn: null, version: 3 });
    // d stands first; c wants a day of it, and a stays where it is
    const rows = [seat('d', '2025-01-01', '2025-06-30'), seat('c', '2025-06-30', '2025-07-31'), seat('f', '2026-05-01', null)];
    expect(problems(await send('enrolments', rows))).toEqual([[], ['overlap fromOn'], ['overlap fromOn']]);
    // b cannot move into a, so that its own days stay taken, too
    const kept = await send('enrolments', [seat('b', '2026-03-15', '2026-03-16'), seat('g', '2026-02-01', '2026-02-02')]);
    expect(problems(kept)).toEqual([['overlap fromOn'], ['overlap fromOn']]);
  });

  it('SRC-01 SRC-09 what is made one by one under an external id is the same that a call names by it, and nothing else may be called so', async () => {
    const post = <T>(path: string, body: object) => api.call<T>('POST', `/api/${path}`, { token, body });
    const row = { externalId: 'one', name: 'One by one', startsOn: '2026-01-01' };
    const programme = await post<Programme>('programmes', row);
    expect([programme.status, programme.body.externalId]).toEqual([201, 'one']);
    const again = await send('programmes', [row]);
    expect([outcomes(again), again.rows[0]?.id]).toEqual([['unchanged'], programme.body.id]);
    expect((await post('programmes', { ...row, name: 'Two by two' })).status).toBe(409);
    const { id: companyId } = (await post<Company>('companies', { externalId: 'c9', name: 'Nine' })).body;
    const seat = { externalId: 'seat', programmeId: programme.body.id, companyId, fromOn: '2026-02-01' };
    const enrolment = await post<Enrolment>('enrolments', seat);
    expect([enrolment.status, enrolment.body.externalId]).toEqual([201, 'seat']);
    const seen = await send('enrolments', [{ externalId: 'seat', programme: 'one', company: 'c9', fromOn: '2026-02-01' }]);
    expect([outcomes(seen), seen.rows[0]?.id]).toEqual([['unchanged'], enrolment.body.id]);
    expect((await post('enrolments', { ...seat, companyId, fromOn: '2025-02-01', untilOn: '2025-03-01' })).status).toBe(409); // on other days, under the same name
  });

  it('SRC-09 a programme and an enrolment that people made are taken up by another system once, by their name and first day', async () => {
    const made = await api.call<{ id: string }>('POST', '/api/programmes', { token, body: { name: 'By hand', startsOn: '2026-01-01' } });
    const row = { externalId: 'hand-1', name: 'By hand', startsOn: '2026-01-01' };
    const taken = await send('programmes', [row]);
    expect([outcomes(taken), taken.rows[0]?.id]).toEqual([['updated'], made.body.id]);
    expect(outcomes(await send('programmes', [row]))).toEqual(['unchanged']);
    expect(problems(await send('programmes', [{ ...row, externalId: 'hand-2' }]))).toEqual([['taken name']]);
  });
});
