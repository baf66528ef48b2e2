import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Import, ImportFinding } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createOrganisation } from '../organisation.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { currentContext, withContext } from '../platform/request-context.js';
import { startWorker } from '../testing/start-api.js';
import { ImportsService } from './imports.service.js';
import { suggestedFor } from './presets.js';

/** Two regions below Sales; Rita leads all, Ben and Bea lead a region each. */
const columns = 'external_id,name,email,role,manager,team,parent_team,since,work_percent';
const company = [
  'E1,Rita,rita@acme.example,leader,,Sales,,2020-01-01,',
  'E2,Ben,ben@acme.example,leader,E1,East,Sales,2021-01-01,100',
  'E3,Bea,bea@acme.example,leader,Rita,West,Sales,2021-01-01,100',
  'E4,Cleo,CLEO@acme.example,member,ben@acme.example,East,Sales,2022-02-02,80',
  'E5,Dan,,,E2,East,Sales,,',
  'E6,Eve,eve@acme.example,,Bea,West,Sales,2023-03-03,50',
];

describe('importing a roster', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let adminId: string;
  let organisations = 0;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  /** A new organisation on Monday, 1 June 2026. */
  async function open(): Promise<void> {
    const slug = `roster${++organisations}`;
    const admin = { name: 'Ada', email: `ada@${slug}.example`, password: 'long enough word' };
    const made = await createOrganisation(database.adminUrl, {
      slug,
      name: slug,
      zone: 'Europe/Berlin',
      now: new Date('2026-06-01T09:00:00Z'),
      admin,
    });
    ({ tenantId, adminId } = made);
  }

  async function send(lines: string[], dryRun = false, header = columns): Promise<Import & { findings: ImportFinding[] }> {
    const context = await worker.app.get(UnitOfWork).run({ tenantId, userId: adminId }, () => Promise.resolve(currentContext()));
    const content = async function* () {
      yield await Promise.resolve(Buffer.from(`${header}\n${lines.join('\n')}\n`));
    };
    const imports = worker.app.get(ImportsService);
    const id = await withContext(context, null, () =>
      imports.receive({ fileName: 'roster.csv', content: content(), mapping: 'people', dryRun }, adminId, ['admin']),
    );
    await worker.app.get(JobRunner).runAll();
    return worker.app
      .get(UnitOfWork)
      .run({ tenantId, readOnly: true }, async () => ({ ...(await imports.get(id)), findings: (await imports.findings(id, { limit: 200 })).items }));
  }

  const texts = async (sql: string) => (await database.admin.query<{ text: string }>(sql, [tenantId])).rows.map((row) => row.text);
  const people = () =>
    texts(`select concat_ws(' ', u.external_id, u.name, u.email, u.work_percent, (select string_agg(role, '+' order by role) from user_roles r where r.user_id = u.id)) as text
      from users u where u.tenant_id = $1 order by u.external_id nulls first, u.name`);
  const members = () =>
    texts(`select concat_ws(' ', t.name, m.role, u.name, m.from_on, m.until_on, case when m.derived then 'derived' end) as text
      from team_memberships m join users u on u.id = m.user_id join teams t on t.id = m.team_id where m.tenant_id = $1 order by t.name, m.role, u.name, m.from_on`);
  const teams = () =>
    texts(
      `select concat_ws(' < ', t.name, p.name) as text from teams t left join teams p on p.id = t.parent_id where t.tenant_id = $1 order by t.name`,
    );
  const told = (done: { findings: ImportFinding[] }) => done.findings.map((finding) => `${finding.line} ${finding.severity} ${finding.code}`);
  const figures = ({ counts }: Import) => counts && [counts.created, counts.updated, counts.unchanged, counts.errors];
  /** Everything that a roster may change, with versions, so that a write that changes nothing is seen too. */
  const everything = () =>
    texts(`select (select json_agg(u order by id)::text from users u where tenant_id = $1) || (select json_agg(t order by id)::text from teams t where tenant_id = $1)
      || (select json_agg(m order by id)::text from team_memberships m where tenant_id = $1) || (select json_agg(r order by user_id, role)::text from user_roles r where tenant_id = $1)
      || (select count(*) from audit_events where tenant_id = $1 and action <> 'import.started')::text as text`);
  const audited = () =>
    texts(
      `select action || ' ' || count(*) as text from audit_events where tenant_id = $1 and action !~ '^(import|organisation)' group by action order by 1`,
    );

  it('PLAT-04 (roster) makes people, nested teams, leaders and members with their days, work fraction and roles; the same file again changes nothing', async () => {
    await open();
    const trial = await send(company, true);
    expect([figures(trial), told(trial), (await people()).length, await teams()]).toEqual([[6, 0, 0, 0], [], 1, []]);
    const first = await send(company);
    expect([first.state, figures(first), told(first)]).toEqual(['done', [6, 0, 0, 0], []]);
    expect((await people()).slice(0, 6)).toEqual([
      'E1 Rita rita@acme.example 100 leader',
      'E2 Ben ben@acme.example 100 leader',
      'E3 Bea bea@acme.example 100 leader',
      'E4 Cleo cleo@acme.example 80 member',
      'E5 Dan 100 member',
      'E6 Eve eve@acme.example 50 member',
    ]);
    expect(await teams()).toEqual(['East < Sales', 'Sales', 'West < Sales']);
    expect(await members()).toEqual([
      'East leader Ben 2021-01-01',
      'East member Cleo 2022-02-02',
      'East member Dan 2026-06-01 derived', // no day in the file and no fact yet
      'Sales leader Rita 2020-01-01',
      'West leader Bea 2021-01-01',
      'West member Eve 2023-03-03',
    ]);
    expect(await audited()).toEqual(['membership.created 6', 'team.created 3', 'team.moved 2', 'user.created 6', 'user.roles_changed 6']);
    const before = await everything();
    const again = await send(company);
    expect([figures(again), told(again), await everything()]).toEqual([[0, 0, 6, 0], [], before]);
  });

  it('PLAT-04 (roster) a membership without a day begins with the person’s first fact, else with the organisation’s earliest (Q76)', async () => {
    await open();
    await send(['A1,Ann,,,,North,,,', 'A2,Bob,,,,North,,,', 'A3,Cid,,,,North,,2026-05-05,']);
    await database.admin.query(
      `with stage as (select id from pipeline_stages where tenant_id = $1 and key = 'lead'),
       item as (insert into pipeline_items (tenant_id, name, stage_id, kind, qualified, owner_id, currency, changed_at, created_at)
         select $1, 'I', stage.id, 'lead', false, u.id, 'USD', now(), now() from stage, users u where u.tenant_id = $1 and u.external_id = 'A1' returning id, stage_id, owner_id)
       insert into pipeline_events (tenant_id, item_id, sequence, occurred_at, known_at, stage_id, kind, qualified, owner_id, value_minor, currency)
         select $1, id, 1, '2025-11-11T12:00:00Z', now(), stage_id, 'lead', false, owner_id, 0, 'USD' from item`,
      [tenantId],
    );
    await database.admin.query(`update tenants set earliest_fact_on = '2025-10-10' where id = $1`, [tenantId]);
    await send(['A1,Ann,,,,North,,,', 'A2,Bob,,,,North,,,', 'A3,Cid,,,,North,,,']);
    expect(await members()).toEqual(['North member Ann 2025-11-11 derived', 'North member Bob 2025-10-10 derived', 'North member Cid 2026-05-05']);
    const dated = await send(['A2,Bob,,,,North,,2025-12-12,']);
    expect([figures(dated), (await members())[1]]).toEqual([[0, 1, 0, 0], 'North member Bob 2025-12-12']);
  });

  it('PLAT-04 (roster) people move on their day, leaders follow one another, and teams move below others; whoever is not in the file stays', async () => {
    await open();
    await send(company);
    const changed = [
      'E4,Cleo,,leader,E3,West,,2026-05-01,', // moves; E3 leads West as before
      'E5,Dan,,,E6,East,Sales,,', // Eve leads East from now on
      'E6,Eve,,,E3,West,,,60',
      'E7,Fay,,,E6,South,East,2026-06-15,', // begins in two weeks, in a new team below East
    ];
    const done = await send(changed);
    expect([figures(done), told(done)]).toEqual([[1, 2, 1, 0], ['3 incomplete former_leader']]);
    expect(await members()).toEqual([
      'East leader Ben 2021-01-01 2026-06-01',
      'East leader Eve 2026-06-01',
      'East member Cleo 2022-02-02 2026-05-01',
      'East member Dan 2026-06-01 derived',
      'Sales leader Rita 2020-01-01',
      'South leader Eve 2026-06-01',
      'South member Fay 2026-06-15',
      'West leader Bea 2021-01-01',
      'West member Cleo 2026-05-01',
      'West member Eve 2023-03-03',
    ]);
    expect(await teams()).toEqual(['East < Sales', 'Sales', 'South < East', 'West < Sales']);
    expect((await people()).filter((line) => /^E[467]/.test(line))).toEqual([
      'E4 Cleo cleo@acme.example 80 leader+member',
      'E6 Eve eve@acme.example 60 leader+member',
      'E7 Fay 100 member',
    ]);
    const before = await everything();
    expect([figures(await send(changed)), await everything()]).toEqual([[0, 0, 4, 0], before]);
    const moved = await send(['E7,Fay,,,,South,West,,', 'E4,Cleo,,,,East,,,']);
    expect([figures(moved), told(moved)]).toEqual([[0, 1, 1, 0], ['3 incomplete no_since']]);
    expect((await members()).filter((line) => line.includes('Cleo'))).toEqual([
      'East member Cleo 2022-02-02 2026-05-01',
      'East member Cleo 2026-06-01',
      'West member Cleo 2026-05-01 2026-06-01',
    ]);
    expect(await teams()).toEqual(['East < Sales', 'Sales', 'South < West', 'West < Sales']);
    // She was in West in May: a day before that, and a day to come for what has begun, change nothing.
    const settled = await members();
    for (const since of ['2026-05-05', '2027-01-01']) {
      const refused = await send([`E4,Cleo,,,,East,,${since},`]);
      expect([figures(refused), told(refused), await members()]).toEqual([[0, 0, 1, 0], ['2 incomplete since'], settled]);
    }
  });

  it('PLAT-04 (roster) dirt is told line by line, and the rest is imported', async () => {
    await open();
    await database.admin.query(
      `insert into users (tenant_id, external_id, name, email, status) values ($1, 'X1', 'Taken', 'taken@acme.example', 'active'),
      ($1, 'X2', 'Gone', 'gone@acme.example', 'disabled'), ($1, 'T1', 'Twin', null, 'active'), ($1, 'T2', 'Twin', null, 'active')`,
      [tenantId],
    );
    await database.admin.query(`insert into teams (tenant_id, external_id, name, archived_at) values ($1, 'Old', 'Old', now())`, [tenantId]);
    const dirty = [
      'D1,Fine,fine@acme.example,member,,North,,2026-01-01,100', // 2
      'D2,No e-mail at all,not an e-mail,,,North,,,', // 3
      'D3,Too much work,,,,North,,,120', // 4
      'D4,No work,,,,North,,,0', // 5
      'D5,No such day,,,,North,,03/01/2026,', // 6
      'D6,No such role,,boss,,North,,,', // 7
      'D1,Same id,,,,North,,,', // 8
      'D8,Same e-mail,FINE@acme.example,,,North,,,', // 9
      'D9,Takes an e-mail,taken@acme.example,,,North,,,', // 10
      'D10,,,,,North,,,', // 11
      'X2,Gone,,,,North,,,', // 12
      'D12,Nobody above,,,Somebody,North,,,', // 13
      'D13,Which twin,,,Twin,North,,,', // 14
      'D14,Own manager,,,D14,North,,,', // 15
      'D15,Spelling,,,,NORTH,,,', // 16
      'D16,Archived,,,,Old,,,', // 17
      'D17,Circle,,,,Ring one,Ring two,,', // 18
      'D18,Circle,,,,Ring two,Ring one,,', // 19
      'D19,Itself,,,,Ring three,Ring three,,', // 20
      'D20,Two above,,,,North,Top,,', // 21
      'D21,Two above,,,,North,Other top,,', // 22
      'D22,Short', // 23
      `D23,${'long '.repeat(30)},,,,North,,,`, // 24
    ];
    const done = await send(dirty);
    const expected = [
      '3 error not_an_email',
      '4 error out_of_range',
      '5 error out_of_range',
      '6 error not_a_day',
      '7 error not_a_choice',
      '8 error repeated',
      '9 error repeated',
      '10 error email_taken',
      '11 error required',
      '12 incomplete deactivated',
      '13 incomplete unknown_person',
      '14 incomplete ambiguous',
      '15 incomplete own_manager',
      '16 repaired spelling',
      '17 incomplete archived_team',
      '18 incomplete circle',
      '19 incomplete circle',
      '20 incomplete circle',
      '22 incomplete other_parent',
      '23 error wrong_cell_count',
      '24 error too_long',
    ];
    expect(told(done)).toEqual(expected);
    expect(figures(done)).toEqual([11, 1, 0, 11]);
    expect(await teams()).toEqual(['North < Top', 'Old', 'Other top', 'Ring one', 'Ring three', 'Ring two', 'Top']);
    expect((await members()).filter((line) => line.startsWith('North')).length).toBe(8);
    const before = await everything();
    const again = await send(dirty);
    expect([told(again), figures(again), await everything()]).toEqual([expected, [0, 0, 12, 11], before]);
  });

  it('PLAT-04 (roster) somebody whom an admin added by hand is found by e-mail; roles are never taken away and empty cells leave what is known', async () => {
    await open();
    const slug = `roster${organisations}`;
    const header = 'external_id,name,email,role,team';
    const done = await send([`A1,Ada Lovelace,ADA@${slug}.example,member,Board`], false, header);
    expect([figures(done), told(done), await people()]).toEqual([[0, 1, 0, 0], [], [`A1 Ada Lovelace ada@${slug}.example 100 admin+member`]]);
    await send(['A1,Ada Lovelace,,,'], false, header);
    expect([await people(), (await members()).length]).toEqual([[`A1 Ada Lovelace ada@${slug}.example 100 admin+member`], 1]);
  });

  it('PLAT-04 (roster) more than forty levels of teams refuse the file, and nothing of it is written', async () => {
    await open();
    const lines = Array.from({ length: 41 }, (_, n) => `P${n},Person ${n},,,,Level ${n + 1},${n === 0 ? '' : `Level ${n}`},,`);
    const done = await send(lines);
    expect([done.state, done.failure, await teams(), (await people()).length]).toEqual([
      'failed',
      'The teams of the file would lie 41 levels deep; 40 is the most.',
      [],
      1,
    ]);
    expect((await send(lines.slice(0, 40))).state).toBe('done');
  });

  it('SRC-10 (mapping) the preset that reads most of the columns is suggested for a file', () => {
    expect(suggestedFor(columns.split(','))?.key).toBe('people');
    expect(suggestedFor(['name', 'industry', 'employees'])?.key).toBe('companies');
    expect(suggestedFor(['sales_agent', 'manager', 'regional_office'])?.key).toBe('crm-sales-teams');
    expect(suggestedFor(['whatever'])).toBeNull();
  });
});
