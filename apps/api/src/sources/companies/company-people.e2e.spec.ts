import { describe, expect, it } from '@jest/globals';
import type {
  Company,
  CompanyPage,
  CompanyPerson,
  CompanyPersonPage,
  EnrolmentPage,
  Interaction,
  InteractionPage,
  ProgrammePage,
} from '@waymark/contracts';
import { organisationOverHttp } from '../../testing/organisation-over-http.js';

const people = { Lea: 'leader', Ben: 'member', Cora: 'coach', Cleo: 'coach', Dan: 'director', Fay: 'founder', Finn: 'founder' };

describe('people of companies over HTTP', () => {
  const companies: Record<string, string> = {};
  const made = organisationOverHttp('people-of-companies', people, async ({ row, ids }) => {
    for (const name of ['Acme', 'Bolt', 'Core'])
      companies[name] = await row('insert into companies (tenant_id, name, created_at) values ($1, $2, now()) returning id', name);
    for (const name of ['Acme', 'Bolt'])
      await row(
        `insert into interactions (tenant_id, company_id, owner_id, kind, topic, note, occurred_at, known_at)
         values ($1, $2, $3, 'visit', $4, 'For coaches', '2026-08-01', '2026-08-01') returning id`,
        ...[companies[name], ids['Dan'], `Visit at ${name}`],
      );
  });
  const { ids, send, row, addAs: add } = made;
  const read = async <T>(who: string, path: string) => (await send<T>(who, 'GET', path)).body;
  const peopleOf = (company: string) => `companies/${companies[company]}/people`;
  const assign = (who: string, company: string, name: string, more: object) =>
    send<CompanyPerson>(who, 'POST', peopleOf(company), { userId: ids[name], role: 'coach', ...more });
  const assigned = async (company: string, name: string, more: object = {}) => {
    const answer = await assign('Dan', company, name, more);
    expect([answer.status, answer.body.errors]).toEqual([201, undefined]);
    return answer.body;
  };
  const end = (company: string, { id }: CompanyPerson, body: object) => send<CompanyPerson>('Dan', 'PATCH', `${peopleOf(company)}/${id}`, body);
  const namesOf = async (who: string, question = '') => (await read<CompanyPage>(who, `companies${question}`)).items.map(({ name }) => name);
  const lines = async (action: string) =>
    Number((await made.database.admin.query('select 1 from audit_events where tenant_id = $1 and action = $2', [made.tenantId, action])).rowCount);
  /** Everybody of the company gone, as if nobody had ever been there. */
  const clear = () => row('delete from company_people where tenant_id = $1');

  it('SRC-01 (all but track) coaches and members are assigned from a day on, listed with past and coming ones, and shown with the company', async () => {
    const cora = await assigned('Acme', 'Cora', { note: 'Knows the trade' });
    expect(cora).toMatchObject({ company: { name: 'Acme' }, user: { name: 'Cora' }, role: 'coach', fromOn: '2026-08-15', untilOn: null });
    expect(cora).toMatchObject({ state: 'current', note: 'Knows the trade', recordedBy: 'Dan', version: 1 });
    await assigned('Acme', 'Cleo', { fromOn: '2026-01-01', untilOn: '2026-08-15' }); // the 14th was the last day
    await assigned('Acme', 'Dan', { fromOn: '2026-08-16' });
    await assigned('Acme', 'Fay', { role: 'member', fromOn: '2026-02-01', untilOn: '2026-08-16' });
    const found = async (question: string) =>
      (await read<CompanyPersonPage>('Ada', `${peopleOf('Acme')}?${question}`)).items.map(({ user, state }) => `${user.name} ${state}`);
    expect(await found('')).toEqual(['Dan coming', 'Cora current', 'Fay current', 'Cleo past']);
    expect(await found('role=coach&state=current')).toEqual(['Cora current']);
    expect(await found('state=past')).toEqual(['Cleo past']);
    const first = await read<CompanyPersonPage>('Ada', `${peopleOf('Acme')}?limit=3`);
    expect(await found(`limit=3&cursor=${first.nextCursor}`)).toEqual(['Cleo past']);
    const acme = await read<Company>('Ada', `companies/${companies['Acme']}`);
    expect([acme.coaches, acme.memberCount]).toEqual([[{ id: ids['Cora'], name: 'Cora' }], 1]);
    expect(await namesOf('Ada', `?coachId=${ids['Cora']}`)).toEqual(['Acme']);
    expect(await namesOf('Ada', `?coachId=${ids['Cleo']}`)).toEqual([]);
    expect(await namesOf('Ada', '?sort=-name&limit=2')).toEqual(['Core', 'Bolt']);
    const page = await read<CompanyPage>('Ada', 'companies?sort=-name&limit=2');
    expect(await namesOf('Ada', `?sort=-name&limit=2&cursor=${page.nextCursor}`)).toEqual(['Acme']);
    expect((await send('Ada', 'GET', `companies?cursor=${page.nextCursor}`)).status).toBe(400);
    await clear();
  });

  it('SRC-01 (all but track) who is assigned already stays so, nobody is two things of one company at once, and what ended can be taken up again', async () => {
    const cora = await assigned('Acme', 'Cora', { fromOn: '2026-08-01' });
    const before = await lines('assignment.created');
    expect(await assigned('Acme', 'Cora')).toMatchObject({ id: cora.id, version: 1, fromOn: '2026-08-01' });
    expect((await assign('Dan', 'Acme', 'Cora', { fromOn: '2026-07-31' })).body.errors?.[0]?.field).toBe('fromOn'); // a day more than there is
    expect((await assign('Dan', 'Acme', 'Cora', { role: 'member' })).status).toBe(409);
    expect(await lines('assignment.created')).toBe(before);
    expect((await end('Acme', cora, { untilOn: '2026-08-15' })).body).toMatchObject({ state: 'past', version: 2 });
    expect(await lines('assignment.changed')).toBe(1);
    const member = await assigned('Acme', 'Cora', { role: 'member' });
    expect((await end('Acme', cora, { untilOn: null })).status).toBe(409);
    expect((await end('Acme', member, { untilOn: member.fromOn })).body).toMatchObject({ state: 'past' }); // taken back before it took effect
    expect((await end('Acme', cora, { untilOn: null })).body).toMatchObject({ state: 'current', untilOn: null, version: 3 });
    const both = await Promise.all([assign('Dan', 'Bolt', 'Cleo', {}), assign('Ada', 'Bolt', 'Cleo', {})]);
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    expect(both[0]?.body.id).toBe(both[1]?.body.id);
    const stale = await made.send('Dan', 'GET', `${peopleOf('Acme')}/${cora.id}`);
    expect(stale.headers.get('etag')).toBe('"v3"');
    await clear();
  });

  it('SRC-01 (all but track) PLAT-08 what makes no sense is refused, naming the field; who may not assign is refused', async () => {
    const cases: [who: string, body: object, status: number, field: string | undefined][] = [
      ['Dan', { userId: ids['Ben'], role: 'coach' }, 400, 'userId'], // has not the role
      ['Dan', { userId: companies['Acme'], role: 'member' }, 400, 'userId'],
      ['Dan', { userId: ids['Fay'], role: 'friend' }, 400, 'role'],
      ['Dan', { userId: ids['Fay'], role: 'member', fromOn: '2026-08-15', untilOn: '2026-08-14' }, 400, 'untilOn'],
      ['Dan', { userId: ids['Fay'], role: 'member', fromOn: '2026-02-30' }, 400, 'fromOn'],
      ...['Lea', 'Ben', 'Cora', 'Fay'].map((who): [string, object, number, undefined] => [
        who,
        { userId: ids['Fay'], role: 'member' },
        403,
        undefined,
      ]),
    ];
    for (const [who, body, status, field] of cases) {
      const answer = await send(who, 'POST', peopleOf('Acme'), body);
      expect([who, body, answer.status, answer.body.errors?.[0]?.field]).toEqual([who, body, status, field]);
    }
    expect((await send('Dan', 'POST', `companies/${ids['Fay']}/people`, { userId: ids['Fay'], role: 'member' })).status).toBe(404);
    const cora = await assigned('Acme', 'Cora');
    expect((await end('Bolt', cora, { untilOn: '2026-08-16' })).status).toBe(404); // not of that company
    await clear();
  });

  it('SRC-01 (all but track) Q107 a coach reaches the companies coached today and nothing of others, at the next request', async () => {
    const visits = async (who: string) => (await read<InteractionPage>(who, 'interactions')).items.map(({ topic }) => topic);
    expect([await namesOf('Cora'), await visits('Cora')]).toEqual([[], []]);
    const cora = await assigned('Acme', 'Cora');
    expect([await namesOf('Cora'), await visits('Cora')]).toEqual([['Acme'], ['Visit at Acme']]);
    expect((await send('Cora', 'GET', `companies/${companies['Acme']}`)).status).toBe(200);
    for (const path of [`companies/${companies['Bolt']}`, peopleOf('Bolt')]) expect((await send('Cora', 'GET', path)).status).toBe(404);
    const visit = { kind: 'visit', topic: 'Plant' };
    const told = await add<Interaction>('Cora', 'interactions', { ...visit, companyId: companies['Acme'], note: 'Hers' });
    const refused = await send('Cora', 'POST', 'interactions', { ...visit, companyId: companies['Bolt'] });
    expect([refused.status, refused.body.errors?.[0]?.field]).toEqual([400, 'companyId']);
    const forBen = await send('Cora', 'POST', 'interactions', { ...visit, companyId: companies['Acme'], ownerId: ids['Ben'] });
    expect([forBen.status, forBen.body.errors?.[0]?.field]).toEqual([400, 'ownerId']);
    await end('Acme', cora, { untilOn: '2026-08-15' });
    expect([await namesOf('Cora'), await visits('Cora')]).toEqual([[], []]);
    expect((await send('Cora', 'GET', `interactions/${told.id}`)).status).toBe(404); // her own, about a company that is not hers any more
    expect((await send('Cora', 'PATCH', `interactions/${told.id}`, { kind: 'call' })).status).toBe(404);
    await end('Acme', cora, { untilOn: null });
    expect((await send('Cora', 'PATCH', `interactions/${told.id}`, { kind: 'call' })).status).toBe(200);
    expect((await read<CompanyPage>('Dan', 'companies')).items).toHaveLength(3); // coaches for the whole organisation
    await clear();
  });

  it('SRC-01 (all but track) Q107 a founder reads the own company, without the notes of coaches, and submits its updates; other companies are not there', async () => {
    expect(await namesOf('Fay')).toEqual([]);
    await assigned('Bolt', 'Fay', { role: 'member' });
    await assigned('Bolt', 'Cora');
    const seen = (await read<InteractionPage>('Fay', 'interactions')).items;
    expect(seen.map(({ topic, note }) => [topic, note])).toEqual([['Visit at Bolt', null]]);
    expect((await read<Interaction>('Fay', `interactions/${seen[0]?.id}`)).note).toBeNull();
    expect((await read<Interaction>('Cora', `interactions/${seen[0]?.id}`)).note).toBe('For coaches');
    expect((await send('Fay', 'PATCH', `interactions/${seen[0]?.id}`, { kind: 'call' })).status).toBe(404); // reads what others recorded, no more
    expect((await read<CompanyPersonPage>('Fay', peopleOf('Bolt'))).items.map(({ user }) => user.name).sort()).toEqual(['Cora', 'Fay']);
    await add('Fay', 'company-updates', { companyId: companies['Bolt'], payingCustomers: 7 });
    const other = await send('Fay', 'POST', 'company-updates', { companyId: companies['Acme'], payingCustomers: 7 });
    expect([other.status, other.body.errors?.[0]?.field]).toEqual([400, 'companyId']);
    expect((await send('Fay', 'GET', `companies/${companies['Acme']}`)).status).toBe(404);
    expect((await send('Finn', 'GET', `companies/${companies['Bolt']}`)).status).toBe(404);
    await clear();
  });

  it('SRC-01 (all but track) Q107 programmes and enrolments are seen as far as their companies are', async () => {
    const programme = await add<{ id: string }>('Dan', 'programmes', { name: 'Batch 7', startsOn: '2026-01-01' });
    await add('Dan', 'programmes', { name: 'Batch 8', startsOn: '2026-02-01' });
    for (const name of ['Acme', 'Bolt'])
      await add('Dan', 'enrolments', { programmeId: programme.id, companyId: companies[name], fromOn: '2026-01-01' });
    await assigned('Acme', 'Cora');
    await assigned('Bolt', 'Fay', { role: 'member' });
    const seen = async (who: string) => [
      (await read<ProgrammePage>(who, 'programmes')).items.map(({ name, companies: count }) => `${name} ${count}`),
      (await read<EnrolmentPage>(who, 'enrolments')).items.map(({ company }) => company.name).sort(),
    ];
    expect(await seen('Dan')).toEqual([
      ['Batch 8 0', 'Batch 7 2'],
      ['Acme', 'Bolt'],
    ]);
    expect(await seen('Cora')).toEqual([['Batch 7 1'], ['Acme']]);
    expect(await seen('Fay')).toEqual([['Batch 7 1'], ['Bolt']]);
    expect(await seen('Finn')).toEqual([[], []]);
    expect((await send('Finn', 'GET', `programmes/${programme.id}`)).status).toBe(404);
    await clear();
  });
});
