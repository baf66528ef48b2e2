import { Injectable } from '@nestjs/common';
import type { Reading } from '@waymark/gates';
import { dayOf, none, type Value, whole } from '@waymark/kernel';
import { compileConditions, type Measure, ownSourceOf, sourceOf } from '@waymark/metrics';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

type OpenValue = Extract<Reading, { kind: 'open_value' }>;

/** What a gate looks at: from the start of its period until an instant, as known at another. `days` are the days of the period, for expected closes. */
export interface GateWindow {
  from: Date;
  until: Date;
  knownAt: Date;
  startsOn: string;
  endsOn: string;
}

/** A row behind a number. `reason` is null for what counts; otherwise the row was looked at and left out. */
export interface EvidenceRow {
  id: string;
  name: string;
  company: string | null;
  amount: string | null;
  stage: string | null;
  reason: string | null;
}

type OwnedRow = EvidenceRow & { owner_id: string };

/** The events of everything these people ever owned, as known at $4, with the end of each derived from what was known (Q98). */
const knownEvents = `select k.*, lead(k.occurred_at) over item as known_end,
    case when k.kind in ('won', 'lost') and lag(k.kind) over item is distinct from k.kind then k.kind
         when k.kind in ('lead', 'deal') and row_number() over (partition by k.item_id, k.kind order by k.occurred_at, k.sequence) = 1 then k.kind end as known_entered
  from pipeline_events k
  where k.tenant_id = $1 and k.known_at <= $4 and (k.known_to is null or k.known_to > $4)
    and k.item_id in (select e.item_id from pipeline_events e where e.tenant_id = $1 and e.owner_id = any($2) and e.known_at <= $4)
  window item as (partition by k.item_id order by k.occurred_at, k.sequence)`;

const named = `left join pipeline_items i on i.tenant_id = $1 and i.id = s.item_id left join companies c on c.tenant_id = $1 and c.id = s.company_id`;

/** Why an open deal does not count, or null, in the order in which a person would look (Q64); `no_rate` comes last, of what would count but for it (SRC-08). $5 and $6 are the days of the period, $7 the kind of close, $8 stale days, $9 the currency. */
const openReason = (
  row: string,
  changed: string,
) => `case when ${row}.kind = 'lead' then 'lead' when not ${row}.qualified then 'not_qualified' when ${row}.value_minor <= 0 and not ${row}.unrated then 'no_amount'
    when ${row}.currency <> $9 then 'currency'
    when ($7 = 'in_period' and ${row}.expected_close_on is null) then 'no_close_date'
    when ($7 <> 'any' and ${row}.expected_close_on is not null and ${row}.expected_close_on not between $5::date and $6::date) then 'closes_elsewhere'
    when $8::int is not null and ${changed} < $3::timestamptz - $8::int * interval '1 day' then 'stale'
    when ${row}.unrated then 'no_rate' end`;

/** The facts behind gates, as known at an instant, and the present level of open deals. One statement per reading, whatever the number of people. */
@Injectable()
export class GateFactsRepository {
  constructor(private readonly db: Db) {}

  /** Deals and leads that stood open at `window.until`, as known at `window.knownAt`, counted or left out with the reason. */
  async openDeals(reading: OpenValue, owners: readonly string[], window: GateWindow): Promise<Map<string, EvidenceRow[]>> {
    const rows = await this.db.many<OwnedRow & Record<string, unknown>>(
      `select s.owner_id, s.item_id as id, coalesce(i.name, '') as name, c.name as company, case when not s.unrated then s.value_minor::text end as amount, st.label as stage, ${openReason('s', 's.occurred_at')} as reason
       from (${knownEvents}) s ${named} left join pipeline_stages st on st.tenant_id = $1 and st.id = s.stage_id
       where s.owner_id = any($2) and s.kind in ('lead', 'deal') and s.occurred_at < $3 and (s.known_end is null or s.known_end >= $3)
       order by s.owner_id, s.value_minor desc, s.item_id`,
      [...this.base(owners, window), window.startsOn, window.endsOn, reading.expectedClose, reading.staleDays, currentContext().currency],
    );
    return byOwner(rows);
  }

  /** Value of the open, qualified deals of each person now, from the present state of the deals; none where one of them has no rate (SRC-08). */
  async openValueNow(reading: OpenValue, owners: readonly string[], days: { startsOn: string; endsOn: string }): Promise<Map<string, Value>> {
    const { tenantId, now, currency } = currentContext();
    const rows = await this.db.many<{ owner_id: string; sum: string; unrated: boolean }>(
      `select s.owner_id, sum(s.value_minor)::text as sum, bool_or(s.unrated) as unrated from pipeline_items s
       where s.tenant_id = $1 and s.owner_id = any($2) and s.kind = 'deal' and coalesce(${openReason('s', 's.changed_at')}, 'no_rate') = 'no_rate' and $4::timestamptz is not null
       group by s.owner_id`,
      [tenantId, owners, now, now, days.startsOn, days.endsOn, reading.expectedClose, reading.staleDays, currency],
    );
    return new Map(rows.map((row) => [row.owner_id, row.unrated ? none('no_rate') : whole(BigInt(row.sum))]));
  }

  /** Sums per person and measure over whole days, from the daily measures. */
  async storedSums(measures: readonly Measure[], owners: readonly string[], from: string, to: string): Promise<Map<string, Map<string, bigint>>> {
    const { tenantId, timeZone, now } = currentContext();
    const rows = await this.db.many<{ owner_id: string; measure: string; sum: string }>(
      `select o.owner_id, m.key as measure, v.sum::text from unnest($2::uuid[]) as o (owner_id) cross join unnest($3::text[], $4::boolean[]) as m (key, standing)
       cross join lateral (select coalesce(sum(d.sum), 0) as sum from daily_measures d where d.tenant_id = $1 and d.measure = m.key and d.owner_id = o.owner_id
         and d.on_day >= case when m.standing then '-infinity' else $5::date end
         and d.on_day <= case when m.standing then least($6::date, $7::date) else $6::date end) v`,
      [tenantId, owners, measures.map((m) => m.key), measures.map((m) => m.tense === 'standing'), from, to, dayOf(now, timeZone)],
    );
    const sums = new Map<string, Map<string, bigint>>(owners.map((owner) => [owner, new Map()]));
    for (const row of rows) sums.get(row.owner_id)?.set(row.measure, BigInt(row.sum));
    return sums;
  }

  /** The rows behind a measure of the window, for evidence: the same conditions as the measure, and near misses with their reason. */
  async measureRows(measure: Measure, owners: readonly string[], window: GateWindow): Promise<Map<string, EvidenceRow[]>> {
    const params = [...this.base(owners, window), window.from];
    if (measure.source === 'sales') return byOwner(await this.db.many<OwnedRow & Record<string, unknown>>(saleRows, params));
    if (measure.source === 'activities') return byOwner(await this.db.many<OwnedRow & Record<string, unknown>>(callRows, params));
    const entered = measure.where.find((condition) => condition.column === 'entered');
    if (!entered || !('is' in entered)) return new Map();
    return byOwner(await this.db.many<OwnedRow & Record<string, unknown>>(eventRows, [...params, entered.is]));
  }

  /** The same for a metric of the organisation: every row of the window by its date, counted when the conditions of one of its versions hold. */
  async ownMeasureRows(measures: readonly Measure[], owners: readonly string[], window: GateWindow): Promise<Map<string, EvidenceRow[]>> {
    const last = measures.at(-1);
    if (!last) return new Map();
    const params = [...this.base(owners, window), window.from];
    const counts = measures
      .filter((measure) => measure.source === last.source && measure.at === last.at)
      .map((measure) => {
        const { text, constants } = compileConditions(measure, params.length);
        params.push(...(constants as string[]));
        return `(${text})`;
      });
    return byOwner(await this.db.many<OwnedRow & Record<string, unknown>>(ownRows(last, counts.join(' or ')), params));
  }

  private base(owners: readonly string[], window: GateWindow): unknown[] {
    return [currentContext().tenantId, owners, window.until, window.knownAt];
  }
}

const eventRows = `select s.owner_id, s.item_id as id, coalesce(i.name, '') as name, c.name as company, null as amount, st.label as stage,
    case when s.undated then 'no_date' end as reason
  from (${knownEvents}) s ${named} left join pipeline_stages st on st.tenant_id = $1 and st.id = s.stage_id
  where s.owner_id = any($2) and s.known_entered = $6 and (s.undated or (s.occurred_at >= $5 and s.occurred_at < $3))
  order by s.owner_id, s.undated, s.occurred_at, s.item_id`;

const saleRows = `select s.owner_id, coalesce(s.item_id, s.id) as id, coalesce(i.name, 'Sale') as name, c.name as company, case when not s.unrated then s.amount_minor::text end as amount, null as stage, case when s.unrated then 'no_rate' end as reason
  from sales s ${named}
  where s.tenant_id = $1 and s.owner_id = any($2) and s.known_at <= $4 and (s.known_to is null or s.known_to > $4) and s.occurred_at >= $5 and s.occurred_at < $3
  order by s.owner_id, s.occurred_at, s.id`;

const callRows = `select s.owner_id, s.id, 'Call' as name, c.name as company, null as amount, s.outcome as stage, case when s.outcome is distinct from 'completed' then coalesce(s.outcome, 'no_outcome') end as reason
  from activities s left join companies c on c.tenant_id = $1 and c.id = s.company_id
  where s.tenant_id = $1 and s.owner_id = any($2) and s.type = 'call' and s.known_at <= $4 and (s.known_to is null or s.known_to > $4) and s.completed_at >= $5 and s.completed_at < $3
  order by s.owner_id, s.completed_at, s.id`;

/** Rows of the source of an own measure; the derived columns of events are those that were known. */
function ownRows(measure: Measure, counts: string): string {
  const { source, at, sum } = measure;
  const shown = `${sum === undefined ? 'null' : `s.${sum}::text`} as amount, case when ${counts} then null else 'conditions' end as reason`;
  const inWindow = `s.${at} >= $5 and s.${at} < $3`;
  if (source === 'pipeline_events') {
    const columns = Object.keys(sourceOf(source).columns).map((name) => `e.${knownNames[name] ?? name} as ${name}`);
    return `select s.owner_id, s.item_id as id, coalesce(i.name, '') as name, c.name as company, st.label as stage, ${shown}
      from (select e.owner_id, e.item_id, e.company_id, e.stage_id, ${columns.join(', ')} from (${knownEvents}) e) s ${named}
        left join pipeline_stages st on st.tenant_id = $1 and st.id = s.stage_id
      where s.owner_id = any($2) and ${inWindow} order by s.owner_id, s.${at}, s.item_id`;
  }
  const company = ['sales', 'activities', 'renewals'].includes(source);
  return `select s.owner_id, s.id, ${source === 'activities' ? 'initcap(s.type)' : `'${ownSourceOf(source)?.label ?? ''}'`} as name, ${company ? 'c.name' : 'null'} as company,
      null as stage, ${shown}
    from ${source} s ${company ? 'left join companies c on c.tenant_id = $1 and c.id = s.company_id' : ''}
    where s.tenant_id = $1 and s.owner_id = any($2) and s.known_at <= $4 and (s.known_to is null or s.known_to > $4) and ${inWindow}
    order by s.owner_id, s.${at}, s.id`;
}

const knownNames: Readonly<Record<string, string>> = { entered: 'known_entered', ended_at: 'known_end' };

function byOwner(rows: readonly OwnedRow[]): Map<string, EvidenceRow[]> {
  const found = new Map<string, EvidenceRow[]>();
  for (const { owner_id, id, name, company, amount, stage, reason } of rows) {
    const list = found.get(owner_id) ?? [];
    list.push({ id, name, company, amount, stage, reason });
    found.set(owner_id, list);
  }
  return found;
}
