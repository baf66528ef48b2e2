import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays, dayOf, startOfDay, windowOf } from '@waymark/kernel';
import {
  compileDaily,
  type FactVersion,
  interpretDaily,
  knownAt,
  measures,
  measuresOf,
  type SourceName,
  sourceNames,
  windowMeasures,
} from '@waymark/metrics';
import { countStatements, testDatabase, type TestDatabase } from '@waymark/testing';
import fc from 'fast-check';
import { createTenant, startWorker } from '../testing/start-api.js';
import { Recomputation } from './recomputation.service.js';
import { RecomputeHooks } from './recompute-hooks.js';
import type { ChangedMeasure } from './metrics.repository.js';

const zone = 'America/St_Johns'; // in 2010 its clocks went back from 00:01 to 23:01 of the day before
const firstDay = '2010-11-04';
const steps = [null, 'proposal', 'agreement', 'agreement', 'list'];

/** A change of the facts, as numbers: what it does is decided by what exists when it comes. */
interface Change {
  what: 'event' | 'correct' | 'withdraw' | 'sale' | 'refund' | 'call' | 'reassign' | 'renewal' | 'task' | 'undo' | 'decide' | 'list' | 'send';
  pick: number;
  owner: number;
  minutes: number;
  value: number;
  kind: string;
  qualified: boolean;
}

const change: fc.Arbitrary<Change> = fc.record({
  what: fc.constantFrom(
    'event',
    'event',
    'event',
    'correct',
    'withdraw',
    'sale',
    'sale',
    'refund',
    'call',
    'reassign',
    'renewal',
    'task',
    'task',
    'undo',
    'decide',
    'list',
    'list',
    'send',
  ),
  pick: fc.nat(1000),
  owner: fc.nat(2),
  minutes: fc.nat(6 * 24 * 60),
  value: fc.nat(300),
  kind: fc.constantFrom('lead', 'deal', 'deal', 'won', 'lost'),
  qualified: fc.boolean(),
});

const reads = (source: string) => (measure: (typeof windowMeasures)[number]) => measure.source === source || measure.other?.source === source;

describe('stored measures', () => {
  let database: TestDatabase;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let owners: string[];
  let admin: string;
  const items: string[] = [];
  let stage: string;
  let company: string;

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    const people = ['A', 'B', 'C'].map((name) => ({ name, roles: ['member'] }));
    const tenant = await createTenant(database, { slug: 'fresh', zone, people: [...people, { name: 'Ada', roles: ['admin'] }] });
    tenantId = tenant.tenantId;
    owners = people.map(({ name }) => tenant.userIds[name] as string);
    admin = tenant.userIds['Ada'] as string;
    const insert = `insert into pipeline_stages (tenant_id, key, label, position, family, kind) values ($1, 'any', 'Any', 1, 'DEAL', 'deal') returning id`;
    stage = (await database.admin.query<{ id: string }>(insert, [tenantId])).rows[0]?.id as string;
    company = (
      await database.admin.query<{ id: string }>(`insert into companies (tenant_id, name, created_at) values ($1, 'Customer', now()) returning id`, [
        tenantId,
      ])
    ).rows[0]?.id as string;
    for (let n = 0; n < 12; n++) {
      const item = await database.admin.query<{ id: string }>(
        `insert into pipeline_items (tenant_id, name, stage_id, kind, owner_id, currency, changed_at, created_at) values ($1, $2, $3, 'deal', $4, 'USD', now(), now()) returning id`,
        [tenantId, `item ${n}`, stage, owners[0]],
      );
      items.push(item.rows[0]?.id as string);
    }
  });

  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  const sql = async <R extends object>(text: string, params: unknown[]) => (await database.admin.query(text, [tenantId, ...params])).rows as R[];
  const instant = (minutes: number) => new Date(startOfDay(firstDay, zone).getTime() + minutes * 60_000);
  const drain = () => worker.app.get(Recomputation).drain(tenantId);

  const versions = async (source: SourceName): Promise<FactVersion[]> => {
    const rows = await sql<Record<string, unknown>>(`select * from ${source} where tenant_id = $1`, []);
    const bigints = ['value_minor', 'amount_minor', 'sequence', 'position', 'partners'];
    return rows.map(
      (row) =>
        Object.fromEntries(
          Object.entries(row).map(([k, v]) => [k, bigints.includes(k) && v !== null ? BigInt(v as string) : v]),
        ) as unknown as FactVersion,
    );
  };

  const addEvent = (item: string, sequence: number, c: Change) =>
    sql(
      `insert into pipeline_events (tenant_id, item_id, sequence, occurred_at, known_at, undated, stage_id, kind, qualified, owner_id, value_minor, currency, step, partner, unrated)
       values ($1, $2, $3, $4, now(), $5, $6, $7, $8, $9, $10, 'USD', $11, $12, $13)`,
      [
        item,
        sequence,
        instant(c.minutes),
        c.value % 10 === 0,
        stage,
        c.kind,
        c.qualified,
        owners[c.owner],
        c.value,
        steps[c.minutes % steps.length],
        c.value % 7 === 0,
        c.value % 3 === 1,
      ],
    );

  /** Keeps the derived columns of the item as the writers do. */
  const derive = async () => {
    for (const fact of knownAt('pipeline_events', await versions('pipeline_events'), null))
      await sql(
        `update pipeline_events set ended_at = $3, entered = $4, agreement = $5 where tenant_id = $1 and id = $2
           and (ended_at, entered, agreement) is distinct from ($3::timestamptz, $4::text, $5::text)`,
        [fact['id'], fact['ended_at'], fact['entered'], fact['agreement']],
      );
  };

  const close = async (source: SourceName, pick: number) => {
    const present = await sql<{ id: string; item_id: string; list_id: string; sequence: number }>(
      `select * from ${source} where tenant_id = $1 and known_to is null order by id`,
      [],
    );
    const row = present[pick % Math.max(present.length, 1)];
    if (row) await sql(`update ${source} set known_to = greatest(now(), known_at) where tenant_id = $1 and id = $2`, [row.id]);
    return row;
  };

  const addRenewal = (c: Change, outcome: string) =>
    sql(
      `insert into renewals (tenant_id, company_id, owner_id, due_on, due_at, outcome, decided_at, currency, known_at)
       values ($1, $2, $3, $4, $5, $6::text, case when $6 <> 'open' then now() end, 'USD', now())`,
      [company, owners[c.owner], dayOf(instant(c.minutes), zone), instant(c.minutes), outcome],
    );

  const addTask = (c: Change, done: boolean) =>
    sql(
      `insert into tasks (tenant_id, title, owner_id, opened_at, state, done_at, known_at)
       values ($1, 'task', $2, $3, $4, case when $4 = 'done' then $3::timestamptz end, now())`,
      [owners[c.owner], instant(c.minutes), done ? 'done' : 'open'],
    );

  /** A list, open or sent: late from some instant on where it was not sent before. */
  const addList = (listId: string, c: Change, sent: boolean) => {
    const [opened, late] = [instant(Math.min(c.minutes, c.pick * 8)), instant(c.pick * 8)];
    const ended = sent ? instant(Math.max(c.minutes, c.pick * 8)) : null;
    return sql(
      `insert into partner_list_versions (tenant_id, list_id, name, owner_id, partners, opened_on, opened_at, has_due, late_at, sent_on, sent_at, ended_at, known_at)
       values ($1, $2, 'list', $3, $4, $5, $6, $7, $8, $9, $10, $10, now())`,
      [
        listId,
        owners[c.owner],
        c.value % 4 === 0 ? null : c.value,
        dayOf(opened, zone),
        opened,
        c.qualified,
        c.qualified && (ended === null || late < ended) ? late : null,
        ended && dayOf(ended, zone),
        ended,
      ],
    );
  };

  const apply = async (c: Change) => {
    const item = items[c.pick % items.length] as string;
    if (c.what === 'event') {
      const next = await sql<{ n: number }>(
        'select coalesce(max(sequence), 0)::int + 1 as n from pipeline_events where tenant_id = $1 and item_id = $2',
        [item],
      );
      await addEvent(item, next[0]?.n as number, c);
    } else if (c.what === 'correct') {
      const old = await close('pipeline_events', c.pick);
      if (old) await addEvent(old.item_id, old.sequence, c);
    } else if (c.what === 'withdraw') await close('pipeline_events', c.pick);
    else if (c.what === 'sale')
      await sql(
        `insert into sales (tenant_id, owner_id, occurred_at, known_at, amount_minor, currency, unrated, from_list) values ($1, $2, $3, now(), $4, 'USD', $5, $6)`,
        [owners[c.owner], instant(c.minutes), c.value % 3 === 0 ? 0 : c.value - 100, c.value % 3 === 0, c.qualified],
      );
    else if (c.what === 'refund') await close('sales', c.pick);
    else if (c.what === 'renewal') await addRenewal(c, 'open');
    else if (c.what === 'task') await addTask(c, true);
    else if (c.what === 'undo') await close('tasks', c.pick).then((old) => old && addTask(c, false));
    else if (c.what === 'list') {
      const [made] = await sql<{ id: string }>(`insert into partner_lists (tenant_id, item_id, created_at) values ($1, $2, now()) returning id`, [
        item,
      ]);
      await addList(made?.id as string, c, false);
    } else if (c.what === 'send') {
      const old = await close('partner_list_versions', c.pick);
      if (old) await addList(old.list_id, c, true);
    } else if (c.what === 'decide') {
      if (await close('renewals', c.pick)) await addRenewal(c, c.qualified ? 'renewed' : 'lost');
    } else if (c.what === 'call')
      await sql(
        `insert into activities (tenant_id, type, owner_id, scheduled_at, completed_at, outcome, known_at) values ($1, $2, $3, $4, $5, $6, now())`,
        [
          c.value % 4 === 0 ? 'meeting' : 'call',
          owners[c.owner],
          instant(c.pick * 8),
          c.qualified ? instant(c.minutes) : null,
          c.qualified ? 'completed' : ([null, 'no_show', 'rescheduled'][c.value % 3] ?? null),
        ],
      );
    else
      await sql(
        `update sales set owner_id = $3 where tenant_id = $1 and id = (select id from sales where tenant_id = $1 order by id limit 1 offset $2)`,
        [c.pick % 7, owners[c.owner]],
      );
    if (['event', 'correct', 'withdraw'].includes(c.what)) await derive();
  };

  const stored = () =>
    sql<{ measure: string; owner_id: string; on_day: string; sum: string; count: number }>(
      'select measure, owner_id, on_day::text, sum::text, count from daily_measures where tenant_id = $1 order by 1, 2, 3',
      [],
    );

  /** What should be stored, by the plain reading of all facts, day by day. */
  const expected = async () => {
    const days = [-1, 0, 1, 2, 3, 4, 5, 6, 7].map((n) => addDays(firstDay, n));
    const rows: Awaited<ReturnType<typeof stored>> = [];
    for (const source of sourceNames) {
      const present = knownAt(source, await versions(source), null);
      for (const measure of measuresOf(source))
        for (const owner of owners)
          for (const day of days) {
            const { sum, count } = interpretDaily(measure, present, owner, windowOf(day, day, zone));
            if (sum !== 0n || count !== 0) rows.push({ measure: measure.key, owner_id: owner, on_day: day, sum: sum.toString(), count });
          }
    }
    const key = (row: (typeof rows)[number]) => `${row.measure} ${row.owner_id} ${row.on_day}`;
    return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  };

  it('MET-06 kept up by marks they equal the plain reading and a rebuild after 300 random changes', async () => {
    const changes = fc.sample(change, { numRuns: 300, seed: 7 });
    let compared = 0;
    for (const [n, one] of changes.entries()) {
      await apply(one);
      if (n % 7 === 6) await drain();
      if (n % 50 === 49) {
        await drain();
        expect(await stored()).toEqual(await expected());
        compared += 1;
      }
    }
    expect(compared).toBe(6);
    const kept = await stored();
    expect([...new Set(kept.map((row) => row.measure))].sort()).toEqual(measures.map((measure) => measure.key));
    expect(await worker.app.get(Recomputation).audit(tenantId)).toEqual([]);
    await worker.app.get(Recomputation).rebuild(tenantId);
    expect(await stored()).toEqual(kept);
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
    const found = await worker.app.get(Recomputation).audit(tenantId);
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
    await worker.app.get(Recomputation).rebuild(tenantId);
    expect(await stored()).toEqual(kept);
    expect(await worker.app.get(Recomputation).audit(tenantId)).toEqual([]);
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
    expect(await sql(`select user_id from notifications where tenant_id = $1 and code = 'metrics.audit_found'`, [])).toEqual([{ user_id: admin }]);
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
      tenantId,
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
