import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayOf, windowOf } from '@waymark/kernel';
import { compileDaily, measures, measuresOf, windowMeasures } from '@waymark/metrics';
import { countStatements, cutBefore, testDatabase, type TestDatabase } from '@waymark/testing';
import fc from 'fast-check';
import { startWorker } from '../testing/start-api.js';
import { FactsWorld } from './facts-world.spec-data.js';
import type { ChangedMeasure } from './metrics.repository.js';
import { change, kindsOfChanges, RandomChanges } from './random-changes.spec-data.js';
import { Recomputation } from './recomputation.service.js';
import { RecomputeHooks } from './recompute-hooks.js';

/** How many random changes are played; `npm run test:long freshness` plays more. */
const changes = Number(process.env['FRESHNESS_CHANGES'] ?? 300);
const perDrain = 7;

const reads = (source: string) => (measure: (typeof windowMeasures)[number]) => measure.source === source || measure.other?.source === source;

describe('stored measures', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let world: FactsWorld;
  let zone: string;
  let owners: string[];

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    world = await new FactsWorld(database).open('fresh');
    ({ zone, owners } = world);
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  const sql: FactsWorld['sql'] = (text, params) => world.sql(text, params);
  const drain = () => worker.app.get(Recomputation).drain(world.tenantId);
  const stored = () => world.stored();
  const expected = () => world.expected();

  /** A worker that dies before one of the statements of its round: until its work is committed nothing of it is left and all its marks are back. */
  const drainAndDie = async (before: number) => {
    const kept = { marks: await world.marks(), stored: await stored() };
    const { sent, cut, error } = await cutBefore(database.admin, 'waymark_worker', before, drain);
    const [marks, committed] = [await world.marks(), sent.some((text) => text.endsWith('; commit'))];
    expect(error === undefined).toBe(cut === null);
    if (committed) expect(marks).toEqual([]);
    else expect({ marks, stored: await stored() }).toEqual(kept);
    return { statements: sent.length, inTheMiddle: kept.marks.length > 0 && !committed };
  };

  it(`MET-06 kept up by marks they equal the plain reading and a rebuild after ${changes.toLocaleString('en')} random changes, the worker dying between them`, async () => {
    const played = new RandomChanges(world);
    const compareEvery = Math.max(50, changes / 20);
    const seen = new Set<string>();
    let [compared, died, statements] = [0, 0, 1];
    for (const [n, one] of fc.sample(change, { numRuns: changes, seed: 7 }).entries()) {
      await played.apply(one);
      if (n % perDrain === perDrain - 1) {
        const end = await drainAndDie(n % 2 === 0 ? one.pick % statements : Infinity);
        statements = Math.max(statements, end.statements);
        if (end.inTheMiddle) died += 1;
      }
      if ((n + 1) % compareEvery === 0) {
        await drain();
        const kept = await stored();
        expect(kept).toEqual(await expected());
        for (const { measure } of kept) seen.add(measure);
        compared += 1;
      }
    }
    expect(compared).toBe(changes / compareEvery);
    expect(died).toBeGreaterThan(changes / perDrain / 4);
    expect([...played.done.keys()].sort()).toEqual([...kindsOfChanges].sort());
    expect([...seen].sort()).toEqual(measures.map((measure) => measure.key));
    const kept = await stored();
    expect(await worker.app.get(Recomputation).audit(world.tenantId)).toEqual([]);
    await worker.app.get(Recomputation).rebuild(world.tenantId);
    expect(await stored()).toEqual(kept);
    if (process.env['FRESHNESS_CHANGES'])
      console.info(
        `${changes} changes (${JSON.stringify(Object.fromEntries(played.done))}), ${died} deaths in the middle: ${kept.length} stored days, none differs`,
      );
  });

  it('MET-09 a fact in the hour that comes twice before midnight is stored on the day of its window', async () => {
    const twice = new Date('2010-11-07T02:45:00Z'); // 23:15 on the 6th by the wall, after the 7th had begun at 02:30 UTC
    expect(dayOf(twice, zone)).toBe('2010-11-07');
    await sql(`insert into sales (tenant_id, owner_id, occurred_at, known_at, amount_minor, currency) values ($1, $2, $3, now(), 1000000, 'USD')`, [
      owners[0],
      twice,
    ]);
    await drain();
    expect(await stored()).toEqual(await expected());
  });

  it('MET-07 (audit, rebuild) the audit names every difference and the rebuild heals it', async () => {
    const kept = await stored();
    const sale = kept.find((row) => row.measure === 'sales_amount') as (typeof kept)[number];
    await sql(`update daily_measures set sum = sum + 5 where tenant_id = $1 and measure = $2 and owner_id = $3 and on_day = $4`, [
      sale.measure,
      sale.owner_id,
      sale.on_day,
    ]);
    await sql(
      `insert into daily_measures (tenant_id, measure, owner_id, on_day, sum, count) values ($1, 'calls_completed', $2, '1999-01-01', 3, 3)`,
      [owners[1]],
    );
    const found = await worker.app.get(Recomputation).audit(world.tenantId);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          measure: 'sales_amount',
          owner_id: sale.owner_id,
          on_day: sale.on_day,
          stored: (BigInt(sale.sum) + 5n).toString(),
          rebuilt: sale.sum,
        }),
        expect.objectContaining({ measure: 'calls_completed', owner_id: owners[1], on_day: '1999-01-01', stored: '3', rebuilt: '0' }),
      ]),
    );
    expect(found).toHaveLength(2);
    await worker.app.get(Recomputation).rebuild(world.tenantId);
    expect(await stored()).toEqual(kept);
    expect(await worker.app.get(Recomputation).audit(world.tenantId)).toEqual([]);
  });

  it('MET-07 each night at 02:00 of the organisation the sums are compared, the finding is kept and told to admins, and what was wrong is right again', async () => {
    const kept = await stored();
    const nights = () =>
      sql<{ days: number; differences: number }>('select days, differences from metric_audits where tenant_id = $1 order by id desc', []);
    const night = async () => {
      await sql(`update job_slots set scheduled_for = scheduled_for - interval '1 day' where tenant_id = $1 and job = 'metrics-audit'`, []);
      await worker.runner.runAll();
    };
    await worker.runner.runAll();
    const [slot] = await sql<{ at: string }>(
      `select to_char(max(scheduled_for) at time zone 'America/St_Johns', 'HH24:MI') as at from job_slots where tenant_id = $1 and job = 'metrics-audit'`,
      [],
    );
    expect(slot?.at).toBe('02:00');
    await night();
    expect((await nights())[0]?.differences).toBe(0);
    expect((await nights())[0]?.days).toBeGreaterThan(kept.length / 20);

    const [row] = kept;
    await sql(`update daily_measures set sum = sum + 7 where tenant_id = $1 and measure = $2 and owner_id = $3 and on_day = $4`, [
      row?.measure,
      row?.owner_id,
      row?.on_day,
    ]);
    // A fact that waits to be counted is no difference.
    await sql(
      `insert into sales (tenant_id, owner_id, occurred_at, known_at, amount_minor, currency) values ($1, $2, '2010-11-06T12:00Z', now(), 500, 'USD')`,
      [owners[2]],
    );
    await night();
    expect((await nights())[0]?.differences).toBe(1);
    expect(await sql(`select user_id from notifications where tenant_id = $1 and code = 'metrics.audit_found'`, [])).toEqual([
      { user_id: world.admin },
    ]);
    await drain();
    expect(await stored()).toEqual(await expected());
    await night();
    expect((await nights())[0]?.differences).toBe(0);
  });

  it('MET-06 takes as many statements for 1,000 dirty days as for one', async () => {
    const mark = (days: number) =>
      sql(
        `insert into metric_dirty (tenant_id, source, owner_id, on_day) select $1, s, $2, date '2009-01-01' + d from generate_series(1, $3::int) d, unnest('{sales,activities,pipeline_events}'::text[]) s`,
        [owners[0], days],
      );
    await mark(1);
    const one = await countStatements(drain);
    await mark(1000);
    const many = await countStatements(drain);
    expect([one.result, many.result]).toEqual([3, 3000]);
    expect(many.count).toBe(one.count);
  });

  it('MET-05 (mechanism) tells later stages what changed, in the transaction that changed it', async () => {
    const told: ChangedMeasure[][] = [];
    let failing = true;
    worker.app.get(RecomputeHooks).register((changed) => {
      told.push([...changed]);
      return failing ? Promise.reject(new Error('a later stage fails')) : Promise.resolve();
    });
    await sql(
      `insert into sales (tenant_id, owner_id, occurred_at, known_at, amount_minor, currency) values ($1, $2, '2015-03-03T12:00:00Z', now(), 77, 'USD')`,
      [owners[2]],
    );
    const before = await stored();
    await expect(drain()).rejects.toThrow('a later stage fails');
    expect(await stored()).toEqual(before);
    failing = false;
    expect(await drain()).toBe(1);
    // Stored sums of sales, and what rests on sales without being stored (Q105).
    const ofSales = ['sales_amount', 'sales_count', ...windowMeasures.filter(reads('sales')).map(({ key }) => key)];
    expect(told.at(-2)).toEqual(ofSales.map((measure) => ({ measure, owner_id: owners[2], on_day: '2015-03-03' })));
    expect(await drain()).toBe(0);
  });

  it('MET-06 a recomputed day reads by index, not the whole table', async () => {
    await sql(
      `insert into sales (tenant_id, owner_id, occurred_at, known_at, amount_minor, currency) select $1, $2, timestamptz '2012-01-01' + n * interval '1 hour', now(), 1, 'USD' from generate_series(1, 20000) n`,
      [owners[0]],
    );
    await database.admin.query('vacuum analyze sales');
    const daily = compileDaily(measuresOf('sales'));
    const window = windowOf('2012-05-05', '2012-05-05', zone);
    const plan = await database.admin.query<{ 'QUERY PLAN': object }>(`explain (format json, analyze) ${daily.text}`, [
      world.tenantId,
      [owners[0]],
      ['2012-05-05'],
      [window.from],
      [window.to],
      ...daily.constants,
    ]);
    const text = JSON.stringify(plan.rows[0]?.['QUERY PLAN']);
    expect(text).toContain('ix_sales_owner');
    expect(text).not.toContain('Seq Scan');
  });
});
