import pg from 'pg';
import { rotate, shown, verdict } from './measure.mjs';
import { seed } from './recalculation.mjs';

const items = 100_000;
const requests = 8000;
const atOnce = 16;
const connections = 8;

/**
 * P11: what row-level security costs the recomputation of all goals (P1, read only) and the lists that exist: the same calls of the product through a role
 * that bypasses the policies; P13: an indexed search and a range of money. P12: what the tenant's context costs a point read. CI scale: 1,000,000 activities, 200 people, 10,000 goals, 100,000 items.
 */
export async function isolation({ database, modules }) {
  console.log('\nRow-level security and the tenant context (CI scale)');
  const tenantId = await seed(database.admin, { everyDay: true });
  await seedItems(database.admin, tenantId);
  await database.admin.query(`create role bench_bypass login bypassrls password 'bench' in role waymark_worker`);
  const bypassUrl = Object.assign(new URL(database.workerUrl), { username: 'bench_bypass', password: 'bench' }).href;
  const settings = { DATABASE_POOL: String(connections) };
  const under = await modules.startWorker(database, { settings });
  const bypass = await modules.startWorker({ ...database, workerUrl: bypassUrl }, { settings });
  try {
    await policies(under.app, bypass.app, modules, tenantId);
    await pointReads(under.app, modules, { database, tenantId, bypassUrl });
  } finally {
    await under.close();
    await bypass.close();
    await database.admin.query('drop owned by bench_bypass; drop role bench_bypass');
  }
}

async function policies(under, bypass, modules, tenantId) {
  const none = { ownerId: null, teamId: null, q: null, after: null };
  const everyItem = { ...none, owners: null, kind: null, stage: null, listId: null, minValue: null, maxValue: null };
  const everyone = { today: new Date().toISOString().slice(0, 10), owners: null, companies: null };
  const items = (app, filter) => app.get(modules.PipelineItemsRepository, { strict: false }).page({ ...everyItem, ...filter });
  const reads = {
    'P1 recomputation of 10,000 goals, read only': [2, (app) => app.get(modules.GoalSums, { strict: false }).facts(null)],
    'list of 100 pipeline items': [50, (app) => items(app, { limit: 100 })],
    'list of 100 goals': [
      50,
      (app) =>
        app.get(modules.GoalsRepository, { strict: false }).page({ ...none, periodId: null, status: null, owners: null, teams: null, limit: 100 }),
    ],
    'search of 50 pipeline items by a part of their name': [20, (app) => items(app, { q: 'Item 9999', limit: 50 })],
    'pipeline items worth between two amounts, 40 of 100,000': [50, (app) => items(app, { minValue: 50_001n, maxValue: 50_040n, limit: 50 })],
    'list of 100 companies': [
      50,
      (app) =>
        app
          .get(modules.CompaniesRepository, { strict: false })
          .page(everyone, { q: null, coachId: null, descending: false, after: null, limit: 100 }),
    ],
  };
  for (const [name, [times, read]] of Object.entries(reads)) {
    if (/items/.test(name) && !JSON.parse((await asTenant(under, modules, tenantId, () => read(under))).items).length)
      throw new Error(`${name}: nothing was found`);
    const timed = (app) => () =>
      app.get(modules.UnitOfWork).run({ tenantId, readOnly: true, statementTimeoutMs: 60_000 }, async () => {
        const start = performance.now();
        for (let n = 0; n < times; n += 1) await read(app);
        return (performance.now() - start) / times;
      });
    const found = await rotate({ 'bypassing role': timed(bypass), 'under the policies': timed(under) }, 15);
    const [limit, own] = Object.values(found);
    console.log(`  ${name}: ${shown(limit)} bypassing, ${shown(own)} under the policies`);
    const [row, target] = /^search|amounts/.test(name) ? ['P13', 3] : ['P11', 1.1];
    verdict(`${row} ${name}`, `<= ${target.toFixed(2)}`, own.med / limit.med, own.med / limit.med <= target);
  }
}

const asTenant = (app, modules, tenantId, work) => app.get(modules.UnitOfWork).run({ tenantId, readOnly: true }, work);

async function pointReads(app, modules, { database, tenantId, bypassUrl }) {
  const units = app.get(modules.UnitOfWork);
  const ids = (await database.admin.query('select id from companies where tenant_id = $1', [tenantId])).rows.map(({ id }) => id);
  const text = 'select id, name, version from companies where tenant_id = $1 and id = $2';
  const db = app.get(modules.Db);
  const raw = new pg.Pool({ connectionString: bypassUrl, max: connections });
  const plain = new pg.Pool({ connectionString: database.workerUrl, max: connections });
  const contestants = {
    'without policies, no context': (id) => raw.query(text, [tenantId, id]),
    'unit of work of the product': (id) => units.run({ tenantId, readOnly: true }, () => db.many(text, [tenantId, id])),
    'four round trips': (id) => inFourRoundTrips(plain, tenantId, text, id),
  };
  const timed = (read) => async () => {
    const start = performance.now();
    let next = 0;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (next < requests) await read(ids[next++ % ids.length]);
      }),
    );
    return requests / ((performance.now() - start) / 1000);
  };
  const found = await rotate(Object.fromEntries(Object.entries(contestants).map(([name, read]) => [name, timed(read)])), 6);
  for (const [name, values] of Object.entries(found)) console.log(`  point read, ${name}: ${shown(values, 'req/s')}`);
  const [limit, own, four] = Object.values(found).map((values) => values.med);
  verdict(`P12 point read in the tenant's context (four round trips: ${(four / limit).toFixed(2)})`, '>= 0.90', own / limit, own / limit >= 0.9);
  await Promise.all([raw.end(), plain.end()]);
}

async function inFourRoundTrips(pool, tenantId, text, id) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('app.tenant_id', $1, true)`, [tenantId]);
    await client.query(text, [tenantId, id]);
    await client.query('commit');
  } finally {
    client.release();
  }
}

async function seedItems(admin, tenantId) {
  await admin.query(
    `insert into pipeline_stages (tenant_id, key, label, position, family, kind, qualified) values ($1, 'open', 'Open', 1, 'general', 'deal', true)`,
    [tenantId],
  );
  await admin.query(`insert into companies (tenant_id, name, created_at) select $1, 'Company ' || n, now() from generate_series(1, 5000) n`, [
    tenantId,
  ]);
  await admin.query(
    `insert into pipeline_items (tenant_id, name, stage_id, kind, qualified, owner_id, company_id, value_minor, currency, changed_at, created_at)
     select $1, 'Item ' || n, g.id, 'deal', true, u.id, c.id, n, 'USD', now(), now() from generate_series(1, ${items}) n
       join pipeline_stages g on g.tenant_id = $1
       join (select id, row_number() over (order by id) as place from users where tenant_id = $1) u on u.place = 1 + n % 200
       join (select id, row_number() over (order by id) as place from companies where tenant_id = $1) c on c.place = 1 + n % 5000`,
    [tenantId],
  );
  await admin.query('vacuum analyze');
}
