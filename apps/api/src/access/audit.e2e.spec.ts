import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditChain, AuditPage, Goal, GoalPeriod } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { csvFile } from '../platform/http/csv.js';
import { createTenant, type RunningApi, signInAs, startApi } from '../testing/start-api.js';
import { AuditAnchors } from './audit-anchors.js';
import { AuditLogRepository } from './audit-log.repository.js';
import { readConfig } from '../config/config.js';
import { Database } from '../platform/database/database.js';

describe('the audit trail', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let tenantId: string;
  let people: Record<string, string>;
  let admin: string;
  let rep: string;

  beforeAll(async () => {
    database = await testDatabase();
    ({ tenantId, userIds: people } = await createTenant(database, {
      slug: 'audited',
      now: new Date('2026-08-17T09:00:00Z'),
      people: [
        { name: 'Ada', roles: ['admin'] },
        { name: 'Rob', roles: ['member'] },
      ],
    }));
    await createTenant(database, { slug: 'elsewhere', people: [{ name: 'Eve', roles: ['admin'] }] });
    api = await startApi(database);
    admin = await signInAs(api, 'audited', people['Ada'] as string);
    rep = await signInAs(api, 'audited', people['Rob'] as string);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const get = async <T>(path: string, token = admin) => (await api.call<T>('GET', path, { token })).body;
  const trail = (filter = '') => get<AuditPage>(`/api/audit?limit=200${filter}`);
  const faults = async () => (await get<AuditChain>('/api/audit/chain')).faults;

  it('PLAT-07 keeps who changed a target, when in real time, from what to what, in order and sealed', async () => {
    const period = { name: '2026-Q3', kind: 'quarterly', startsOn: '2026-07-01', endsOn: '2026-09-30' };
    const { body: made } = await api.call<GoalPeriod>('POST', '/api/goal-periods', { token: admin, body: period });
    const body = { name: 'Revenue', periodId: made.id, metric: 'revenue', target: '1000.00', userId: people['Rob'] };
    const { body: goal } = await api.call<Goal>('POST', '/api/goals', { token: admin, body });
    await api.call('PATCH', `/api/goals/${goal.id}`, { token: admin, body: { target: '1500.00' } });
    const { items } = await trail();
    expect(items.map((line) => [line.seq, line.action, line.actor?.name, line.subject?.name ?? null])).toEqual([
      [3, 'goal.changed', 'Ada', 'Rob'],
      [2, 'goal.created', 'Ada', 'Rob'],
      [1, 'period.created', 'Ada', null],
    ]);
    expect([items[0]?.before, items[0]?.after]).toEqual([{ target: '100000' }, { target: '150000' }]); // steps of 0.01
    expect(Math.abs(Date.now() - new Date(items[0]?.at ?? 0).getTime())).toBeLessThan(60_000); // the organisation's own clock stands in August
    expect(await get<AuditChain>('/api/audit/chain')).toMatchObject({ events: 3, whole: true, faults: [], hash: items[0]?.hash });
  });

  it('PLAT-07 tells an operation that no service told in its own words by its name, once, and nothing of a refused one', async () => {
    const { body: company } = await api.call<{ id: string }>('POST', '/api/companies', { token: admin, body: { name: 'Acme' } });
    expect((await api.call('POST', '/api/companies', { token: rep, body: { name: 'Acme 2' } })).status).toBe(403);
    const { items } = await trail('&objectType=companies');
    expect(items.map((line) => [line.action, line.objectId, line.actor?.name])).toEqual([['companies.create', company.id, 'Ada']]);
  });

  it('PLAT-07 filters by person, thing and time, page after page, and is for administrators of the same organisation alone', async () => {
    expect((await trail(`&subjectId=${people['Rob']}`)).items).toHaveLength(2);
    expect((await trail('&action=goal')).items).toHaveLength(2);
    expect((await trail(`&to=${new Date(0).toISOString()}`)).items).toEqual([]);
    const first = await get<AuditPage>('/api/audit?limit=3');
    const second = await get<AuditPage>(`/api/audit?limit=3&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map((line) => line.seq)).toEqual([4, 3, 2, 1]);
    expect(second.nextCursor).toBeNull();
    expect((await api.call('GET', '/api/audit', { token: rep })).status).toBe(403);
    const eve = (await database.admin.query<{ id: string }>(`select id from users where name = 'Eve'`)).rows[0]?.id as string;
    const other = await signInAs(api, 'elsewhere', eve);
    expect(await get('/api/audit', other)).toEqual({ items: [], nextCursor: null });
  });

  it('PLAT-07 gives what the filters take as a file, without formulas for spreadsheets', async () => {
    const answer = await fetch(`${api.url}/api/audit?action=goal&format=csv`, { headers: { authorization: `Bearer ${admin}` } });
    const lines = (await answer.text()).trim().split('\r\n');
    expect([answer.status, answer.headers.get('content-type'), lines.length]).toEqual([200, 'text/csv; charset=utf-8', 3]); // head and two changes
    expect(lines[1]).toContain('"{""target"":""100000""}","{""target"":""150000""}"');
    expect(csvFile(['name'], [['=1+1']])).toContain(`"'=1+1"`);
  });

  it('PLAT-07 no login of the product can change, delete or truncate a line, nor write into the chain', async () => {
    for (const [url, sql] of [
      [database.appUrl, `update audit_events set action = 'x'`],
      [database.workerUrl, 'delete from audit_events'],
      [database.appUrl, 'truncate audit_events'],
      [database.appUrl, `insert into audit_chain values ('${tenantId}', 99, gen_random_uuid(), 'x', 'y')`],
      [database.workerUrl, `update audit_heads set seq = 1`],
    ] as const)
      await expect(asLogin(url, sql)).rejects.toThrow(/permission denied/);
    await expect(database.admin.query(`update audit_events set action = 'x'`)).rejects.toThrow('the audit trail is never changed');
  });

  async function asLogin(url: string, sql: string): Promise<void> {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(`set app.tenant_id = '${tenantId}'`);
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  it('PLAT-07 case 98 finds a changed byte, a deleted line, a cut-off end, a line put in, and a chain computed anew', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waymark-anchors-'));
    const file = join(folder, 'anchors.log');
    writeFileSync(file, '');
    const config = readConfig('worker', { WORKER_DATABASE_URL: database.workerUrl, AUDIT_ANCHOR_FILE: file });
    const own = new Database(config);
    const app = api.app;
    await new AuditAnchors(config, own, app.get(UnitOfWork), app.get(AuditLogRepository)).note();
    await own.onApplicationShutdown();
    const anchor = (JSON.parse(readFileSync(file, 'utf8')) as { audit_anchor: { seq: string; hash: string } }).audit_anchor;
    expect(anchor.seq).toBe('4');

    const tampered = async (...statements: string[]) => {
      const client = await database.admin.connect();
      try {
        await client.query('begin');
        await client.query(`set local session_replication_role = replica`); // what a database administrator can do
        for (const statement of statements) await client.query(statement, statement.includes('$1') ? [tenantId] : []);
        const { rows } = await client.query<{ fault: string }>('select fault from app.audit_faults($1)', [tenantId]);
        const kept = await client.query('select 1 from audit_chain where tenant_id = $1 and seq = $2 and hash = $3', [
          tenantId,
          anchor.seq,
          anchor.hash,
        ]);
        return { faults: rows.map((row) => row.fault), anchorKept: kept.rowCount === 1 };
      } finally {
        await client.query('rollback');
        client.release();
      }
    };
    const second = '(select event_id from audit_chain where tenant_id = $1 and seq = 2)';
    const rechain = `do $do$ declare c record; p text := repeat('0', 64); n bigint := 0; begin
      for c in select k.event_id, e from audit_chain k join audit_events e on e.tenant_id = k.tenant_id and e.id = k.event_id where k.tenant_id = '${tenantId}' order by k.seq loop
        n := n + 1; update audit_chain set seq = n, prev = p, hash = app.audit_hash(p, app.audit_text(c.e)) where event_id = c.event_id returning hash into p; end loop;
      update audit_heads set seq = n, hash = p where tenant_id = '${tenantId}'; end $do$`;
    expect((await tampered(`update audit_events set after = '{"target":"1"}' where tenant_id = $1 and id = ${second}`)).faults).toEqual([
      'its event is not what was sealed',
    ]);
    expect((await tampered(`delete from audit_events where tenant_id = $1 and id = ${second}`)).faults).toEqual(['its event is missing']);
    expect((await tampered(`delete from audit_chain where tenant_id = $1 and seq = 2`)).faults).toContain('a link before it is missing');
    expect((await tampered(`delete from audit_chain where tenant_id = $1 and seq = 4`)).faults).toContain(
      'the chain ends elsewhere than its head says',
    );
    const put = `insert into audit_events (tenant_id, request_id, action, object_type) values ($1, '-', 'goal.changed', 'goal')`;
    expect((await tampered(put)).faults).toEqual([expect.stringMatching(/^event .* is not in the chain$/)]);
    const rewritten = await tampered(`update audit_events set reason = 'other' where tenant_id = $1 and id = ${second}`, rechain);
    expect(rewritten).toEqual({ faults: [], anchorKept: false }); // whole by itself, yet not the one that was noted outside
    expect(await tampered()).toEqual({ faults: [], anchorKept: true });
    expect(await faults()).toEqual([]);
  });

  it('PLAT-07 sixteen writers at once make one chain without a fork', async () => {
    const before = (await get<AuditChain>('/api/audit/chain')).events;
    const write = async () => {
      for (let n = 0; n < 20; n += 1)
        await api.app
          .get(UnitOfWork)
          .run({ tenantId }, () => api.app.get(AuditTrail).record({ action: 'test.written', object: { type: 'test', id: null } }));
    };
    await Promise.all(Array.from({ length: 16 }, write));
    expect(await get<AuditChain>('/api/audit/chain')).toMatchObject({ events: before + 320, whole: true });
  });
});
