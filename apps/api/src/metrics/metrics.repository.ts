import { Injectable } from '@nestjs/common';
import { type Calendar, type Day, dayOf, startOfDay, windowOf } from '@waymark/kernel';
import {
  compileDaily,
  compileWindow,
  compileWindowMeasure,
  type DueQuarters,
  dueQuarters,
  type IndexWeights,
  instantsOf,
  type Measure,
  measuresOf,
  type Member,
  type MetricFacts,
  partKey,
  shippedWeights,
  quarterParameters,
  type SourceName,
  sourceNames,
  type WindowMeasure,
  type WindowSourceName,
} from '@waymark/metrics';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

/** A (measure, owner, day) whose stored value changed. */
export interface ChangedMeasure {
  measure: string;
  owner_id: string;
  on_day: Day;
}

export interface DirtyMark {
  source: SourceName | WindowSourceName;
  owner_id: string;
  on_day: Day;
}

/** A stored sum that is not what the facts say. */
export interface Difference extends ChangedMeasure {
  stored: string;
  rebuilt: string;
}

/** Sums per measure key. */
export type MeasureSums = Map<string, bigint>;

/** What metrics are told besides their parts, whatever the window. */
export interface Feeds {
  activities: boolean;
  firstSale: Date | null;
  weights: IndexWeights;
  renewalBase: 'decided' | 'due';
}

/** The same for one window: sales are fed in where the first of them lies before its end, for all of it where that lies before its beginning. */
export function factsOf(feeds: Feeds, window: { from: Date; to: Date }): MetricFacts {
  const { firstSale } = feeds;
  const sales = firstSale === null || firstSale >= window.to ? 'none' : firstSale < window.from ? 'whole' : 'partial';
  return { hasFeed: feeds.activities, sales, weights: feeds.weights, renewalBase: feeds.renewalBase };
}

@Injectable()
export class MetricsRepository {
  constructor(private readonly db: Db) {}

  /** One recomputation at a time in an organisation: a slower one must not overwrite what a later one saw. */
  async lockRecomputation(): Promise<void> {
    await this.db.run(`select pg_advisory_xact_lock(hashtextextended('metrics ' || $1, 0))`, [currentContext().tenantId]);
  }

  /**
   * Takes up to `limit` marks; they are gone when the transaction commits and back when it does not. The choice is made once, apart from the deletion: joined
   * to it, a planner without statistics of the organisation would choose again for each row.
   */
  async claimMarks(limit: number): Promise<{ marks: DirtyMark[]; claimed: number }> {
    const rows = await this.db.kept<DirtyMark & { marks: number } & Record<string, unknown>>(
      `with chosen as materialized (select id from metric_dirty where tenant_id = $1 order by id limit $2 for update skip locked),
       taken as (delete from metric_dirty where tenant_id = $1 and id = any(array(select id from chosen)) returning source, owner_id, on_day)
       select source, owner_id, on_day, count(*)::int as marks from taken group by source, owner_id, on_day`,
      [currentContext().tenantId, limit],
    );
    return {
      marks: rows.map(({ source, owner_id, on_day }) => ({ source, owner_id, on_day })),
      claimed: rows.reduce((claimed, row) => claimed + row.marks, 0),
    };
  }

  /** Every (source, owner, day) on which a present fact counts for one of these measures or a sum of one is stored: what a rebuild and an audit look at. */
  everyDay(measures: readonly Measure[]): Promise<DirtyMark[]> {
    const facts = sourceNames.flatMap((source) => instantsOf(source, measures).map((column) => ({ source, column })));
    return this.db.many<DirtyMark & Record<string, unknown>>(
      `${facts.map(({ source, column }) => factDays(source, column)).join(' union ')}
       union select m.source, d.owner_id, d.on_day from daily_measures d join unnest($3::text[], $4::text[]) as m (key, source) on m.key = d.measure where d.tenant_id = $1`,
      [currentContext().tenantId, currentContext().timeZone, measures.map((measure) => measure.key), measures.map((measure) => measure.source)],
    );
  }

  /** Marks these days, for a rebuild, and wakes the worker. */
  async mark(days: readonly DirtyMark[]): Promise<void> {
    if (days.length === 0) return;
    await this.db.run(`select pg_notify('waymark_dirty', $1)`, [currentContext().tenantId]);
    await this.db.run(
      `insert into metric_dirty (tenant_id, source, owner_id, on_day) select $1, d.source, d.owner_id, d.on_day from unnest($2::text[], $3::uuid[], $4::date[]) as d (source, owner_id, on_day)`,
      [currentContext().tenantId, days.map((day) => day.source), days.map((day) => day.owner_id), days.map((day) => day.on_day)],
    );
  }

  /**
   * Where the stored sums of these days differ from what the facts say now (MET-07): one statement per source. A day that waits to be counted is
   * not wrong, and neither is the day after it, which a doubled hour before midnight may reach.
   */
  async differences(source: SourceName, days: readonly DirtyMark[], measures: readonly Measure[]): Promise<Difference[]> {
    const daily = compileDaily(measuresOf(source, measures));
    return this.db.many<Difference & Record<string, unknown>>(
      `select v.measure, v.owner_id, v.on_day, coalesce(d.sum, 0)::text as stored, v.sum::text as rebuilt from (${daily.text}) v
       left join daily_measures d on d.tenant_id = $1 and d.measure = v.measure and d.owner_id = v.owner_id and d.on_day = v.on_day
       where (coalesce(d.sum, 0), coalesce(d.count, 0)) is distinct from (v.sum, v.count)
         and not exists (select 1 from metric_dirty x where x.tenant_id = $1 and x.owner_id = v.owner_id and x.on_day in (v.on_day, v.on_day - 1))`,
      [...this.dayParams(days), ...daily.constants],
    );
  }

  /**
   * Recomputes these measures of one source for the given days from facts and stores what changed: one statement. Each stored row that goes is looked up by
   * its key (`offset 0` keeps the look-up apart): a planner without statistics of the organisation would compare all rows with all.
   */
  recompute(source: SourceName, marks: readonly DirtyMark[], measures: readonly Measure[]): Promise<ChangedMeasure[]> {
    const used = measuresOf(source, measures);
    const daily = compileDaily(used);
    return this.db.kept<ChangedMeasure & Record<string, unknown>>(
      `with v as materialized (${daily.text}),
       stored as (insert into daily_measures (tenant_id, measure, owner_id, on_day, sum, count)
         select $1, measure, owner_id, on_day, sum, count from v where sum <> 0 or count <> 0 order by measure, owner_id, on_day
         on conflict on constraint pk_daily_measures do update set sum = excluded.sum, count = excluded.count
         where (daily_measures.sum, daily_measures.count) is distinct from (excluded.sum, excluded.count) returning measure, owner_id, on_day),
       dropped as (delete from daily_measures where tenant_id = $1 and ctid = any(array(select d.ctid from v cross join lateral
           (select ctid from daily_measures where tenant_id = $1 and measure = v.measure and owner_id = v.owner_id and on_day = v.on_day offset 0) d
           where v.sum = 0 and v.count = 0)) returning measure, owner_id, on_day)
       select * from stored union all select * from dropped`,
      [...this.dayParams(marks), ...daily.constants],
      used.length === measuresOf(source).length, // shipped measures alone: the text is the same for all organisations
    );
  }

  /**
   * Stored sums over whole days for a set of people (null: everybody) or a team with its sub-teams. A during measure is summed over
   * [from, to], a standing one up to `to`, at the latest today: what stands tomorrow nobody knows. Team members count on the day of the event (Q108).
   */
  async storedSums(
    measures: readonly Measure[],
    scope: { owners: string[] | null; teamId: string | null },
    from: Day,
    to: Day,
  ): Promise<MeasureSums> {
    const { tenantId, timeZone, now } = currentContext();
    const today = dayOf(now, timeZone);
    const rows = await this.db.many<{ measure: string; sum: string }>(
      `with recursive team as (select $7::uuid as id union select t.id from teams t join team on t.parent_id = team.id where t.tenant_id = $1)
       select m.key as measure, coalesce(sum(d.sum), 0)::text as sum
       from unnest($2::text[], $3::boolean[]) as m (key, standing)
       left join daily_measures d on d.tenant_id = $1 and d.measure = m.key and d.on_day <= case when m.standing then $8::date else $5::date end and (m.standing or d.on_day >= $4)
         and ($6::uuid[] is null or d.owner_id = any($6))
         and ($7::uuid is null or exists (select 1 from team_memberships x join team on team.id = x.team_id where x.tenant_id = $1 and x.user_id = d.owner_id
           and x.role = 'member' and x.from_on <= case when m.standing then $8::date else d.on_day end
           and (x.until_on is null or x.until_on > case when m.standing then $8::date else d.on_day end)))
       group by m.key`,
      [
        tenantId,
        measures.map((m) => m.key),
        measures.map((m) => m.tense === 'standing'),
        from,
        to,
        scope.owners,
        scope.teamId,
        to < today ? to : today,
      ],
    );
    return new Map(rows.map((row) => [row.measure, BigInt(row.sum)]));
  }

  /** Sums per owner from the facts, as they stand or as known at an instant, over a half-open window. One statement per source. */
  async sumsPerOwner(
    measures: readonly Measure[],
    owners: string[],
    window: { from: Date; to: Date },
    knownAt: Date | null,
  ): Promise<Map<string, MeasureSums>> {
    const sums = new Map<string, MeasureSums>(owners.map((owner) => [owner, new Map()]));
    for (const source of new Set(measures.map((measure) => measure.source))) {
      const ofSource = measures.filter((measure) => measure.source === source);
      const statement = compileWindow(ofSource, knownAt ? 'as_known' : 'present');
      const given = [currentContext().tenantId, owners, window.from, window.to, ...(knownAt ? [knownAt] : [])];
      const rows = await this.db.many<Record<string, string>>(statement.text, [...given, ...statement.constants]);
      for (const row of rows) ofSource.forEach((measure, n) => sums.get(row['owner_id'] as string)?.set(measure.key, BigInt(row[`v${n}`] as string)));
    }
    return sums;
  }

  /**
   * The parts of a window measure for many scopes over one half-open window, as the facts stand or as known at an instant, named by `partKey`:
   * one statement, read from facts (Q105), and one more for a due list.
   */
  async windowParts(
    measure: WindowMeasure,
    members: readonly Member[],
    window: { from: Date; to: Date },
    knownAt: Date | null,
    timeZone = currentContext().timeZone,
  ): Promise<Map<string, MeasureSums>> {
    const statement = compileWindowMeasure(measure, knownAt ? 'as_known' : 'present');
    const due = measure.byQuarter ? quarterParameters(await this.dueQuarters(window, knownAt ?? currentContext().now, timeZone)) : [];
    const text = (instant: Date | null) => instant?.toISOString() ?? null;
    const rows = await this.db.many<Record<string, string>>(statement.text, [
      currentContext().tenantId,
      members.map((member) => member.scope),
      members.map((member) => member.ownerId),
      members.map((member) => text(member.from)),
      members.map((member) => text(member.to)),
      window.from,
      window.to,
      ...(knownAt ? [knownAt] : []),
      ...due,
      ...statement.constants,
    ]);
    return new Map(
      rows.map((row) => [row['scope'] as string, new Map(measure.parts.map((part) => [partKey(measure, part), BigInt(row[part] as string)]))]),
    );
  }

  /** The fiscal quarters that are due in the window, from the first movement of revenue on: before it nobody was a customer. */
  async dueQuarters(window: { from: Date; to: Date }, now: Date, zone: string): Promise<DueQuarters> {
    const { month, since } = await this.db.one<{ month: number; since: Date | null }>(
      `select fiscal_year_start_month as month, (select min(a.occurred_at) from arr_movements a where a.tenant_id = $1) as since from tenants where id = $1`,
      [currentContext().tenantId],
    );
    return since === null ? { days: [], quarters: [] } : dueQuarters(window, { startMonth: month, zone }, now, since);
  }

  /** Who was a member of these teams or of one below them, and when; the scope is the team that was asked for (Q108). */
  async teamMembers(teamIds: readonly string[], timeZone: string): Promise<Member[]> {
    if (teamIds.length === 0) return [];
    const rows = await this.db.many<{ scope: string; user_id: string; from_on: Day; until_on: Day | null }>(
      `with recursive below as (select id as root, id from teams where tenant_id = $1 and id = any($2)
         union select b.root, t.id from teams t join below b on t.parent_id = b.id where t.tenant_id = $1)
       select b.root as scope, m.user_id, m.from_on, m.until_on from below b join team_memberships m on m.tenant_id = $1 and m.team_id = b.id and m.role = 'member'`,
      [currentContext().tenantId, teamIds],
    );
    const instant = (day: Day | null) => (day === null ? null : startOfDay(day, timeZone));
    return rows.map((row) => ({ scope: row.scope, ownerId: row.user_id, from: instant(row.from_on), to: instant(row.until_on) }));
  }

  async calendar(): Promise<Calendar> {
    const row = await this.db.one<{ working_days: number[]; holidays: string[] }>(
      'select working_days, array(select on_day::text from holidays where tenant_id = $1) as holidays from tenants where id = $1',
      [currentContext().tenantId],
    );
    return { workingDays: row.working_days, holidays: new Set(row.holidays) };
  }

  /**
   * What metrics are told besides their parts, as it stands or as known at an instant: whether there is a feed of activities, when the first sale was, the
   * weights of the performance index (Q85, Q91), and what the renewal rate is a share of, as it is set now (Q28).
   */
  async feeds(knownAt: Date | null): Promise<Feeds> {
    const row = await this.db.prepared<{ activities: boolean; first_sale: Date | null; weights: number[] | null; base: 'decided' | 'due' }>(
      `select exists (select 1 from activities where tenant_id = $1 and ($2::timestamptz is null or known_at <= $2)) as activities,
         (select occurred_at from sales where tenant_id = $1 and ($2::timestamptz is null or known_at <= $2) order by occurred_at limit 1) as first_sale,
         (select array[calls, agreements, lists, sales] from index_weights where tenant_id = $1 and ($2::timestamptz is null or known_at <= $2)
          order by known_at desc, id desc limit 1) as weights, (select renewal_base from tenants where id = $1) as base`,
      [currentContext().tenantId, knownAt],
    );
    const [calls, agreements, lists, sales] = (row.weights ?? []).map(BigInt);
    const own = calls === undefined ? shippedWeights : ({ calls, agreements, lists, sales } as IndexWeights);
    return { activities: row.activities, firstSale: row.first_sale, weights: own, renewalBase: row.base };
  }

  /** $1 to $5 of the daily statement: the days with their exact half-open instants in the organisation's zone. */
  private dayParams(days: readonly DirtyMark[]): unknown[] {
    const { tenantId, timeZone } = currentContext();
    const windows = new Map([...new Set(days.map((day) => day.on_day))].map((day) => [day, texts(windowOf(day, day, timeZone))]));
    return [
      tenantId,
      days.map((day) => day.owner_id),
      days.map((day) => day.on_day),
      days.map((day) => windows.get(day.on_day)?.from),
      days.map((day) => windows.get(day.on_day)?.to),
    ];
  }

  async ownersOf(visible: string[] | null): Promise<string[]> {
    const rows = await this.db.many<{ id: string }>('select id from users where tenant_id = $1 and ($2::uuid[] is null or id = any($2))', [
      currentContext().tenantId,
      visible,
    ]);
    return rows.map((row) => row.id);
  }

  async teamExists(teamId: string): Promise<boolean> {
    return (await this.db.maybe('select 1 from teams where tenant_id = $1 and id = $2', [currentContext().tenantId, teamId])) !== null;
  }
}

function factDays(source: SourceName, column: string): string {
  return `select '${source}' as source, owner_id, app.day_of(${column}, $2) as on_day from ${source} where tenant_id = $1 and known_to is null and ${column} is not null`;
}

/** Instants as text: the driver writes arrays of them ten times faster than arrays of dates. */
function texts(window: { from: Date; to: Date }) {
  return { from: window.from.toISOString(), to: window.to.toISOString() };
}
