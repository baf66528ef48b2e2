import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatedApiKey, IngestResult } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { createTenant, type RunningApi, signInAs, startApi } from '../testing/start-api.js';

const large = 2000;
/** Just above the number from which a wrong guess costs something. */
const few = 120;
const fewer = 110;

/** Statistics are gathered by those who ask for it alone: the database does so by itself at times of its own. */
describe('calls of an organisation that the statistics of the database do not know', () => {
  let database: TestDatabase;
  let api: RunningApi;

  beforeAll(async () => {
    database = await testDatabase();
    for (const table of ['pipeline_items', 'pipeline_events', 'sales', 'arr_movements'])
      await database.admin.query(`alter table ${table} set (autovacuum_enabled = false)`);
    const { tenantId, userIds } = await createTenant(database, { slug: 'large', people: [{ name: 'Old', roles: ['member'] }] });
    await stage(tenantId);
    await database.admin.query(
      `insert into pipeline_items (tenant_id, name, stage_id, kind, owner_id, currency, changed_at, created_at)
       select $1, 'Item ' || n, s.id, s.kind, $2, 'USD', now(), now() from generate_series(1, ${large}) n, (select * from pipeline_stages where tenant_id = $1 and key = 'met') s`,
      [tenantId, userIds['Old']],
    );
    await database.admin.query(
      `insert into pipeline_events (tenant_id, item_id, sequence, occurred_at, known_at, stage_id, kind, qualified, owner_id, value_minor, currency, entered)
       select $1, i.id, 1, now(), now(), i.stage_id, i.kind, false, i.owner_id, 0, 'USD', 'lead' from pipeline_items i where i.tenant_id = $1`,
      [tenantId],
    );
    await database.admin.query('analyze');
    api = await startApi(database);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const stage = (tenantId: string) =>
    database.admin.query(
      `insert into pipeline_stages (tenant_id, key, label, position, family, kind) values ($1, 'met', 'Met', 90, 'LEAD', 'lead')`,
      [tenantId],
    );

  async function organisation(slug: string) {
    const { tenantId, userIds } = await createTenant(database, {
      slug,
      people: [
        { name: 'Ada', roles: ['admin'] },
        { name: 'Ben', roles: ['member'] },
      ],
    });
    await stage(tenantId);
    const admin = await signInAs(api, slug, userIds['Ada'] as string);
    const body = { label: 'Bulk', scopes: ['facts:read', 'facts:write'], expiresInDays: 1 };
    const { token } = (await api.call<CreatedApiKey>('POST', '/api/api-keys', { token: admin, body })).body;
    const deal = (n: number) => ({ externalId: `d${n}`, name: `Deal ${n}`, owner: 'Ben', stage: 'met', occurredAt: '2026-03-02T10:00:00Z' });
    const send = async (from: number, count: number, change: object = {}) => {
      const rows = Array.from({ length: count }, (_, n) => ({ ...deal(from + n), ...change }));
      const { status, body: result } = await api.call<IngestResult>('POST', '/api/ingest/pipeline-items', { token: token as string, body: { rows } });
      return [status, result.created, result.updated];
    };
    return { tenantId, send };
  }
  /** Whether the planner knows the organisation, and of how many items it knows. */
  const known = async (tenantId: string) => {
    const { rows } = await database.admin.query<{ knows: boolean; items: number }>(
      `select (select s.most_common_vals::text from pg_stats s where s.tablename = 'pipeline_events' and s.attname = 'tenant_id') like '%' || $1::text || '%' as knows,
         (select reltuples::int from pg_class where relname = 'pipeline_items') as items`,
      [tenantId],
    );
    return rows[0] as { knows: boolean; items: number };
  };

  it('SRC-09 PERF-02 a call that makes most of what its organisation has tells the planner of it; further calls leave the statistics alone', async () => {
    const { tenantId, send } = await organisation('new');
    expect((await known(tenantId)).knows).toBeFalsy();
    expect(await send(0, few)).toEqual([200, few, 0]);
    expect(await known(tenantId)).toEqual({ knows: true, items: large + few });
    expect(await send(0, few, { name: 'Another' })).toEqual([200, 0, few]);
    expect(await send(few, fewer)).toEqual([200, fewer, 0]);
    expect((await known(tenantId)).items).toBe(large + few); // 230 items, of which the last call made less than half
  });

  it('SRC-09 PERF-02 a call waits for nobody else who gathers statistics: it is taken all the same', async () => {
    const { tenantId, send } = await organisation('waits');
    const other = await database.admin.connect();
    try {
      await other.query('begin');
      await other.query('lock table pipeline_items in share update exclusive mode');
      expect(await send(0, few)).toEqual([200, few, 0]);
      expect((await known(tenantId)).knows).toBeFalsy();
    } finally {
      await other.query('rollback');
      other.release();
    }
  });
});
