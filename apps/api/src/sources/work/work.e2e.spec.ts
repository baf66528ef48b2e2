import { describe, expect, it } from '@jest/globals';
import type {
  CompanyUpdate,
  CompanyUpdatePage,
  Enrolment,
  EnrolmentPage,
  Interaction,
  InteractionPage,
  MetricReading,
  Programme,
  ProgrammePage,
  Settings,
  Task,
  TaskPage,
  TaskUpdate,
  TaskUpdatePage,
} from '@waymark/contracts';
import { organisationOverHttp } from '../../testing/organisation-over-http.js';

describe('work with companies over HTTP', () => {
  let companyId: string;
  let otherId: string;
  const {
    ids,
    send,
    drain,
    addAs: add,
  } = organisationOverHttp('work', { Ben: 'member', Cora: 'coach' }, async ({ row }) => {
    companyId = await row(`insert into companies (tenant_id, name, created_at) values ($1, 'Acme', now()) returning id`);
    otherId = await row(`insert into companies (tenant_id, name, created_at) values ($1, 'Other', now()) returning id`);
    for (const company of [companyId, otherId])
      await row(
        `insert into company_people (tenant_id, company_id, user_id, role, from_on, created_at)
         select $1, $2, id, 'coach', '2026-01-01', now() from users where tenant_id = $1 and name = 'Cora' returning id`,
        company,
      );
  });
  const change = async <T>(who: string, path: string, body: object) => {
    const answer = await send<T>(who, 'PATCH', path, body);
    expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
    return answer.body;
  };
  const read = async <T>(who: string, path: string) => (await send<T>(who, 'GET', path)).body;
  const augustOf = (who: string, more = '') => read<MetricReading>(who, `metrics/tasks_completed/value?from=2026-08-01&to=2026-08-31${more}`);

  it('SRC-06 MET-02 (tasks completed) a task has updates of its progress, is done and opened again; what was known stays known', async () => {
    const task = await add<Task>('Ben', 'tasks', { title: 'Send the offer', companyId, dueOn: '2026-09-01', note: 'Asked for by phone' });
    expect(task).toMatchObject({ state: 'open', doneAt: null, progress: null, recordedBy: 'Ben', company: { name: 'Acme' }, owner: { name: 'Ben' } });
    const first = await add<TaskUpdate>('Ben', 'task-updates', { taskId: task.id, progress: 20, toldAt: '2026-08-10T09:00:00Z' });
    await add('Ada', 'task-updates', { taskId: task.id, progress: 60, note: 'Half of it is written' });
    await add('Ben', 'task-updates', { taskId: task.id, progress: 40, toldAt: '2026-08-12T09:00:00Z' });
    expect((await read<Task>('Ben', `tasks/${task.id}`)).progress).toBe(60); // the latest by its own time
    const updates = await read<TaskUpdatePage>('Ben', `task-updates?taskId=${task.id}`);
    expect(updates.items.map(({ progress, owner, recordedBy, task: of }) => [progress, owner.name, recordedBy, of.name])).toEqual([
      [60, 'Ben', 'Ada', 'Send the offer'],
      [40, 'Ben', 'Ben', 'Send the offer'],
      [20, 'Ben', 'Ben', 'Send the offer'],
    ]);
    expect(await change<TaskUpdate>('Ben', `task-updates/${first.id}`, { progress: 25 })).toMatchObject({ id: first.id, progress: 25, version: 2 });
    const done = await change<Task>('Ben', `tasks/${task.id}`, { state: 'done', doneAt: '2026-07-31T22:00:00Z' });
    expect([done.state, done.doneAt, done.version]).toEqual(['done', '2026-07-31T22:00:00.000Z', 2]);
    await add('Ben', 'tasks', { title: 'Earlier', state: 'done', doneAt: '2026-07-31T21:59:59.999Z' }); // July in Berlin
    await add('Ada', 'tasks', { title: 'Hers', state: 'done' });
    await drain();
    expect([(await augustOf('Ben')).value.value, (await augustOf('Ada')).value.value]).toEqual(['1', '2']);
    const then = (await augustOf('Ben')).computedAt;
    await change('Ben', `tasks/${task.id}`, { state: 'open' });
    await drain();
    expect([(await augustOf('Ben')).value.value, (await augustOf('Ben', `&asOf=${then}`)).value.value]).toEqual(['0', '1']);
    expect((await read<TaskPage>('Ben', 'tasks?state=open')).items.map(({ title }) => title)).toEqual(['Send the offer']);
    expect((await read<TaskPage>('Cora', 'tasks')).items.map(({ title }) => title)).toEqual(['Send the offer']); // of the company that she coaches
  });

  it('SRC-06 SRC-13 interactions are recorded with author, date and note, corrected in versions and listed by company, kind and page', async () => {
    const visit = await add<Interaction>('Cora', 'interactions', { companyId, kind: 'visit', topic: 'New plant', note: 'With the founder' });
    expect(visit).toMatchObject({ kind: 'visit', owner: { name: 'Cora' }, recordedBy: 'Cora', note: 'With the founder', version: 1 });
    await add('Cora', 'interactions', { companyId: otherId, kind: 'call', topic: 'First talk', occurredAt: '2026-08-01T10:00:00Z' });
    await add('Cora', 'interactions', { companyId, kind: 'call', topic: 'Second talk', occurredAt: '2026-08-02T10:00:00Z' });
    const topics = async (question: string) => (await read<InteractionPage>('Cora', `interactions?${question}`)).items.map(({ topic }) => topic);
    expect(await topics(`companyId=${companyId}`)).toEqual(['New plant', 'Second talk']);
    expect(await topics('kind=call')).toEqual(['Second talk', 'First talk']);
    const page = await read<InteractionPage>('Cora', 'interactions?limit=2');
    expect(await topics(`limit=2&cursor=${page.nextCursor}`)).toEqual(['First talk']);
    expect(await change<Interaction>('Cora', `interactions/${visit.id}`, { note: null })).toMatchObject({ note: null, version: 2 });
    expect((await send('Ben', 'GET', `interactions/${visit.id}`)).status).toBe(404);
  });

  it('SRC-06 (company updates) figures are exact, and one that nobody told is unknown, never 0', async () => {
    const usd = (amount: string) => ({ amount, currency: 'USD' });
    const told = await add<CompanyUpdate>('Cora', 'company-updates', {
      ...{ companyId, asOfOn: '2026-06-30', payingCustomers: 0, retention: '97.1234' },
      arr: usd('1234567890123.45'),
    });
    expect(told).toMatchObject({ payingCustomers: 0, retention: '97.1234', arr: usd('1234567890123.45'), cac: null, avgDealSize: null });
    const next = await change<CompanyUpdate>('Cora', `company-updates/${told.id}`, { payingCustomers: null, cac: usd('0.10'), retention: '100' });
    expect(next).toMatchObject({ payingCustomers: null, cac: usd('0.10'), retention: '100', arr: usd('1234567890123.45'), version: 2 });
    await add('Cora', 'company-updates', { companyId, note: 'Nothing new' });
    const page = await read<CompanyUpdatePage>('Cora', `company-updates?companyId=${companyId}`);
    expect(page.items.map(({ asOfOn }) => asOfOn)).toEqual(['2026-08-15', '2026-06-30']);
  });

  it('SRC-01 (programmes) companies take part in programmes on inclusive days, once at a time', async () => {
    const programme = await add<Programme>('Ada', 'programmes', { name: 'Batch 7', startsOn: '2026-01-01', endsOn: '2026-06-30' });
    const programmeId = programme.id;
    const spring = await add<Enrolment>('Ada', 'enrolments', { programmeId, companyId, fromOn: '2026-01-01', untilOn: '2026-03-31' });
    expect(spring).toMatchObject({ programme: { name: 'Batch 7' }, company: { name: 'Acme' }, fromOn: '2026-01-01', untilOn: '2026-03-31' });
    const again = { programmeId, companyId, fromOn: '2026-03-31' };
    expect((await send('Ada', 'POST', 'enrolments', again)).status).toBe(409); // both days belong to it
    await add('Ada', 'enrolments', { ...again, fromOn: '2026-04-01' });
    expect((await send('Ada', 'PATCH', `enrolments/${spring.id}`, { untilOn: null })).status).toBe(409);
    await add('Ada', 'enrolments', { ...again, companyId: otherId });
    expect(await change<Enrolment>('Ada', `enrolments/${spring.id}`, { untilOn: '2026-03-30' })).toMatchObject({ untilOn: '2026-03-30', version: 2 });
    expect((await read<Programme>('Ben', `programmes/${programmeId}`)).companies).toBe(2);
    const page = await read<EnrolmentPage>('Cora', `enrolments?companyId=${companyId}&limit=1`);
    expect(page.items.map(({ fromOn }) => fromOn)).toEqual(['2026-04-01']);
    const rest = await read<EnrolmentPage>('Cora', `enrolments?companyId=${companyId}&limit=1&cursor=${page.nextCursor}`);
    expect([rest.items.map(({ fromOn }) => fromOn), rest.nextCursor]).toEqual([['2026-01-01'], null]);
    expect((await send('Ada', 'POST', 'programmes', { name: 'Batch 7', startsOn: '2027-01-01' })).status).toBe(409);
    expect((await read<ProgrammePage>('Ben', 'programmes')).items.map(({ name }) => name)).toEqual(['Batch 7']);
    expect((await send('Ben', 'POST', 'programmes', { name: 'Mine', startsOn: '2027-01-01' })).status).toBe(403);
  });

  it('SRC-13 PLAT-08 what lies ahead or makes no sense is refused, naming the field', async () => {
    const task = await add<Task>('Ada', 'tasks', { title: 'Hers alone', externalId: 't-1' });
    const ahead = '2026-08-16T00:00:00Z';
    const cases: [string, string, object, number, string | undefined][] = [
      ['Ben', 'tasks', { title: 'x', state: 'done', doneAt: ahead }, 400, 'doneAt'],
      ['Ben', 'tasks', { title: 'x', doneAt: '2026-08-01T00:00:00Z' }, 400, 'doneAt'],
      ['Ben', 'tasks', { title: 'x', ownerId: ids['Ada'] }, 400, 'ownerId'],
      ['Ada', 'tasks', { title: 'x', externalId: 't-1' }, 409, undefined],
      ['Ben', 'task-updates', { taskId: task.id, progress: 1 }, 400, 'taskId'],
      ['Ada', 'task-updates', { taskId: task.id, progress: 101 }, 400, 'progress'],
      ['Ada', 'task-updates', { taskId: task.id, progress: 1, toldAt: ahead }, 400, 'toldAt'],
      ['Ada', 'interactions', { companyId, kind: 'visit', topic: 'x', occurredAt: ahead }, 400, 'occurredAt'],
      ['Ada', 'company-updates', { companyId }, 400, 'note'],
      ['Ada', 'company-updates', { companyId, payingCustomers: 1, asOfOn: '2026-08-16' }, 400, 'asOfOn'],
      ['Ada', 'company-updates', { companyId, arr: { amount: '-1.00', currency: 'USD' } }, 400, 'arr.amount'],
      ['Ada', 'company-updates', { companyId, cac: { amount: '1.00', currency: 'EUR' } }, 400, 'cac.currency'],
      ['Ada', 'company-updates', { companyId, retention: '97.12345' }, 400, 'retention'],
      ['Ada', 'programmes', { name: 'x', startsOn: '2026-02-02', endsOn: '2026-02-01' }, 400, 'endsOn'],
    ];
    for (const [who, path, body, status, field] of cases) {
      const answer = await send(who, 'POST', path, body);
      expect([path, body, answer.status, answer.body.errors?.[0]?.field]).toEqual([path, body, status, field]);
    }
  });

  it('MET-02 (retention_rate) PLAT-02 by a setting the renewal rate is a share of all renewals that are due (Q28)', async () => {
    for (const outcome of ['renewed', 'lost', 'open', 'open'])
      await add('Ada', 'renewals', { companyId, dueOn: '2026-08-01', outcome, note: 'By mail' });
    await drain();
    const rate = async () => (await read<MetricReading>('Ada', 'metrics/retention_rate/value?from=2026-08-01&to=2026-08-31')).value.display;
    expect(await rate()).toBe('50 %'); // 1 of 2 decided
    expect((await change<Settings>('Ada', 'settings', { renewalBase: 'due' })).renewalBase).toBe('due');
    expect(await rate()).toBe('25 %'); // 1 of 4 due
  });
});
