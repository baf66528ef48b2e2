import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { rotate, shown, verdict } from './measure.mjs';

const goals = 10_000;
const people = 200;
const loopGoals = 300;
const literalGoals = 60;

/**
 * P1, P2 and P3: recomputing every goal, read only against a scan of the facts and with its writes, against a hand-written UPDATE + INSERT..SELECT of the same rows, and against the loop that
 * asks the database goal by goal. CI scale: 1,000,000 activities, 200 people, 10,000 goals. Every round is rolled back.
 */
export async function recalculation({ database, app, modules }) {
  console.log(`\nRecalculation of ${goals} goals over 1,000,000 activities of ${people} people (CI scale)`);
  const tenantId = await seed(database.admin, { everyDay: true });
  const units = app.get(modules.UnitOfWork);
  const recalculation = app.get(modules.GoalRecalculation);
  const db = app.get(modules.Db);
  const sums = app.get(modules.GoalSums);
  const undo = new Error('rolled back on purpose');
  // Each round changes goals that never had a value, and takes it back. What was taken back must not lie in the way of the next one.
  const rolledBack = async (work) => {
    await database.admin.query('vacuum goals, goal_history');
    let time = 0;
    await units
      .run({ tenantId, statementTimeoutMs: 120_000 }, async () => {
        const start = performance.now();
        await work();
        time = performance.now() - start;
        throw undo;
      })
      .catch((error) => {
        if (error !== undo) throw error;
      });
    return time;
  };
  let statements = 0;
  let used = 0;
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function counted(...args) {
    statements += 1;
    return original.apply(this, args);
  };
  const times = await rotate({
    'hand-written UPDATE + INSERT..SELECT': () =>
      rolledBack(async () => {
        await db.run(
          `update goals set value_num = 7, value_den = 1, progress_bp = 1, expected_bp = 1, status = 'on_track', status_reason = 'pace', computed_at = now() where tenant_id = $1`,
          [tenantId],
        );
        await db.run(
          `insert into goal_history (tenant_id, goal_id, recorded_at, value_num, value_den, target, progress_bp, expected_bp, status, status_reason)
           select tenant_id, id, now(), value_num, value_den, target, progress_bp, expected_bp, status, status_reason from goals where tenant_id = $1`,
          [tenantId],
        );
      }),
    'parallel count(*) of the facts': async () => {
      const start = performance.now();
      await database.admin.query('select count(*) from activities');
      return performance.now() - start;
    },
    'all goals, read only': () => rolledBack(() => sums.facts(null)),
    'all goals, set-based': () =>
      rolledBack(async () => {
        statements = 0;
        const changed = await recalculation.recalculate(null);
        used = statements;
        if (changed.length !== goals) throw new Error(`only ${changed.length} goals changed`);
      }),
    [`loop over ${loopGoals} goals, count in SQL`]: () => rolledBack(() => loop(db, tenantId, false)),
    [`loop over ${literalGoals} goals, rows to JavaScript`]: () => rolledBack(() => loop(db, tenantId, true)),
  });
  pg.Client.prototype.query = original;
  for (const [name, values] of Object.entries(times)) console.log(`  ${name}: ${shown(values)}`);
  const [limit, scan, read, own, counted, literal] = Object.values(times).map((values) => values.med);
  console.log(`  statements for all goals: ${used}`);
  verdict('P1 recompute, read only, against a parallel count of the facts', '<= 1.2 (CI)', read / scan, read / scan <= 1.2);
  verdict('P2 recompute with writes against the hand-written statements', '<= 3 (CI)', own / limit, own / limit <= 3);
  const perGoal = own / goals;
  verdict('P3 per goal against the loop, count in SQL', '>= 50', counted / loopGoals / perGoal, counted / loopGoals / perGoal >= 50);
  verdict('P3 per goal against the loop, rows to JavaScript', '>= 100', literal / literalGoals / perGoal, literal / literalGoals / perGoal >= 100);
}

/** The recalculation goal by goal, as one writes it first: five statements a goal. */
export async function loop(db, tenantId, inJavaScript, count = inJavaScript ? literalGoals : loopGoals) {
  const ids = await db.many('select id from goals where tenant_id = $1 order by id limit $2', [tenantId, count]);
  for (const { id } of ids) {
    const goal = await db.one('select * from goals where tenant_id = $1 and id = $2', [tenantId, id]);
    const period = await db.one('select * from goal_periods where tenant_id = $1 and id = $2', [tenantId, goal.period_id]);
    let value;
    if (inJavaScript) {
      const rows = await db.many(
        `select * from activities where tenant_id = $1 and owner_id = $2 and completed_at >= $3 and completed_at < $4 and known_to is null`,
        [tenantId, goal.owner_user_id, period.starts_at, period.ends_at],
      );
      value = rows.filter((row) => row.type === 'call' && row.outcome === 'completed').length;
    } else {
      const row = await db.one(
        `select count(*) as n from activities where tenant_id = $1 and owner_id = $2 and type = 'call' and outcome = 'completed' and completed_at >= $3 and completed_at < $4 and known_to is null`,
        [tenantId, goal.owner_user_id, period.starts_at, period.ends_at],
      );
      value = row.n;
    }
    await db.run('update goals set value_num = $3, value_den = 1 where tenant_id = $1 and id = $2', [tenantId, id, value]);
    await db.run('insert into goal_history (tenant_id, goal_id, recorded_at, value_num, value_den, target) values ($1, $2, now(), $3, 1, $4)', [
      tenantId,
      id,
      value,
      goal.target,
    ]);
  }
}

/**
 * CI scale: an organisation of 200 people with 1,000,000 activities (unless told) and 10,000 goals; answers its id. `everyDay`: each person has activities on each
 * day of the last year, as in life; without it on a few days that have many.
 */
export async function seed(admin, { slug = 'bench', facts = 1_000_000, everyDay = false } = {}) {
  const one = async (sql, params = []) => (await admin.query(sql, params)).rows[0];
  const { id } = await one(`insert into tenants (slug, name) values ($1, 'Bench') returning id`, [slug]);
  await admin.query(`insert into users (tenant_id, name) select $1, 'person ' || n from generate_series(1, ${people}) n`, [id]);
  await admin.query('alter table activities disable trigger user');
  await admin.query(
    `insert into activities (tenant_id, type, owner_id, completed_at, outcome, known_at)
     select $1, case when kind % 4 = 0 then 'meeting' else 'call' end, u.id, at, 'completed', at
     from (select now() - day * interval '1 day' - (n % 600) * interval '1 minute' as at, 1 + n % ${people} as place, kind
       from (select n, ${everyDay ? `n / ${people} % 360` : 'n % 360'} as day, ${everyDay ? `n / ${people * 360}` : 'n'} as kind from generate_series(1, ${facts}) n) m) f
     join (select id, row_number() over (order by id) as place from users where tenant_id = $1) u on u.place = f.place`,
    [id],
  );
  await admin.query('alter table activities enable trigger user');
  await admin.query(
    `insert into daily_measures (tenant_id, measure, owner_id, on_day, sum, count)
     select tenant_id, 'calls_completed', owner_id, (completed_at at time zone 'UTC')::date, count(*), count(*) from activities
     where tenant_id = $1 and type = 'call' group by 1, 3, 4`,
    [id],
  );
  // Fifty quarters, one beside the other: 50 goals a person; those of the last year have facts.
  await admin.query(
    `insert into goal_periods (tenant_id, name, kind, starts_on, ends_on, time_zone, starts_at, ends_at, state, created_at)
     select $1, 'Q' || n, 'quarterly', current_date - n * 90, current_date - n * 90 + 89, 'UTC', (current_date - n * 90)::timestamptz, (current_date - n * 90 + 90)::timestamptz, 'active', now()
     from generate_series(1, 50) n`,
    [id],
  );
  await admin.query(
    `insert into goals (tenant_id, period_id, owner_user_id, name, metric, target, target_known_at, created_at)
     select $1, p.id, u.id, 'Calls', 'calls_completed', 500, now(), now() from goal_periods p join users u on u.tenant_id = p.tenant_id where p.tenant_id = $1`,
    [id],
  );
  await admin.query('vacuum analyze activities');
  await admin.query('vacuum analyze daily_measures');
  await admin.query('vacuum analyze goals');
  return id;
}
