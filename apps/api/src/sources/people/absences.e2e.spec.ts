import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Absence, AbsencePage, UserDetail } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createTenant, type RunningApi, signInAs, startApi } from '../../testing/start-api.js';

type Problem = { errors?: { field: string; code: string }[] };

describe('absences and the work fraction', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let people: Record<string, string>;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    database = await testDatabase();
    api = await startApi(database);
    const made = await createTenant(database, {
      slug: 'east',
      people: [
        { name: 'Ada', roles: ['admin'] },
        { name: 'Ben', roles: ['leader'] },
        { name: 'Cleo', roles: ['member'] },
        { name: 'Dan', roles: ['member'] },
        { name: 'Fay', roles: ['founder'] },
      ],
    });
    people = made.userIds;
    for (const name of Object.keys(people)) tokens[name] = await signInAs(api, 'east', people[name] as string);
    await database.admin.query(
      `with t as (insert into teams (tenant_id, name) select tenant_id, 'Own' from users where id = $1 returning tenant_id, id)
       insert into team_memberships (tenant_id, team_id, user_id, role, from_on)
       select t.tenant_id, t.id, x.person, x.role, '2020-01-01' from t, (values ($1::uuid, 'leader'), ($2::uuid, 'member')) x (person, role)`,
      [people['Ben'], people['Cleo']],
    );
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const path = (name: string) => `/api/users/${people[name]}/absences`;
  const call = <T = Absence & Problem>(method: string, address: string, as: string, body?: unknown, headers: Record<string, string> = {}) =>
    api.call<T>(method, address, { token: tokens[as] as string, ...(body === undefined ? {} : { body }), headers });
  const add = (name: string, body: object, as = 'Ada') => call('POST', path(name), as, body);
  const list = (name: string, as: string) => call<AbsencePage>('GET', path(name), as);
  const trail = async (action: string) =>
    (await database.admin.query('select before, after from audit_events where action = $1 order by id', [action])).rows as object[];

  it('PLAT-04 (absences) are noted, changed and removed by admins, in versions, and every change is in the trail without the reason', async () => {
    const made = await add('Dan', { kind: 'sick', fromOn: '2026-03-02' });
    expect([made.status, made.body]).toEqual([
      201,
      { id: made.body.id, user: { id: people['Dan'], name: 'Dan' }, kind: 'sick', fromOn: '2026-03-02', untilOn: null, version: 1 },
    ]);
    const one = `${path('Dan')}/${made.body.id}`;
    const changed = await call('PATCH', one, 'Ada', { untilOn: '2026-03-09' }, { 'if-match': '"v1"' });
    expect([changed.status, changed.body.untilOn, changed.body.version]).toEqual([200, '2026-03-09', 2]);
    expect((await call('PATCH', one, 'Ada', { kind: 'leave' }, { 'if-match': '"v1"' })).status).toBe(412);
    const read = await call('GET', one, 'Ada');
    expect([read.headers.get('etag'), read.body.kind]).toEqual(['"v2"', 'sick']);
    expect((await call('DELETE', one, 'Ada', undefined, { 'if-match': '"v2"' })).status).toBe(204);
    expect([(await call('GET', one, 'Ada')).status, (await list('Dan', 'Ada')).body.items]).toEqual([404, []]);
    expect([await trail('absence.created'), await trail('absence.changed'), await trail('absence.removed')]).toEqual([
      [{ before: null, after: { fromOn: '2026-03-02', untilOn: null } }],
      [{ before: { untilOn: null }, after: { untilOn: '2026-03-09' } }],
      [{ before: { fromOn: '2026-03-02', untilOn: '2026-03-09' }, after: null }],
    ]);
    // What was known when stays: gates are judged by it.
    const versions = await database.admin.query<{ text: string }>(
      `select concat_ws(' ', version, until_on, known_to is null) as text from absences where id = $1 order by version`,
      [made.body.id],
    );
    expect(versions.rows.map((row) => row.text)).toEqual(['1 f', '2 2026-03-09 f']);
  });

  it('PLAT-04 (absences) case 49: a manager sees the days and not the reason; the person and admins see both; others and other teams see nothing', async () => {
    const made = await add('Cleo', { kind: 'sick', fromOn: '2026-04-01', untilOn: '2026-04-08' });
    const kinds = async (as: string) => (await list('Cleo', as)).body.items.map(({ kind, fromOn }) => `${kind} ${fromOn}`);
    expect([await kinds('Ada'), await kinds('Cleo'), await kinds('Ben')]).toEqual([['sick 2026-04-01'], ['sick 2026-04-01'], ['null 2026-04-01']]);
    expect((await call('GET', `${path('Cleo')}/${made.body.id}`, 'Ben')).body.kind).toBeNull();
    expect([(await list('Cleo', 'Dan')).status, (await list('Cleo', 'Fay')).status, (await list('Dan', 'Ben')).status]).toEqual([404, 404, 404]);
    expect((await list('Fay', 'Fay')).body.items).toEqual([]);
    // The absence of one person is not found below another.
    expect((await call('GET', `${path('Dan')}/${made.body.id}`, 'Ada')).status).toBe(404);
    for (const name of ['Ben', 'Cleo']) expect((await add('Cleo', { kind: 'leave', fromOn: '2026-05-01' }, name)).status).toBe(403);
  });

  it('PLAT-04 (absences) never overlap and never end before they begin; the first day back of one may be the first day away of the next', async () => {
    const leave = { kind: 'leave', fromOn: '2026-06-08', untilOn: '2026-06-15' };
    expect((await add('Dan', leave)).status).toBe(201);
    expect((await add('Dan', { ...leave, fromOn: '2026-06-15', untilOn: '2026-06-16' })).status).toBe(201);
    for (const wrong of [
      { ...leave, fromOn: '2026-06-14', untilOn: '2026-06-20' },
      { ...leave, fromOn: '2026-06-01', untilOn: null },
    ]) {
      const refused = await add('Dan', wrong);
      expect([refused.status, refused.body.errors?.map(({ field }) => field)]).toEqual([409, ['fromOn']]);
    }
    const backwards = await add('Dan', { ...leave, fromOn: '2026-07-02', untilOn: '2026-07-02' });
    expect([backwards.status, backwards.body.errors?.[0]]).toMatchObject([400, { field: 'untilOn', code: 'order' }]);
    const bad = await add('Dan', { kind: 'holiday', fromOn: '2026-02-30' });
    expect([bad.status, bad.body.errors?.map(({ field }) => field).sort()]).toEqual([400, ['fromOn', 'kind']]);
    const both = await Promise.all([add('Fay', leave), add('Fay', { ...leave, kind: 'other' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('PLAT-04 (absences) lists go on by cursor, newest first', async () => {
    for (let day = 1; day <= 5; day++) await add('Ben', { kind: 'other', fromOn: `2026-08-0${day}`, untilOn: `2026-08-0${day + 1}` });
    const first = await call<AbsencePage>('GET', `${path('Ben')}?limit=3`, 'Ben');
    const rest = await call<AbsencePage>('GET', `${path('Ben')}?limit=3&cursor=${first.body.nextCursor}`, 'Ben');
    expect([...first.body.items, ...rest.body.items].map(({ fromOn }) => fromOn.slice(8))).toEqual(['05', '04', '03', '02', '01']);
    expect(rest.body.nextCursor).toBeNull();
  });

  it('PLAT-11 (absences) an erasure removes the absences of a person with everything that was known of them', async () => {
    const made = await call<UserDetail>('POST', '/api/users', 'Ada', { name: 'Hal Hollow' });
    people['Hal'] = made.body.id;
    const absence = await add('Hal', { kind: 'sick', fromOn: '2026-02-02' });
    await call('PATCH', `${path('Hal')}/${absence.body.id}`, 'Ada', { untilOn: '2026-02-05' }, { 'if-match': '"v1"' });
    const rows = async () => (await database.admin.query('select 1 from absences where user_id = $1', [people['Hal']])).rowCount;
    expect(await rows()).toBe(2);
    const erased = await call('POST', `/api/users/${people['Hal']}/erasure`, 'Ada', { reason: 'Asked for', confirmName: 'Hal Hollow' });
    expect([erased.status, await rows()]).toEqual([200, 0]);
  });

  it('PLAT-04 (work fraction) is 100 % unless told, kept from 1 to 100 by admins, and shown with the person', async () => {
    const user = `/api/users/${people['Cleo']}`;
    const read = await call<UserDetail>('GET', user, 'Cleo');
    expect(read.body.workPercent).toBe(100);
    const changed = await call<UserDetail>('PATCH', user, 'Ada', { workPercent: 80 }, { 'if-match': read.headers.get('etag') as string });
    expect([changed.status, changed.body.workPercent]).toEqual([200, 80]);
    for (const workPercent of [0, 101, 50.5, '80', null]) {
      const refused = await call<Problem>('PATCH', user, 'Ada', { workPercent }, { 'if-match': changed.headers.get('etag') ?? '"v2"' });
      expect([refused.status, refused.body.errors?.[0]?.field]).toEqual([400, 'workPercent']);
    }
    const made = await call<UserDetail>('POST', '/api/users', 'Ada', { name: 'Gus', workPercent: 50 });
    expect([made.status, made.body.workPercent]).toEqual([201, 50]);
  });
});
