import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createTenant, type RunningApi, signInAs, startApi } from '../../testing/start-api.js';

interface Thing {
  id: string;
  email: string | null;
  status: string;
  version: number;
  roles: string[];
  manager: { name: string } | null;
  errors?: { field: string }[];
}

describe('people, teams and roles', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let people: Record<string, string>;
  let ada: string;
  let ben: string;

  beforeAll(async () => {
    database = await testDatabase();
    api = await startApi(database);
    const made = await createTenant(database, {
      slug: 'east',
      people: [
        { name: 'Ada', roles: ['admin'] },
        { name: 'Ben', roles: ['leader'] },
        { name: 'Cleo', roles: ['member'] },
      ],
    });
    people = made.userIds;
    ada = await signInAs(api, 'east', people['Ada'] as string);
    ben = await signInAs(api, 'east', people['Ben'] as string);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const post = (path: string, body: unknown, token = ada) => api.call<Thing>('POST', path, { token, body });
  const patch = (path: string, body: unknown, token = ada) => api.call<Thing>('PATCH', path, { token, body });
  const read = (path: string, token = ada) => api.call<Thing & { items: { name: string }[]; nextCursor: string | null }>('GET', path, { token });
  const setRoles = async (id: string, roles: string[], token = ada) =>
    api.call<Thing>('PUT', `/api/users/${id}/roles`, {
      token,
      body: { roles },
      headers: { 'if-match': (await read(`/api/users/${id}`, token)).headers.get('etag') ?? '"v1"' },
    });
  const team = async (name: string, parentId: string | null = null) => (await post('/api/teams', { name, parentId })).body.id;

  it('PLAT-04 (people) an e-mail is unique in its organisation and names the field; case 7: another organisation may have it too', async () => {
    const dora = await post('/api/users', { name: 'Dora', email: 'Dora@Acme.example', startedOn: '2024-02-29' });
    expect([dora.status, dora.body.email, dora.body.roles]).toEqual([201, 'dora@acme.example', ['member']]);
    const again = await post('/api/users', { name: 'Dora two', email: 'dora@acme.example' });
    expect([again.status, again.body.errors?.map(({ field }) => field)]).toEqual([409, ['email']]);
    const west = await createTenant(database, { slug: 'west', people: [{ name: 'Wes', roles: ['admin'] }] });
    const wes = await signInAs(api, 'west', west.userIds['Wes'] as string);
    expect((await post('/api/users', { name: 'Dora', email: 'dora@acme.example' }, wes)).status).toBe(201);
    expect((await read(`/api/users/${dora.body.id}`, wes)).status).toBe(404);
    expect((await read(`/api/users/${dora.body.id}`, ben)).body.email).toBeNull();
    expect((await post('/api/users', { name: 'Eve' }, ben)).status).toBe(403);
    expect((await api.call('DELETE', `/api/users/${dora.body.id}`, { token: ada })).status).toBe(204);
  });

  it('PLAT-04 (people) lists go on by cursor, in both directions, by status and by the beginning of a name', async () => {
    const first = await read('/api/users?limit=2&sort=-name');
    expect(first.body.items.map(({ name }) => name)).toEqual(['Cleo', 'Ben']);
    const rest = await read(`/api/users?limit=2&sort=-name&cursor=${first.body.nextCursor}`);
    expect(rest.body.items.map(({ name }) => name)).toEqual(['Ada']);
    expect((await read(`/api/users?limit=2&sort=name&cursor=${first.body.nextCursor}`)).status).toBe(400);
    expect((await read('/api/users?q=cl&status=active')).body.items.map(({ name }) => name)).toEqual(['Cleo']);
    expect((await read('/api/users?status=disabled')).body.items).toEqual([]);
  });

  it('PLAT-04 (people) the last active admin keeps role and access, also when two admins remove each other at once (Q103)', async () => {
    const id = people['Ada'] as string;
    expect((await setRoles(id, ['member'])).status).toBe(409);
    expect((await patch(`/api/users/${id}`, { status: 'disabled' })).status).toBe(409);
    const second = await post('/api/users', { name: 'Zed', roles: ['admin'] });
    const zed = await signInAs(api, 'east', second.body.id).catch(() => null);
    expect(zed).not.toBeNull();
    const both = await Promise.all([setRoles(second.body.id, ['member']), setRoles(id, ['member'], zed as string)]);
    expect(both.map(({ status }) => status).sort()).not.toEqual([200, 200]);
    const left = await database.admin.query(`select u.name from user_roles r join users u on u.id = r.user_id join tenants t on t.id = u.tenant_id
      where r.role = 'admin' and u.status = 'active' and t.slug = 'east'`);
    expect(left.rowCount).toBe(1);
    if (left.rows[0]?.name === 'Zed') {
      await setRoles(id, ['admin'], zed as string);
      await setRoles(second.body.id, ['member']);
    }
  });

  it('PLAT-04 (row 10) a role that is taken and a person who is deactivated are felt at the next request: 0 stale of 40', async () => {
    const id = people['Ben'] as string;
    let stale = 0;
    for (let round = 0; round < 20; round++) {
      await setRoles(id, []);
      if ((await read('/api/users', ben)).status !== 403) stale++;
      await setRoles(id, ['leader']);
      if ((await read('/api/users', ben)).status !== 200) stale++;
    }
    expect(stale).toBe(0);
    expect((await patch(`/api/users/${id}`, { status: 'disabled' })).status).toBe(200);
    expect((await read('/api/me', ben)).status).toBe(401);
    expect((await patch(`/api/users/${id}`, { status: 'active' })).status).toBe(200);
  });

  it('PLAT-04 (teams) case 18: a circle is refused, also when two moves make it together', async () => {
    const one = await team('One');
    const two = await team('Two');
    expect((await patch(`/api/teams/${two}`, { parentId: one })).status).toBe(200);
    const circle = await patch(`/api/teams/${one}`, { parentId: two });
    expect([circle.status, circle.body.errors?.map(({ field }) => field)]).toEqual([409, ['parentId']]);
    const [left, right] = [await team('Left'), await team('Right')];
    const moves = await Promise.all([patch(`/api/teams/${left}`, { parentId: right }), patch(`/api/teams/${right}`, { parentId: left })]);
    expect(moves.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await api.call('DELETE', `/api/teams/${one}`, { token: ada })).status).toBe(409); // another lies below it
    expect((await api.call('DELETE', `/api/teams/${two}`, { token: ada })).status).toBe(204);
  });

  it('PLAT-04 (teams) case 20 (depth): the fortieth level is the last', async () => {
    let parent: string | null = null;
    for (let level = 1; level <= 40; level++) parent = await team(`Level ${level}`, parent);
    expect((await post('/api/teams', { name: 'Level 41', parentId: parent })).status).toBe(409);
  });

  it('PLAT-04 case 17: memberships are dated, never overlap, and a moved person is out of the leader’s reach at the next request', async () => {
    const own = await team('Own');
    const cleo = people['Cleo'] as string;
    const leader = await signInAs(api, 'east', people['Ben'] as string);
    await post(`/api/teams/${own}/memberships`, { userId: people['Ben'], role: 'leader', fromOn: '2020-01-01' });
    const path = `/api/teams/${own}/memberships`;
    const member = await post(path, { userId: cleo, role: 'member', fromOn: '2020-01-01', primary: true });
    expect(member.status).toBe(201);
    expect((await post(path, { userId: cleo, role: 'leader', fromOn: '2021-01-01' })).status).toBe(409);
    expect((await post(path, { userId: cleo, role: 'member', fromOn: '2019-01-01', untilOn: '2018-01-01' })).body.errors?.[0]?.field).toBe('untilOn');
    expect((await read(`/api/users/${cleo}`)).body.manager?.name).toBe('Ben');
    await database.admin.query(
      `insert into pipeline_stages (tenant_id, key, label, family, kind, qualified, position)
      select tenant_id, 'lead', 'Lead', 'lead', 'lead', false, 1 from users where id = $1`,
      [cleo],
    );
    expect((await post('/api/pipeline-items', { name: 'Deal of Cleo', stage: 'lead', ownerId: cleo })).status).toBe(201);
    const deals = async () => (await read('/api/pipeline-items?q=Deal', leader)).body.items.map(({ name }) => name);
    expect(await deals()).toEqual(['Deal of Cleo']);
    expect((await api.call('DELETE', `${path}/${member.body.id}`, { token: ada })).status).toBe(409);
    expect((await patch(`${path}/${member.body.id}`, { untilOn: '2026-01-01' })).status).toBe(200);
    expect(await deals()).toEqual([]);
    expect((await read(`/api/users/${cleo}`)).body.manager?.name).toBe('Ada');
    const trail = await database.admin.query(`select 1 from audit_events where action = 'membership.changed'`);
    expect(trail.rowCount).toBe(1);
  });
});
