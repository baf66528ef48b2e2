import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Import, ImportSource } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createOrganisation } from '../organisation.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { currentContext, withContext } from '../platform/request-context.js';
import { startWorker } from '../testing/start-api.js';
import { ImportsService } from './imports.service.js';

/** A row that is wrong in one way: how it is called here, the cell that is changed, its text, and what is said of it. */
type Wrong = [kind: string, column: string, text: string, code: string, sentence: string];

const external: Wrong[] = [
  ['empty id', 'external_id', '', 'required', 'externalId is empty.'],
  ['repeated id', 'external_id', 'fine', 'repeated', 'Line 2 has the same external_id already.'],
  ['too long', 'external_id', 'x'.repeat(121), 'too_long', 'The text has 121 characters, at most 120 are taken.'],
  ['NUL', 'external_id', 'a\u0000b', 'nul', 'The cell holds a NUL character.'],
];
const owner: Wrong[] = [
  ['unknown person', 'owner', 'Nobody', 'unknown_person', 'There is no person "Nobody".'],
  ['ambiguous person', 'owner', 'Twin', 'ambiguous', 'Several are called "Twin"; name the external id.'],
  ['no person', 'owner', ' ', 'required', 'owner is empty.'],
];
const company: Wrong[] = [
  ['unknown company', 'company', 'Nothing', 'unknown_company', 'There is no company "Nothing".'],
  ['ambiguous company', 'company', 'Double', 'ambiguous', 'Several are called "Double"; name the external id.'],
];
const noAmount = (text: string) => `"${text}" is no amount such as 1054.00 with at most two places.`;
const amounts = (column: string): Wrong[] => [
  ['words for an amount', column, 'ten', 'not_an_amount', noAmount('ten')],
  ['too many places', column, '1.005', 'not_an_amount', noAmount('1.005')],
  ['exponent', column, '1e400', 'not_an_amount', noAmount('1e400')],
  ['not a number', column, 'NaN', 'not_an_amount', noAmount('NaN')],
  ['comma for a point', column, '"1,50"', 'not_an_amount', noAmount('1,50')],
  ['amount too large', column, '99999999999999', 'out_of_range', '"99999999999999" is too large for an amount.'],
];
const noDay = (text: string) => `"${text}" is no day that exists, written YYYY-MM-DD, from 1900 to 2999.`;
const days = (column: string): Wrong[] => [
  ['day that is none', column, '2026-02-30', 'not_a_day', noDay('2026-02-30')],
  ['day written otherwise', column, '31.03.2026', 'not_a_day', noDay('31.03.2026')],
];
const noInstant = (text: string) => `"${text}" is no day (YYYY-MM-DD) and no instant with zone (YYYY-MM-DDTHH:MM:SSZ).`;
const instants = (column: string): Wrong[] => [
  ['day that is none', column, '2026-02-30', 'not_a_day', noDay('2026-02-30')],
  ['year beyond', column, '3000-01-01', 'not_a_day', noDay('3000-01-01')],
  ['year of five digits', column, '10000-01-01', 'not_an_instant', noInstant('10000-01-01')],
  ['instant without zone', column, '2026-05-01T10:00:00', 'not_an_instant', noInstant('2026-05-01T10:00:00')],
  ['hour that is none', column, '2026-05-01T25:00:00Z', 'not_an_instant', noInstant('2026-05-01T25:00:00Z')],
];
const ahead = (column: string): Wrong => ['ahead', column, '2026-06-02', 'held_future', 'Later than now: held until then.'];
const noShares = 'Shares are written person=percent; person=percent, with at most four places.';

/** A source: its columns, a row that is in order (`#` is its number), and rows that are not. */
const sources: Record<ImportSource, { row: Record<string, string>; wrong: Wrong[] }> = {
  pipeline_items: {
    row: {
      external_id: 'i#',
      name: 'Deal',
      owner: 'Ben',
      stage: 'open',
      occurred_at: '2026-05-01',
      value: '5',
      company: 'Acme',
      product: 'Alpha',
      partner_list_size: '3',
      expected_close_on: '2026-07-01',
    },
    wrong: [
      ...external,
      ...owner,
      ...company,
      ...amounts('value'),
      ...instants('occurred_at'),
      ...days('expected_close_on'),
      ahead('occurred_at'),
      ['unknown product', 'product', 'Omega', 'unknown_product', 'There is no product "Omega".'],
      ['unknown stage', 'stage', 'nowhere', 'unknown_stage', 'There is no stage "nowhere".'],
      ['no stage', 'stage', '', 'required', 'The stage is empty.'],
      ['no date', 'occurred_at', '', 'no_date', 'The date of "state" is empty.'],
      ['negative value', 'value', '-1', 'negative_value', 'The value is negative.'],
      ['part of a partner', 'partner_list_size', '1.5', 'not_a_number', '"1.5" is no whole number.'],
    ],
  },
  activities: {
    row: {
      external_id: 'v#',
      type: 'call',
      owner: 'Ben',
      company: 'Acme',
      item: '',
      completed_at: '2026-05-01T09:00:00Z',
      outcome: 'completed',
      duration_seconds: '60',
    },
    wrong: [
      ...external,
      ...owner,
      ...company,
      ...instants('completed_at'),
      ahead('completed_at'),
      ['unknown deal', 'item', 'Nothing', 'unknown_item', 'There is no pipeline item "Nothing".'],
      ['no choice', 'type', 'dance', 'not_a_choice', '"dance" is none of call, meeting, email, qbr.'],
      ['no outcome', 'outcome', 'fine', 'not_a_choice', '"fine" is none of completed, no_show, cancelled, rescheduled.'],
      ['no date', 'completed_at', '', 'no_date', 'The row has neither scheduledAt nor completedAt.'],
      ['words for a number', 'duration_seconds', 'long', 'not_a_number', '"long" is no whole number.'],
      ['number out of range', 'duration_seconds', '-1', 'out_of_range', '"-1" is not between 0 and 31536000.'],
    ],
  },
  sales: {
    row: {
      external_id: 's#',
      owner: 'Ben',
      occurred_at: '2026-05-01',
      amount: '10.01',
      currency: 'USD',
      company: 'Acme',
      product: 'Alpha',
      shares: 'Ben=60;Cleo=40',
    },
    wrong: [
      ...external,
      ...owner,
      ...company,
      ...amounts('amount'),
      ...instants('occurred_at'),
      ahead('occurred_at'),
      ['no currency', 'currency', 'US$', 'not_a_currency', '"US$" is no currency, written in three letters such as EUR.'],
      ['shares that do not add up', 'shares', 'Ben=60;Cleo=39.9999', 'sum', 'Shares must add to 100 %; these add to 99.9999 %.'],
      ['shares in words', 'shares', 'half each', 'not_shares', noShares],
      ['share of nothing', 'shares', 'Ben=100;Cleo=0', 'not_shares', 'Each share must be above 0.'],
      ['person twice in shares', 'shares', 'Ben=50;Ben=50', 'repeated', 'A person stands twice in the shares.'],
      ['unknown person in shares', 'shares', 'Ben=50;Nobody=50', 'unknown_person', 'There is no person "Nobody".'],
      ['ambiguous person in shares', 'shares', 'Ben=50;Twin=50', 'ambiguous', 'Several are called "Twin"; name the external id.'],
    ],
  },
  arr_movements: {
    row: { external_id: 'm#', company: 'Acme', owner: 'Ben', occurred_at: '2026-05-01', kind: 'new', amount: '5' },
    wrong: [
      ...external,
      ...owner,
      ...company,
      ...amounts('amount'),
      ...instants('occurred_at'),
      ahead('occurred_at'),
      ['no choice', 'kind', 'growth', 'not_a_choice', '"growth" is none of new, expansion, contraction, churn, reactivation, handover.'],
      [
        'sign against its kind',
        'amount',
        '-5',
        'contradiction',
        'The amount is negative for contraction and churn, 0 for a handover, else positive.',
      ],
    ],
  },
  renewals: {
    row: { external_id: 'r#', company: 'Acme', owner: 'Ben', due_on: '2026-05-01', outcome: 'renewed', decided_at: '2026-05-01', amount: '5' },
    wrong: [
      ...external,
      ...owner,
      ...company,
      ...amounts('amount'),
      ...days('due_on'),
      ...instants('decided_at'),
      ahead('decided_at'),
      ['open and decided', 'outcome', 'open', 'contradiction', 'An open renewal is not decided yet, and an amount is not negative.'],
      ['no choice', 'outcome', 'maybe', 'not_a_choice', '"maybe" is none of open, renewed, lost.'],
    ],
  },
  survey_responses: {
    row: { external_id: 'a#', kind: 'nps', score: '9', contact: 'x@x.example', owner: 'Ben', answered_at: '2026-05-01', company: 'Acme' },
    wrong: [
      ...external,
      ...owner,
      ...company,
      ...instants('answered_at'),
      ahead('answered_at'),
      ['number out of range', 'score', '11', 'out_of_range', '"11" is not between 0 and 10.'],
      ['part of a point', 'score', '9.5', 'not_a_number', '"9.5" is no whole number.'],
      ['nobody answered', 'contact', '', 'required', 'contact is empty.'],
    ],
  },
  companies: {
    row: { external_id: 'c#', name: 'Company #', founded_year: '1999', employees: '5', revenue: '5', owner: 'Ben' },
    wrong: [
      ...external.slice(1),
      ...owner.slice(0, 2),
      ...amounts('revenue'),
      ['number out of range', 'founded_year', '999', 'out_of_range', '"999" is not between 1000 and 2999.'],
      ['words for a number', 'employees', 'many', 'not_a_number', '"many" is no whole number.'],
    ],
  },
  people: {
    row: { external_id: 'p#', name: 'Person #', email: 'p#@x.example', role: 'member', since: '2026-05-01', work_percent: '80' },
    wrong: [
      ...external.slice(1),
      ...days('since'),
      ['no e-mail', 'email', 'nothing', 'not_an_email', '"nothing" is no e-mail address.'],
      ['e-mail of somebody else', 'email', 'taken#@x.example', 'email_taken', 'Somebody else has the e-mail address "taken#@x.example".'],
      ['no choice', 'role', 'boss', 'not_a_choice', '"boss" is none of admin, leader, coach, director, member, founder.'],
      ['number out of range', 'work_percent', '0', 'out_of_range', '"0" is not between 1 and 100.'],
    ],
  },
  products: {
    row: { name: 'Product #', series: 'S', list_price: '5' },
    wrong: [
      ...amounts('list_price'),
      ['no price', 'list_price', '', 'required', 'listPrice is empty.'],
      ['too long', 'series', 'x'.repeat(121), 'too_long', 'The text has 121 characters, at most 120 are taken.'],
    ],
  },
  exchange_rates: {
    row: { currency: '@', rate_on: '2026-05-01', rate: '1.1' },
    wrong: [
      ...days('rate_on'),
      ['no currency', 'currency', 'EURO', 'not_a_currency', '"EURO" is no currency, written in three letters such as EUR.'],
      ['own currency', 'currency', 'USD', 'own', 'USD is what this organisation counts in; it needs no rate.'],
      ['rate ahead', 'rate_on', '2026-06-02', 'future', 'A rate of a day ahead is not known yet.'],
      ['rate of nothing', 'rate', '0', 'out_of_range', '"0" is not above 0 and at most 1000000.'],
      ['words for a rate', 'rate', 'one', 'not_a_number', '"one" is no number above 0 such as 1.0842 with at most ten places.'],
    ],
  },
  partner_lists: {
    row: {
      external_id: 'l#',
      item: 'Lead',
      owner: 'Ben',
      partner_list_size: '5',
      opened_on: '2026-05-01',
      partner_list_due_date: '2026-06-10',
      partner_list_sent_date: '2026-05-05',
      closed_on: '',
    },
    wrong: [
      ...external,
      ...owner.slice(0, 2),
      ...days('partner_list_due_date'),
      ...days('opened_on'),
      ahead('partner_list_sent_date'),
      ahead('closed_on'),
      ['no lead', 'item', '', 'required', 'item is empty.'],
      ['unknown deal', 'item', 'Nothing', 'unknown_item', 'There is no pipeline item "Nothing".'],
      ['list of a list', 'item', 'Contact', 'partner', 'This is a contact of a partner list itself; lists come from leads.'],
      ['sent before it was agreed', 'partner_list_sent_date', '2026-04-30', 'order', 'The list was sent before it was agreed.'],
      ['part of a partner', 'partner_list_size', '1.5', 'not_a_number', '"1.5" is no whole number.'],
    ],
  },
  tasks: {
    row: {
      external_id: 't#',
      title: 'Write',
      owner: 'Ben',
      company: 'Acme',
      opened_at: '2026-04-30',
      due_on: '2026-07-01',
      state: 'done',
      done_at: '2026-05-01',
    },
    wrong: [
      ...external,
      ...owner,
      ...company,
      ...instants('done_at'),
      ...days('due_on'),
      ahead('done_at'),
      ['no title', 'title', '', 'required', 'title is empty.'],
      ['no choice', 'state', 'nearly', 'not_a_choice', '"nearly" is none of open, done, dropped.'],
      ['open and done', 'state', 'open', 'contradiction', 'Only a task that is done was done at some time.'],
      ['opened after it was done', 'opened_at', '2026-05-02', 'order', 'The task was opened after it was done.'],
    ],
  },
  task_updates: {
    row: { external_id: 'w#', task: 'Sweep', told_at: '2026-05-01', progress: '40' },
    wrong: [
      ...external,
      ...instants('told_at'),
      ahead('told_at'),
      ['unknown task', 'task', 'Nothing', 'unknown_task', 'There is no task "Nothing".'],
      ['ambiguous task', 'task', 'Both', 'ambiguous', 'Several are called "Both"; name the external id.'],
      ['number out of range', 'progress', '101', 'out_of_range', '"101" is not between 0 and 100.'],
      ['no progress', 'progress', '', 'required', 'progress is empty.'],
    ],
  },
  interactions: {
    row: { external_id: 'n#', company: 'Acme', owner: 'Ben', kind: 'visit', occurred_at: '2026-05-01', topic: 'Plans' },
    wrong: [
      ...external,
      ...owner,
      ...company,
      ...instants('occurred_at'),
      ahead('occurred_at'),
      ['no choice', 'kind', 'dance', 'not_a_choice', '"dance" is none of call, meeting, email, message, workshop, visit.'],
      ['no topic', 'topic', '', 'required', 'topic is empty.'],
    ],
  },
  company_updates: {
    row: { external_id: 'u#', company: 'Acme', owner: 'Ben', as_of_on: '2026-05-01', arr: '', retention: '', paying_customers: '5' },
    wrong: [
      ...external,
      ...owner,
      ...company,
      ...amounts('arr'),
      ...days('as_of_on'),
      ahead('as_of_on'),
      ['negative value', 'arr', '-1', 'negative_value', 'The amount is negative.'],
      ['words for a percentage', 'retention', 'most', 'not_a_percentage', '"most" is no percentage such as 97.5 with at most four places.'],
      ['percentage beyond', 'retention', '1000001', 'out_of_range', '"1000001" is more than 1000000 %.'],
      ['nothing told', 'paying_customers', '', 'empty', 'Tell at least one figure, or a note.'],
    ],
  },
  programmes: {
    row: { external_id: 'g#', name: 'Programme #', starts_on: '2026-05-01', ends_on: '2026-07-31' },
    wrong: [
      ...external.slice(1),
      ...days('starts_on'),
      ['ends before it begins', 'ends_on', '2026-04-30', 'order', 'The last day must not lie before the first.'],
      ['no name', 'name', '', 'required', 'name is empty.'],
      ['name of another', 'name', 'Taken #', 'taken', 'Another programme has the name "Taken #".'],
    ],
  },
  enrolments: {
    row: { external_id: 'e#', programme: 'Spring', company: 'Acme', from_on: '2026-05-01', until_on: '' },
    wrong: [
      ...external.slice(1),
      ...company,
      ...days('from_on'),
      ['unknown programme', 'programme', 'Nothing', 'unknown_programme', 'There is no programme "Nothing".'],
      ['ends before it begins', 'until_on', '2026-04-30', 'order', 'The last day must not lie before the first.'],
      ['enrolled twice at a time', 'from_on', '2026-05-20', 'overlap', 'The company is enrolled in this programme on some of these days already.'],
    ],
  },
};
const everySource = Object.keys(sources) as ImportSource[];
/** Of each source. */
const rowsEach = 100;

describe('a thousand malformed rows', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let adminId: string;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    const admin = { name: 'Ada', email: 'ada@wrong.example', password: 'long enough word' };
    const now = new Date('2026-06-01T09:00:00Z');
    ({ tenantId, adminId } = await createOrganisation(database.adminUrl, { slug: 'wrong', name: 'Wrong', zone: 'UTC', now, admin }));
    const add = (sql: string) => database.admin.query(sql, [tenantId]);
    await add(`insert into users (tenant_id, name) values ($1, 'Ben'), ($1, 'Cleo'), ($1, 'Twin'), ($1, 'Twin')`);
    await add(
      `insert into companies (tenant_id, external_id, name, created_at) values ($1, 'e1', 'Acme', now()), ($1, 'e2', 'Double', now()), ($1, 'e3', 'Double', now())`,
    );
    await add(
      `insert into users (tenant_id, external_id, name, email) select $1, 'taken' || n, 'Taken ' || n, 'taken' || n || '@x.example' from generate_series(1, 100) n`,
    );
    await add(`insert into products (tenant_id, name, list_price_minor) values ($1, 'Alpha', 1)`);
    await add(`insert into pipeline_stages (tenant_id, key, label, position, family, kind) values ($1, 'open', 'Open', 90, 'DEAL', 'deal')`);
    const item = `tenant_id, name, stage_id, kind, owner_id, currency, changed_at, created_at`;
    const made = (name: string) =>
      `select $1, '${name}', s.id, 'lead', u.id, 'USD', timestamptz '2026-04-01', timestamptz '2026-04-01' from pipeline_stages s join users u on u.tenant_id = $1 and u.name = 'Ben'
       where s.tenant_id = $1 and s.key = 'open'`;
    await add(`insert into pipeline_items (${item}) ${made('Lead')}`);
    await add(`insert into partner_lists (tenant_id, item_id, created_at) select $1, id, now() from pipeline_items where tenant_id = $1`);
    await add(`insert into pipeline_items (${item}, list_id) select x.*, l.id from (${made('Contact')}) x, partner_lists l where l.tenant_id = $1`);
    await add(
      `insert into tasks (tenant_id, owner_id, title, opened_at, state, known_at) select $1, u.id, x.title, '2026-04-01', 'open', '2026-04-01'
       from users u, (values ('Sweep'), ('Both'), ('Both')) x (title) where u.tenant_id = $1 and u.name = 'Ben'`,
    );
    await add(`insert into programmes (tenant_id, name, starts_on, created_at) values ($1, 'Spring', '2026-03-01', now())`);
    await add(
      `insert into programmes (tenant_id, external_id, name, starts_on, created_at) select $1, 'taken' || n, 'Taken ' || n, '2026-03-01', now() from generate_series(1, 100) n`,
    );
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  const imported = async (source: ImportSource, lines: readonly string[]): Promise<Import & { told: unknown[] }> => {
    const unit = { tenantId, userId: adminId };
    const context = await worker.app.get(UnitOfWork).run(unit, () => Promise.resolve(currentContext()));
    const imports = worker.app.get(ImportsService);
    const content = async function* () {
      yield await Promise.resolve(Buffer.from(`${lines.join('\n')}\n`));
    };
    const upload = { fileName: 'wrong.csv', content: content(), mapping: source.replaceAll('_', '-'), dryRun: false };
    const id = await withContext(context, null, () => imports.receive(upload, adminId, ['admin']));
    await worker.app.get(JobRunner).runAll();
    return worker.app.get(UnitOfWork).run({ tenantId, readOnly: true }, async () => ({
      ...(await imports.get(id)),
      told: (await imports.findings(id, { limit: 200 })).items.map(({ line, column, code, message }) => [line, column, code, message]),
    }));
  };
  /** Three letters that no currency has. */
  const letters = (n: number) => `Q${String.fromCharCode(65 + Math.floor(n / 26))}${String.fromCharCode(65 + (n % 26))}`;
  const lineOf = (row: Record<string, string>, n: number, change: Record<string, string> = {}) =>
    Object.entries({ ...row, ...change })
      .map(([, text]) => text.replace('#', String(n)).replace(/^@$/, letters(n)))
      .join(',');

  it.each(everySource)(
    'SRC-10 SRC-09 (errors) each of a hundred malformed rows of %s gets its line, column, code and sentence, and none is stored',
    async (source) => {
      const { row, wrong } = sources[source];
      const header = Object.keys(row);
      const key = header[0] as string;
      const structure: [string, string, string, (line: string) => string][] = [
        ['quote inside a cell', 'broken_quotes', 'A quote stands inside an unquoted cell.', (line) => line.replace(',', 'x"y,')],
        [
          'cell too few',
          'wrong_cell_count',
          `The row has ${header.length - 1} cells, the header ${header.length}.`,
          (line) => line.slice(0, line.lastIndexOf(',')),
        ],
        ['cell too many', 'wrong_cell_count', `The row has ${header.length + 1} cells, the header ${header.length}.`, (line) => `${line},more`],
      ];
      const lines = [header.join(','), lineOf(row, 0, row[key]?.includes('#') ? { [key]: 'fine' } : {})];
      const expected: unknown[] = [];
      for (let n = 1; n <= rowsEach; n += 1) {
        const place = (n - 1) % (wrong.length + structure.length);
        const broken = structure[place - wrong.length];
        const [, column, text, code, sentence] = wrong[place] ?? [];
        lines.push(broken ? broken[3](lineOf(row, n)) : lineOf(row, n, { [column as string]: text as string }));
        expected.push(broken ? [n + 2, null, broken[1], broken[2]] : [n + 2, column, code, sentence?.replace('#', String(n))]);
      }
      const done = await imported(source, lines);
      expect(done.told).toEqual(expected);
      const held = expected.filter((finding) => (finding as string[])[2] === 'held_future').length;
      expect([done.state, done.failure, done.counts]).toMatchObject([
        'done',
        null,
        { rows: rowsEach + 1, created: 1, errors: rowsEach - held, held },
      ]);
    },
  );

  it('SRC-10 (errors) these are a thousand rows of more than thirty kinds', () => {
    const kinds = new Set(Object.values(sources).flatMap(({ wrong }) => wrong.map(([kind]) => kind)));
    expect(kinds.size + 3).toBeGreaterThanOrEqual(30);
    expect(everySource.length * rowsEach).toBeGreaterThanOrEqual(1000);
    for (const { wrong } of Object.values(sources)) expect(wrong.length + 3).toBeLessThanOrEqual(rowsEach);
  });
});
