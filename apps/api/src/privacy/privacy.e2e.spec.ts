import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '@waymark/testing';
import { inflateRawSync } from 'node:zlib';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { demoDatabase } from '../testing/demo-database.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { Erasure } from './erasure.service.js';

/** The files of a zip, read by its central directory. */
function unzip(archive: Buffer): Record<string, string> {
  const end = archive.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const files: Record<string, string> = {};
  let at = archive.readUInt32LE(end + 16);
  for (let n = archive.readUInt16LE(end + 10); n > 0; n -= 1) {
    const size = archive.readUInt32LE(at + 20);
    const title = archive.readUInt16LE(at + 28);
    const local = archive.readUInt32LE(at + 42);
    const begin = local + 30 + title;
    files[archive.toString('utf8', at + 46, at + 46 + title)] = inflateRawSync(archive.subarray(begin, begin + size)).toString('utf8');
    at += 46 + title;
  }
  return files;
}

describe('the data of a person', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenant: string;
  let admin: string;
  let elease: string;
  let token: string;
  const one = async (sql: string, params: unknown[] = []) => (await database.admin.query<{ n: string }>(sql, params)).rows[0]?.n as string;
  const idOf = (name: string) => one('select id as n from users where name = $1', [name]);
  const download = async (path: string, bearer: string) => {
    const answer = await fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${bearer}` } });
    return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
  };
  const erase = (id: string, body: object) => api.call<Record<string, unknown>>('POST', `/api/users/${id}/erasure`, { token, body });
  const totals = () =>
    one(`select (select sum(amount_minor) from sales)::text || ' ' || (select md5(string_agg(d::text, '' order by d::text)) from daily_measures d)
      || ' ' || (select md5(string_agg((id, value_num, value_den, status)::text, '' order by id)) from goals) || ' ' || (select count(*) from pipeline_events) as n`);

  beforeAll(async () => {
    database = await demoDatabase();
    worker = await startWorker(database);
    tenant = await one('select id as n from tenants');
    admin = await one(`select id as n from users where email = 'admin@waymark.example'`);
    elease = await idOf('Elease Gluck');
    api = await startApi(database);
    token = await signInAs(api, 'hardware', admin);
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  it('PLAT-11 a person takes everything about oneself, with the logic of the gates, without secrets and without other names (case 96)', async () => {
    await database.admin.query(
      `insert into notifications (tenant_id, user_id, dedupe_key, code, params, sentence, created_at) values ($1, $2, 'x', 'x', '{"who": "Darcel Schlecht"}', '=Darcel Schlecht was faster', now())`,
      [tenant, elease],
    );
    const own = await signInAs(api, 'hardware', elease);
    const answer = await download('/api/me/export', own);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([
      200,
      'application/zip',
      'attachment; filename="my-data.zip"',
    ]);
    const files = unzip(answer.body);
    const whole = JSON.parse(files['person.json'] ?? '') as { tables: Record<string, Record<string, unknown>[]>; logicOfGates: unknown[] };
    for (const [table, column] of [
      ['pipeline_items', 'owner_id'],
      ['pipeline_events', 'owner_id'],
      ['sales', 'owner_id'],
      ['gates', 'user_id'],
      ['restrictions', 'user_id'],
      ['notifications', 'user_id'],
    ] as const)
      expect([table, whole.tables[table]?.length]).toEqual([
        table,
        Number(await one(`select count(*) as n from ${table} where ${column} = $1`, [elease])),
      ]);
    expect(whole.tables['goals']?.length).toBe(1);
    expect(whole.logicOfGates.length).toBeGreaterThanOrEqual(2);
    const text = Object.values(files).join('\n');
    expect(text).toContain('Elease Gluck');
    const others = await database.admin.query<{ name: string }>('select name from users where id <> $1', [elease]);
    const named = others.rows.map((row) => row.name).filter((name) => text.includes(name));
    expect(named).toEqual([]);
    expect(files['notifications.csv']).toContain("'=(another person) was faster");
    for (const secret of ['password_hash', 'refresh_hash', '$argon2', 'successor']) expect(text).not.toContain(secret);
  });

  it('PLAT-11 an administrator takes the same, which the trail notes; nobody else may', async () => {
    const answer = await download(`/api/users/${elease}/export`, token);
    expect(answer.status).toBe(200);
    expect(Object.keys(unzip(answer.body))).toContain('sales.csv');
    expect(
      await one(`select count(*) as n from audit_events where action = 'person.exported' and actor_id = $1 and subject_id = $2`, [admin, elease]),
    ).toBe('1');
    const peer = await signInAs(api, 'hardware', await idOf('Darcel Schlecht'));
    expect((await download(`/api/users/${elease}/export`, peer)).status).toBe(403);
    expect((await download('/api/users/00000000-0000-7000-8000-00000000dead/export', token)).status).toBe(404);
  });

  it('PLAT-11 refuses a wrong name, a reason that names the person, the last administrator and an open decision', async () => {
    expect(await erase(elease, { reason: 'asked', confirmName: 'Elease' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'confirmName' }] },
    });
    expect(await erase(elease, { reason: 'Elease Gluck asked', confirmName: 'Elease Gluck' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'reason' }] },
    });
    expect(await erase(admin, { reason: 'asked', confirmName: 'Ada Admin' })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const [restriction] = (
      await database.admin.query<{ id: string; state: string }>('select id, state from restrictions where user_id = $1', [elease])
    ).rows;
    if (!restriction) throw new Error('she has a restriction in the demo');
    await database.admin.query(`update restrictions set state = 'proposed' where id = $1`, [restriction.id]);
    expect((await erase(elease, { reason: 'asked', confirmName: 'Elease Gluck' })).status).toBe(409);
    await database.admin.query('update restrictions set state = $2 where id = $1', [restriction.id, restriction.state]);
  });

  it('PLAT-11 leaves none of 50 canaries anywhere in the database, every total and the seal as they were, and erases a restored backup again (case 97)', async () => {
    const canary = 'Canary Quetzalcoatl';
    const mail = 'canary.q@north.example';
    const external = 'CNRY-4711';
    const plant = async () => {
      await database.admin.query('update users set name = $2, email = $3, external_id = $4 where id = $1', [elease, canary, mail, external]);
      await database.admin.query(
        `update pipeline_items set note = 'call ' || $2 || ' or ' || $3 where id in (select id from pipeline_items order by id limit 40)`
          .replaceAll('$2', `'${canary}'`)
          .replaceAll('$3', `'${mail.toUpperCase()}'`),
      );
      await database.admin.query(`update goals set name = $2 || ' revenue' where owner_user_id = $1`, [elease, canary]);
      await database.admin.query(`update teams set name = $1 || '''s team' where name = 'Sales'`, [canary]);
      await database.admin.query(
        `insert into import_findings (tenant_id, import_id, line, severity, code, value, message) select tenant_id, id, n, 'error', 'x', $1, $1 || ' is unknown' from imports, generate_series(90001, 90002) n limit 6`,
        [external],
      );
      await database.admin.query(
        `insert into notifications (tenant_id, user_id, dedupe_key, code, params, sentence, created_at) values ($1, $2, gen_random_uuid()::text, 'x', jsonb_build_object('who', $3::text), $3 || ' missed', now())`,
        [tenant, admin, canary],
      );
      await database.admin.query(
        `insert into idempotency_keys (tenant_id, user_id, operation, key, request_hash, rights, answer) values ($1, $2, 'POST x', gen_random_uuid()::text, 'x', 'x', $3)`,
        [tenant, admin, canary],
      );
      await database.admin.query(
        `insert into sessions (tenant_id, user_id, refresh_hash, expires_at, device) values ($1, $2, gen_random_uuid()::text, now() + interval '1 day', $3)`,
        [tenant, elease, canary],
      );
    };
    /** Values anywhere in any table that hold a canary. */
    const hits = async () => {
      const { rows } = await database.admin.query<{ name: string }>(
        `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
      );
      let found = 0;
      for (const { name } of rows)
        found += Number(await one(`select count(*) as n from ${name} t where t::text ~* $1`, ['Quetzalcoatl|canary\\.q|CNRY-4711']));
      return found;
    };
    await plant();
    const before = await totals();
    expect(await hits()).toBeGreaterThanOrEqual(50);
    const own = await signInAs(api, 'hardware', elease);
    const answer = await erase(elease, { reason: 'Asked for by letter', confirmName: canary });
    const pseudonym = `Erased person ${elease.slice(-4).toUpperCase()}`;
    expect(answer).toMatchObject({ status: 200, body: { id: elease, pseudonym, sealedMentions: 0 } });
    expect(await hits()).toBe(0);
    expect(await totals()).toBe(before);
    expect(await one('select count(*) as n from app.audit_faults($1)', [tenant])).toBe('0');
    expect(await one('select name || status || coalesce(email, password_hash, external_id, $2) as n from users where id = $1', [elease, ''])).toBe(
      `${pseudonym}disabled`,
    );
    expect((await api.call('GET', '/api/me', { token: own })).status).toBe(401);
    expect((await erase(elease, { reason: 'again', confirmName: pseudonym })).status).toBe(409);
    // A backup of before comes back: the person is there again, the list of erasures is not.
    await database.admin.query('delete from erasures');
    await plant();
    const replay = () => worker.app.get(UnitOfWork).run({ tenantId: tenant }, () => worker.app.get(Erasure).replay([elease]));
    expect(await replay()).toBe(1);
    expect(await hits()).toBe(0);
    expect(await replay()).toBe(0);
    expect(await totals()).toBe(before);
  });
});
