import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { rotate, shown, spread, verdict } from './measure.mjs';
import { loop, seed } from './recalculation.mjs';

const dirtyGoals = 1_000;
/** P6: transactions that also do 5 ms of other work, for few people. P7: single rows, for many. */
const contended = { connections: 16, people: 5, workMs: 5 };
const single = { connections: 8, people: 200, workMs: 0 };
const slice = 2_000;

/**
 * What freshness costs and how far behind it is. P4 and P26: recomputing what 1,000 changed days and their goals need, against the loop over the same goals and
 * against the same with a tenth of the facts. P5: from the commit of a fact to the stored goal, idle and beside a bulk load. P6 and P7: what the marks
 * of changed days cost the writer. CI scale: 1,000,000 activities of 200 people, 10,000 goals.
 */
export async function freshness({ database, app, modules }) {
  console.log('\nFreshness (CI scale)');
  const whole = await seed(database.admin, { slug: 'whole', facts: 1_000_000 });
  const tenth = await seed(database.admin, { slug: 'tenth', facts: 100_000 });
  await costOfChange({ database, app, modules, whole, tenth });
  await writeTax(database, whole);
  await lag({ database, modules, tenantId: whole });
}

/** P4 and P26: one day of each of the last five quarters of every person has changed, so 1,000 goals have. */
async function costOfChange({ app, database, modules, whole, tenth }) {
  const [units, db, recomputation, marks] = [modules.UnitOfWork, modules.Db, modules.Recomputation, modules.MetricsRepository].map((type) =>
    app.get(type),
  );
  const undo = new Error('rolled back on purpose');
  const looped = async () => {
    let time = 0;
    await units
      .run({ tenantId: whole, statementTimeoutMs: 120_000 }, async () => {
        const start = performance.now();
        await loop(db, whole, false, dirtyGoals);
        time = performance.now() - start;
        throw undo;
      })
      .catch((error) => {
        if (error !== undo) throw error;
      });
    return time;
  };
  const fresh = async (tenantId) => {
    const { rows: days } = await database.admin.query(
      `insert into daily_measures (tenant_id, measure, owner_id, on_day, sum, count)
       select $1, 'calls_completed', u.id, current_date - n * 90 + 45, 1, 1 from generate_series(1, 5) n join users u on u.tenant_id = $1
       on conflict on constraint pk_daily_measures do update set sum = daily_measures.sum + 1
       returning 'activities' as source, owner_id, on_day::text`,
      [tenantId],
    );
    await units.run({ tenantId }, () => marks.mark(days));
    const before = await changedGoals(database.admin, tenantId);
    const start = performance.now();
    await recomputation.drain(tenantId);
    const time = performance.now() - start;
    const changed = (await changedGoals(database.admin, tenantId)) - before;
    if (changed !== dirtyGoals) throw new Error(`${changed} goals changed`);
    return time;
  };
  for (const tenantId of [whole, tenth]) {
    await units.run({ tenantId, statementTimeoutMs: 120_000 }, () => app.get(modules.GoalRecalculation).recalculate(null));
    await spoil(database.admin, tenantId);
  }
  const times = await rotate({
    'changed days and their goals, set-based': () => spoil(database.admin, whole).then(() => fresh(whole)),
    'the same with a tenth of the facts': () => spoil(database.admin, tenth).then(() => fresh(tenth)),
    [`loop over ${dirtyGoals} goals, count in SQL`]: looped,
  });
  for (const [name, values] of Object.entries(times)) console.log(`  ${name}: ${shown(values)}`);
  const [own, little, counted] = Object.values(times).map((values) => values.med);
  verdict(`P4 ${dirtyGoals} dirty goals with writes against the loop`, '>= 40', counted / own, counted / own >= 40);
  verdict('P26 cost of a change with ten times the facts (100,000 and 1,000,000; full: 10,000,000)', '<= 1.3', own / little, own / little <= 1.3);
}

/** Their stored values are no longer right, so that each is written again. */
async function spoil(admin, tenantId) {
  await admin.query('update goals set value_num = -1, value_den = 1 where tenant_id = $1', [tenantId]);
  await admin.query('vacuum goals');
}

async function changedGoals(admin, tenantId) {
  const { rows } = await admin.query('select count(*)::int as count from goal_history where tenant_id = $1', [tenantId]);
  return rows[0].count;
}

/** P6 and P7: the same inserts with and without the triggers that mark days; no worker runs beside them, and marks are cleared between the rounds. */
async function writeTax(database, tenantId) {
  const { admin } = database;
  const { rows: people } = await admin.query('select id from users where tenant_id = $1 order by id', [tenantId]);
  const clients = await Promise.all(Array.from({ length: contended.connections }, () => connected(database.adminUrl)));
  const marking = async (on) => {
    await admin.query(`alter table activities ${on ? 'enable' : 'disable'} trigger user`);
    await admin.query('truncate metric_dirty');
    await admin.query('checkpoint');
  };
  const written = async ({ connections, people: many, workMs }) => {
    const end = performance.now() + slice;
    let count = 0;
    const write = async (client) => {
      for (; performance.now() < end; count += 1) {
        const insert = `insert into activities (tenant_id, type, owner_id, completed_at, outcome, known_at)
          values ('${tenantId}', 'call', '${people[count % many].id}', now(), 'completed', now())`;
        await client.query(workMs > 0 ? `begin; ${insert}; select pg_sleep(${workMs / 1000}); commit` : insert);
      }
    };
    await Promise.all(clients.slice(0, connections).map(write));
    return count;
  };
  const bulk = async () => {
    const start = performance.now();
    await admin.query(
      `insert into activities (tenant_id, type, owner_id, completed_at, outcome, known_at)
       select $1, 'call', u.id, now() - n * interval '1 minute', 'completed', now() from generate_series(1, 50000) n
       join (select id, row_number() over (order by id) - 1 as place from users where tenant_id = $1) u on u.place = n % 200`,
      [tenantId],
    );
    return performance.now() - start;
  };
  const figures = { contended: [[], []], single: [[], []], bulk: [[], []] };
  for (let round = 0; round <= 5; round += 1)
    for (const on of [false, true]) {
      await marking(on);
      const taken = { contended: await written(contended), single: await written(single), bulk: await bulk() };
      if (round > 0) for (const [kind, value] of Object.entries(taken)) figures[kind][on ? 1 : 0].push(value);
    }
  await marking(true);
  await Promise.all(clients.map((client) => client.end()));
  const ratio = (kind) => spread(figures[kind][1]).med / spread(figures[kind][0]).med;
  for (const [kind, [without, withMarks]] of Object.entries(figures))
    console.log(
      `  ${kind}: without marks ${shown(spread(without), '')}, with ${shown(spread(withMarks), kind === 'bulk' ? 'ms' : `in ${slice} ms`)}`,
    );
  verdict(
    'P6 transactions with 5 ms of other work, 16 connections, 5 people, with marks against none',
    '>= 0.95',
    ratio('contended'),
    ratio('contended') >= 0.95,
  );
  verdict('P7 single rows of 8 connections with marks against none', '>= 0.85', ratio('single'), ratio('single') >= 0.85);
  verdict('P7 time of 50,000 rows at once with marks against none', '<= 1.20', ratio('bulk'), ratio('bulk') <= 1.2);
}

/** P5: from the commit of a fact to the event that says that its goal is stored anew. */
async function lag({ database, modules, tenantId }) {
  const worker = await modules.startWorker(database, { live: true });
  const listener = await connected(database.adminUrl);
  const writer = await connected(database.adminUrl);
  const { rows: owners } = await writer.query('select id from users where tenant_id = $1 order by id limit 200', [tenantId]);
  let told = null;
  listener.on('notification', ({ payload }) => {
    const event = JSON.parse(payload ?? '{}');
    if (event.tenantId === tenantId && event.type === 'goals') told?.();
  });
  await listener.query('listen waymark_live');
  const insert = `insert into activities (tenant_id, type, owner_id, completed_at, outcome, known_at) values ($1, 'call', $2, now() - interval '2 days', 'completed', now())`;
  const one = async (owner) => {
    const heard = new Promise((resolve) => (told = resolve));
    await writer.query(insert, [tenantId, owner]);
    const committed = performance.now();
    await Promise.race([heard, new Promise((_, reject) => setTimeout(() => reject(new Error('no goal was stored anew')), 30_000).unref())]);
    return performance.now() - committed;
  };
  const sampled = async (count, meanwhile) => {
    const times = [];
    for (let n = 0; n < count && !meanwhile?.over; n += 1) times.push(await one(owners[n % owners.length].id));
    return times.sort((a, b) => a - b);
  };
  const p99 = (times) => times[Math.min(times.length - 1, Math.ceil(times.length * 0.99) - 1)] ?? NaN;
  try {
    await writer.query('truncate metric_dirty');
    await dailyJobsDone(worker, writer);
    await sampled(20);
    const idle = await sampled(200);
    console.log(`  from commit to stored goal, idle: median ${idle[100]?.toFixed(1)} ms, p99 ${p99(idle).toFixed(1)} ms of ${idle.length}`);
    verdict('P5 from commit to stored goal, idle, p99 in ms', '<= 50', p99(idle), p99(idle) <= 50);
    const load = { over: false };
    const loading = bulkLoad(database.adminUrl, tenantId).finally(() => (load.over = true));
    const busy = await sampled(10_000, load);
    await loading;
    console.log(
      `  beside a load of 200,000 rows: median ${busy[Math.floor(busy.length / 2)]?.toFixed(0)} ms, p99 ${p99(busy).toFixed(0)} ms of ${busy.length}`,
    );
    verdict('P5 from commit to stored goal, beside a bulk load, p99 in ms', '<= 2000', p99(busy), p99(busy) <= 2000);
  } finally {
    await Promise.all([listener.end(), writer.end(), worker.close()]);
  }
}

/** A worker that starts for the first time does the daily jobs of all organisations at once, the audit of all stored days among them: idle is after that. */
async function dailyJobsDone(worker, client) {
  await worker.runner.runAll();
  while ((await client.query(`select 1 from job_slots where state = 'ready' limit 1`)).rowCount > 0)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

/** 200,000 rows in batches, as an import writes them: each batch a transaction. */
async function bulkLoad(url, tenantId) {
  const client = await connected(url);
  for (let batch = 0; batch < 40; batch += 1)
    await client.query(
      `insert into activities (tenant_id, type, owner_id, completed_at, outcome, known_at)
       select $1, 'call', u.id, now() - ($2 * 5000 + n) * interval '1 minute', 'completed', now() from generate_series(1, 5000) n
       join (select id, row_number() over (order by id) - 1 as place from users where tenant_id = $1) u on u.place = n % 200`,
      [tenantId, batch],
    );
  await client.end();
}

async function connected(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
