import { describe, expect, it } from '@jest/globals';
import type { Goal, GoalPeriod, MetricReading, Renewal, RenewalPage, SurveyResponse } from '@waymark/contracts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presets } from '../../imports/presets.js';
import { organisationOverHttp } from '../../testing/organisation-over-http.js';
import { importFile } from '../crm-sales.js';

const july = 'from=2026-07-01&to=2026-07-31';

describe('facts about customers over HTTP', () => {
  let teamId: string;
  let companyId: string;
  const organisation = organisationOverHttp('customers', { Ben: 'member', Cleo: 'member', Lea: 'leader' }, async ({ ids, row }) => {
    teamId = await row(`insert into teams (tenant_id, name) values ($1, 'North') returning id`);
    await row(
      `insert into team_memberships (tenant_id, team_id, user_id, role, from_on) values ($1, $2, $3, 'member', '2020-01-01'), ($1, $2, $4, 'leader', '2020-01-01')`,
      teamId,
      ids['Ben'],
      ids['Lea'],
    );
    companyId = await row(`insert into companies (tenant_id, name, created_at) values ($1, 'Acme', now()) returning id`);
  });
  const { ids, row, send, addAs, drain } = organisation;
  const add = <T>(path: string, body: object) => addAs<T>('Ada', path, body);
  const read = async (who: string, path: string) => (await send<MetricReading>(who, 'GET', `metrics/${path}`)).body;
  const shown = async (who: string, path: string) => (await read(who, path)).value.display;
  const movement = (company: string, kind: string, occurredAt: string, amount: string, ownerId = ids['Ben']) =>
    add('arr-movements', { companyId: company, ownerId, kind, occurredAt, amount: { amount, currency: 'USD' } });

  it('SRC-06 MET-02 (retention_rate) renewals are recorded, decided by a correction, and counted on their due day for person, team and everybody', async () => {
    const renewals: Renewal[] = [];
    for (const [owner, outcome] of [
      ['Ben', 'renewed'],
      ['Ben', 'renewed'],
      ['Ben', 'open'],
      ['Cleo', 'lost'],
    ] as const)
      renewals.push(await add<Renewal>('renewals', { companyId, ownerId: ids[owner], dueOn: '2026-07-31', outcome }));
    await add('renewals', { companyId, ownerId: ids['Ben'], dueOn: '2026-08-01', outcome: 'lost' });
    expect(renewals[0]).toMatchObject({
      dueOn: '2026-07-31',
      decidedAt: '2026-07-30T22:00:00.000Z',
      company: { name: 'Acme' },
      amount: null,
      version: 1,
    });
    await drain();
    expect(await shown('Ben', `retention_rate/value?${july}`)).toBe('100 %'); // 2 of 2 decided
    expect(await shown('Lea', `retention_rate/value?teamId=${teamId}&${july}`)).toBe('100 %');
    expect(await shown('Ada', `retention_rate/value?${july}`)).toBe('66.67 %'); // 2 of 3
    const before = new Date(Date.parse((await read('Ada', `retention_rate/value?${july}`)).computedAt)).toISOString();
    const open = renewals[2] as Renewal;
    const lost = await send<Renewal>('Ben', 'PATCH', `renewals/${open.id}`, { outcome: 'lost' });
    expect(lost.body).toMatchObject({ id: open.id, outcome: 'lost', version: 2 });
    await drain();
    const answer = await read('Ada', `retention_rate/value?${july}`);
    expect(answer.value.display).toBe('50 %'); // 2 of 4
    expect(answer.beside.map(({ key, value }) => [key, value.display])).toEqual([
      ['due', '4'],
      ['decided', '4'],
      ['open', '0'],
    ]);
    expect(await shown('Ada', `retention_rate/value?${july}&asOf=${before}`)).toBe('66.67 %'); // as it was known
    expect(await read('Ada', 'retention_rate/value?from=2020-01-01&to=2020-12-31')).toMatchObject({ value: { value: null, reason: 'no_data' } });
  });

  it('SRC-06 MET-02 (NPS) answers give the score by the last one of each contact, with a mark for few; a goal on it is fresh', async () => {
    const period = await add<GoalPeriod>('goal-periods', { name: 'July', kind: 'monthly', startsOn: '2026-07-01', endsOn: '2026-07-31' });
    await send('Ada', 'PATCH', `goal-periods/${period.id}`, { state: 'active' });
    const goal = await add<Goal>('goals', { name: 'NPS', metric: 'nps', target: '40', periodId: period.id, userId: ids['Ben'] });
    const team = await add<Goal>('goals', { name: 'NPS', metric: 'nps', target: '40', periodId: period.id, teamId });
    expect((await send<Goal>('Ada', 'GET', `goals/${goal.id}`)).body.value).toMatchObject({ value: null, reason: 'no_data' });
    const answer = (contact: string, score: number, answeredAt: string) =>
      add<SurveyResponse>('survey-responses', { kind: 'nps', contact, score, answeredAt, ownerId: ids['Ben'], companyId });
    await answer('Mia@Acme.example', 2, '2026-07-05T10:00:00Z');
    await answer('mia@acme.example', 9, '2026-07-20T10:00:00Z');
    await answer('noa@acme.example', 10, '2026-07-31T21:59:59.999Z');
    const low = await answer('kim@acme.example', 6, '2026-06-30T22:00:00Z');
    await drain();
    const reading = await read('Ben', `nps/value?${july}`);
    expect([reading.value, reading.marks]).toEqual([{ value: '33.333333', unit: 'points', reason: null, display: '33' }, ['low_sample']]); // (2 - 1) / 3
    for (const { id } of [goal, team]) expect((await send<Goal>('Ada', 'GET', `goals/${id}`)).body.value.display).toBe('33');
    await send('Ada', 'PATCH', `survey-responses/${low.id}`, { score: 8 });
    await drain();
    for (const { id } of [goal, team]) expect((await send<Goal>('Ada', 'GET', `goals/${id}`)).body.value.display).toBe('67'); // 2 / 3
    expect(await read('Cleo', `nps/value?${july}`)).toMatchObject({ value: { value: null, reason: 'no_data' }, marks: [] });
    expect(await shown('Lea', `nps/value?teamId=${teamId}&${july}`)).toBe('67');
    expect((await read('Ada', 'nps/value?from=2027-01-01&to=2027-01-31')).value.reason).toBe('not_yet');
  });

  it('SRC-06 MET-02 (NRR, GRR) movements give the revenue kept of the opening customers, in the owner’s and team’s scope of the first day', async () => {
    const other = await row(`insert into companies (tenant_id, name, created_at) values ($1, 'Other', now()) returning id`);
    await movement(companyId, 'new', '2026-01-10T00:00:00Z', '300.00');
    await movement(other, 'new', '2026-02-10T00:00:00Z', '100.00');
    await movement(companyId, 'expansion', '2026-07-10T00:00:00Z', '60.00');
    await movement(other, 'contraction', '2026-07-11T00:00:00Z', '-50.00');
    await movement(companyId, 'handover', '2026-07-12T00:00:00Z', '0.00', ids['Cleo']);
    // opening 300 + 100 = 400; closing 360 + 50 = 410; kept 300 + 50 = 350
    for (const who of ['Ada', 'Ben', 'Lea']) expect([who, await shown(who, `nrr/value?${july}`)]).toEqual([who, '102.5 %']);
    expect(await shown('Lea', `grr/value?teamId=${teamId}&${july}`)).toBe('87.5 %');
    expect((await read('Cleo', `nrr/value?${july}`)).value.reason).toBe('no_base');
    expect(await shown('Cleo', `nrr/value?from=2026-08-01&to=2026-08-31`)).toBe('100 %'); // hers since 12 July
  });

  it('SRC-06 MET-02 (QBR) reviews are due by fiscal quarter to the owner of the customer, held whoever holds them, and known as of any instant', async () => {
    // Acme and Other are customers since winter: both owe a review by 30 June, both were Ben's then. Since 12 July Acme is Cleo's.
    const spring = 'from=2026-04-01&to=2026-06-30';
    const before = (await read('Ada', `qbr_completion/value?${spring}`)).computedAt;
    expect(await shown('Ada', `qbr_completion/value?${spring}`)).toBe('0 %');
    const period = await add<GoalPeriod>('goal-periods', { name: 'Q3', kind: 'quarterly', startsOn: '2026-07-01', endsOn: '2026-09-30' });
    await send('Ada', 'PATCH', `goal-periods/${period.id}`, { state: 'active' });
    const goal = await add<Goal>('goals', {
      name: 'QBR',
      metric: 'qbr_completion',
      target: '90',
      periodId: period.id,
      userId: ids['Cleo'],
      baseline: '0',
    });
    const hold = (company: string, completedAt: string) => add('activities', { type: 'qbr', ownerId: ids['Lea'], companyId: company, completedAt });
    await hold(companyId, '2026-06-30T21:59:59.999Z'); // the last millisecond of the quarter in Berlin
    expect(await shown('Ada', `qbr_completion/value?${spring}`)).toBe('50 %'); // 1 of 2
    expect(await shown('Ben', `qbr_completion/value?${spring}`)).toBe('50 %');
    expect(await shown('Lea', `qbr_completion/value?teamId=${teamId}&${spring}`)).toBe('50 %');
    expect(await shown('Ada', `qbr_completion/value?${spring}&asOf=${before}`)).toBe('0 %');
    expect((await read('Cleo', `qbr_completion/value?${spring}`)).value.reason).toBe('no_data');
    // The running quarter: today's customers, Other for Ben and Acme for Cleo.
    const summer = 'from=2026-07-01&to=2026-09-30';
    await hold(companyId, '2026-08-01T10:00:00Z');
    await drain();
    expect(await shown('Ben', `qbr_completion/value?${summer}`)).toBe('0 %');
    expect((await send<Goal>('Ada', 'GET', `goals/${goal.id}`)).body.value.display).toBe('100 %');
    const served = await read('Ada', `qbr_completion/value?${summer}`);
    expect(served.value.display).toBe('50 %');
    expect(await shown('Ada', `qbr_completion/value?${summer}&asOf=${served.computedAt}`)).toBe('50 %');
    // With a year from February the quarter of July is the one from May.
    expect((await send('Ada', 'PATCH', 'settings', { fiscalYearStartMonth: 2 })).status).toBe(200);
    expect((await read('Ada', `qbr_completion/value?${july}`)).beside.map(({ key, value }) => [key, value.display])).toEqual([
      ['due', '2'],
      ['held', '1'],
      ['missing', '1'],
    ]);
  });

  it('SRC-06 PLAT-08 what makes no sense is refused, naming the field; others’ facts are not there', async () => {
    const renewal = await add<Renewal>('renewals', { companyId, ownerId: ids['Cleo'], dueOn: '2026-09-01', externalId: 'r-1' });
    const amount = (text: string, currency = 'USD') => ({ companyId, kind: 'churn', amount: { amount: text, currency } });
    const cases: [string, string, object, number, string | undefined][] = [
      ['Ada', 'arr-movements', amount('10.00'), 400, 'amount'],
      ['Ada', 'arr-movements', amount('-10.00', 'EUR'), 400, 'amount.currency'],
      ['Ada', 'arr-movements', { ...amount('-10.00'), occurredAt: '2026-08-16T00:00:00Z' }, 400, 'occurredAt'],
      ['Ada', 'arr-movements', { ...amount('-10.00'), companyId: '00000000-0000-7000-8000-000000000000' }, 400, 'companyId'],
      ['Ben', 'arr-movements', { ...amount('-10.00'), ownerId: ids['Cleo'] }, 400, 'ownerId'],
      ['Ada', 'renewals', { companyId, dueOn: '2026-02-30' }, 400, 'dueOn'],
      ['Ada', 'renewals', { companyId, dueOn: '2026-09-01', decidedAt: '2026-08-01T00:00:00Z' }, 400, 'decidedAt'],
      ['Ada', 'renewals', { companyId, dueOn: '2026-09-01', externalId: 'r-1' }, 409, undefined],
      ['Ada', 'survey-responses', { kind: 'nps', score: 11, contact: 'x' }, 400, 'score'],
      ['Ada', 'survey-responses', { kind: 'nps', score: 9.5, contact: 'x' }, 400, 'score'],
      ['Ada', 'survey-responses', { kind: 'csat', score: 9, contact: 'x' }, 400, 'kind'],
    ];
    for (const [who, path, body, status, field] of cases) {
      const answer = await send(who, 'POST', path, body);
      expect([path, body, answer.status, answer.body.errors?.[0]?.field]).toEqual([path, body, status, field]);
    }
    expect((await send('Ben', 'GET', `renewals/${renewal.id}`)).status).toBe(404);
    const page = await send<RenewalPage>('Ben', 'GET', 'renewals?limit=2');
    expect(page.body.items.map((one) => one.owner.name)).toEqual(['Ben', 'Ben']);
    const next = await send<RenewalPage>('Ben', 'GET', `renewals?limit=2&cursor=${page.body.nextCursor}`);
    expect(next.body.items.map((one) => one.dueOn)).toEqual(['2026-07-31', '2026-07-31']);
  });

  it('SRC-06 SRC-10 (CSV) files of each kind are imported; a changed row is a new version of the same fact, the same file again changes nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'customers-'));
    const load = async (key: string, content: string) => {
      const file = join(folder, `${key}.csv`);
      writeFileSync(file, content);
      const mapping = presets.find((preset) => preset.key === key)?.mapping;
      const done = await importFile(organisation.worker.app, {
        tenantId: organisation.tenantId,
        requestedBy: ids['Ada'] as string,
        file,
        mapping,
        dryRun: false,
      });
      return [done.state, done.counts?.created, done.counts?.updated, done.counts?.unchanged, done.counts?.errors, done.counts?.held];
    };
    const renewals = (outcome: string) =>
      `external_id,company,owner,due_on,outcome,decided_at,amount\nf1,Acme,Ben,2026-10-01,${outcome},,10\nf2,Acme,Nobody,2026-10-01,open,,\nf3,Acme,Ben,2026-10-01,lost,2026-12-01,\nf4,Acme,Ben,2026-10-01,open,2026-08-01,\n`;
    expect(await load('renewals', renewals('open'))).toEqual(['done', 1, 0, 0, 2, 1]);
    expect(await load('renewals', renewals('open'))).toEqual(['done', 0, 0, 1, 2, 1]);
    expect(await load('renewals', renewals('renewed'))).toEqual(['done', 0, 1, 0, 2, 1]);
    expect(await load('renewals', renewals('renewed'))).toEqual(['done', 0, 0, 1, 2, 1]);
    const versions = await organisation.database.admin.query(
      `select version, outcome, amount_minor, known_to is null as present from renewals where tenant_id = $1 and external_id = 'f1' order by version`,
      [organisation.tenantId],
    );
    expect(versions.rows).toEqual([
      { version: 1, outcome: 'open', amount_minor: '1000', present: false },
      { version: 2, outcome: 'renewed', amount_minor: '1000', present: true },
    ]);
    const movements = 'external_id,company,owner,occurred_at,kind,amount\nm1,Acme,Ben,2025-01-01,new,5\nm2,Acme,Ben,2025-02-01,churn,5\n';
    expect(await load('arr-movements', movements)).toEqual(['done', 1, 0, 0, 1, 0]);
    const answers = 'external_id,kind,score,contact,owner,answered_at\ns1,nps,9,Zoe@x.example,Ben,2025-01-01\ns2,nps,11,y,Ben,2025-01-01\n';
    expect(await load('survey-responses', answers)).toEqual(['done', 1, 0, 0, 1, 0]);
    expect(await load('survey-responses', answers)).toEqual(['done', 0, 0, 1, 1, 0]);
    rmSync(folder, { recursive: true });
  });
});
