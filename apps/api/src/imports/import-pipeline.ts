import { Injectable } from '@nestjs/common';
import type { ImportMapping } from '@waymark/contracts';
import { limits } from '@waymark/contracts';
import { Restrictions } from '../access/restrictions.service.js';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import { moneyColumns } from '../sources/pipeline-items/item-money.js';
import { enteredOf, TimelineRepository } from '../sources/pipeline-items/timeline.repository.js';
import { SaleRates } from '../sources/sales/sale-rates.repository.js';
import { limitOf } from './import-limit.js';
import type { ImportRun, Outcome, SourceWriter, TakenRow } from './import-source.js';
import { ImportSources } from './import-sources.js';
import { columnOf } from './source-fields.js';
import { manyRows, StagingRepository } from './staging.repository.js';

/** Items whose history is derived by one set of statements: bounds what a process keeps of a large file. */
const derivedAtOnce = 20_000;

/** Items of an organisation of which the planner knows nothing yet: from so many on it would take a plan whose cost grows with their square. */
const enoughToMisjudge = 100;

/** Import of pipeline items: several events a row, versions instead of overwriting, restricted owners refused row by row (GATE-07). */
@Injectable()
export class ImportPipeline implements Required<SourceWriter> {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly sources: ImportSources,
    private readonly restrictions: Restrictions,
    private readonly timeline: TimelineRepository,
    private readonly rates: SaleRates,
  ) {}

  async run(run: ImportRun): Promise<Outcome> {
    const { mapping, requestedBy } = run;
    await this.rates.takeTurns('shared');
    await this.sources.refuseRepeats('external_id');
    await this.sources.lookUp('owner', 'users');
    await this.sources.lookUp('product', 'products');
    await this.sources.lookUp('company', 'companies');
    await this.sources.lookUp('list', 'partner_lists');
    await this.refuseOtherLists();
    await this.reportIncomplete(mapping);
    await this.stageEvents(mapping);
    await this.plan(mapping);
    await this.rate();
    await this.refuseRestricted(requestedBy);
    const outcome = await this.count();
    if (await run.mayWrite()) await this.apply(run);
    return outcome;
  }

  taken(): Promise<TakenRow[]> {
    return this.db.many<TakenRow & Record<string, unknown>>(
      `select line, (array_agg(item_id))[1] as id, case when bool_or(fresh) then 'created' when bool_or(not same or details_differ) then 'updated'
         else 'unchanged' end as outcome from planned group by line`,
    );
  }

  /** Whoever stands on a list stands on it from the beginning: what counted as a lead is never made a contact, nor the other way round (Q82). */
  private async refuseOtherLists(): Promise<void> {
    await this.staging.find(
      `select s.line, 'error', 'other_list', 'list', left(s.list, 60), 'It is there already, and not as a contact of this list. Contacts name their list when they are new.'
       from staged s join pipeline_items i on i.tenant_id = $1 and i.external_id = s.external_id where s.list_id is not null and i.list_id is distinct from s.list_id`,
      [currentContext().tenantId],
    );
    await this.staging.refuseFound();
  }

  private async reportIncomplete(mapping: ImportMapping): Promise<void> {
    if (mapping.fields['company'] && !mapping.fields['company'].optional)
      await this.staging.find(
        `select line, 'incomplete', 'no_company', 'company', null, 'The row names no company; imported without.' from staged where company_id is null`,
      );
  }

  /** Events out of the rows, dated and valued. Events that lie after the last day taken are held (Q100). */
  private async stageEvents(mapping: ImportMapping): Promise<void> {
    const { tenantId, currency } = currentContext();
    const limit = limitOf(mapping);
    // A list price is in the organisation's currency; an amount is in the one that is told, or in that of the item.
    const agreedIn = `case when e.value is null then $2 else coalesce(s.currency, ${
      mapping.fields['currency']
        ? ''
        : `(select coalesce(i.given_currency, i.currency)
      from pipeline_items i where i.tenant_id = $1 and i.external_id = s.external_id),`
    } $2) end::char(3)`;
    await this.db.run(
      `create temp table staged_events on commit drop as
       select s.line, s.external_id, s.owner_id, s.company_id, s.expected_close_on::date as expected_close_on, s.category, s.known_at as told_at, e.key, e.at, e.at is null as undated,
         coalesce(e.day_only, false) as day_only, g.id as stage_id, g.kind, g.qualified, e.stage,
         coalesce(e.value::bigint, p.list_price_minor, 0) as value_minor, ${agreedIn} as agreed_currency, row_number() over (partition by s.line order by e.place)::int as place
       from staged s left join products p on p.tenant_id = $1 and p.id = s.product_id
       cross join lateral (select x.*, row_number() over () as place from jsonb_to_recordset(s.events)
         as x (key text, stage text, at timestamptz(3), day_only boolean, value text)) e
       left join pipeline_stages g on g.tenant_id = $1 and g.key = e.stage`,
      [tenantId, currency],
    );
    await this.staging.find(
      `select distinct line, 'error', 'unknown_stage', 'stage', left(stage, 60), 'There is no stage "' || left(stage, 60) || '".' from staged_events where stage_id is null
       union all select distinct line, 'error', 'negative_value', 'value', value_minor::text, 'The value is negative.' from staged_events where value_minor < 0`,
    );
    const held = `'Later than ' || $2::text || ': held until then.'`;
    await this.staging.find(
      `select line, 'held', case when min(place) = 1 then 'held_future' else 'closes_later' end, 'at', min(at)::date::text,
         case when min(place) = 1 then ${held} else 'Closes later than ' || $2::text || '; imported as still open.' end
       from staged_events where at >= $1 group by line`,
      [limit, mapping.until ?? 'now'],
    );
    await this.staging.refuseFound();
    await this.db.run('delete from staged_events e where at >= $1 or not exists (select 1 from staged s where s.line = e.line)', [limit]);
    await this.staging.find(
      `select distinct line, 'incomplete', 'no_date', 'at', null, 'The row has no date; it stands from the earliest fact on and counts in no window.' from staged_events where undated`,
    );
  }

  /** What each event means for what is stored: new, changed or the same; and each item likewise. */
  private async plan(mapping: ImportMapping): Promise<void> {
    const { tenantId, now } = currentContext();
    const undatedAt = `(select (coalesce(least(n.earliest_fact_on, d.first), app.day_of($2::timestamptz, n.time_zone))::timestamp at time zone n.time_zone)
      from tenants n cross join (${earliest}) d where n.id = $1)`;
    const known =
      mapping.knownAt === 'occurred_at'
        ? 'e.at'
        : typeof mapping.knownAt === 'object'
          ? 'least(coalesce(e.told_at, e.at), $2::timestamptz)'
          : '$2::timestamptz';
    // What would have been known when the owner's gates were judged is known from now on instead: a verdict is never undermined (Q98).
    const told = `coalesce(${known}, $2::timestamptz)`;
    await this.db.run(`update staged_events set at = ${undatedAt} where undated`, [tenantId, now]);
    await this.db.run(
      `create temp table planned on commit drop as
       select e.*, (case when ${told} <= j.known_until then $2::timestamptz else ${told} end)::timestamptz(3) as known_at, i.id as item_id, x.id as event_id, x.sequence, i.id is null as fresh, ${detailsDiffer(mapping)} as details_differ,
         null::numeric as rate, null::date as rate_on, x.id is not null and (x.occurred_at, x.stage_id, x.owner_id, coalesce(x.given_minor, x.value_minor), coalesce(x.given_currency, x.currency), x.company_id, x.undated, x.expected_close_on, x.category)
           is not distinct from (e.at, e.stage_id, e.owner_id, e.value_minor, e.agreed_currency, e.company_id, e.undated, e.expected_close_on, e.category) as same
       from staged_events e join staged s on s.line = e.line left join pipeline_items i on i.tenant_id = $1 and i.external_id = e.external_id
       left join pipeline_events x on x.tenant_id = $1 and x.item_id = i.id and x.external_key = e.key and x.known_to is null
       left join app.judged_until($1) j on j.user_id = e.owner_id`,
      [tenantId, now],
    );
    // What the file told before and tells no more (a sale that was none) is closed like any other correction; what it holds back is not.
    await this.db.run(
      `create temp table retracted on commit drop as
       select distinct p.line, x.id as event_id from planned p join pipeline_events x on x.tenant_id = $1 and x.item_id = p.item_id and x.known_to is null
       where x.external_key = any($2) and x.occurred_at < $3 and not exists (select 1 from planned q where q.line = p.line and q.key = x.external_key)`,
      [tenantId, (mapping.events ?? []).map((event) => event.key), limitOf(mapping)],
    );
    await this.db.run('create index on planned (line)');
    await this.db.run('analyze planned');
  }

  /** Amounts in other currencies are counted by the last rate on or before the day of their event (SRC-08). */
  private async rate(): Promise<void> {
    const { tenantId, currency, timeZone } = currentContext();
    const foreign = await this.db.run(
      `update planned p set rate = r.rate, rate_on = r.rate_on from (select q.line, q.key, e.rate, e.rate_on from planned q left join lateral
         (select x.rate, x.rate_on from exchange_rates x where x.tenant_id = $1 and x.currency = q.agreed_currency and x.rate_on <= app.day_of(q.at, $3)
          order by x.rate_on desc limit 1) e on true where q.agreed_currency <> $2) r where r.line = p.line and r.key = p.key`,
      [tenantId, currency, timeZone],
    );
    if (foreign === 0) return;
    await this.staging.find(
      `select distinct line, 'error', 'out_of_range', 'value', null, 'At the rate ' || trim_scale(rate) || ' the amount grows beyond what can be stored.' from planned
       where round(value_minor * rate) > $1`,
      [limits.amountMinor],
    );
    await this.staging.refuseFound();
    await this.db.run('delete from planned p where not exists (select 1 from staged s where s.line = p.line)');
    await this.db.run('delete from retracted r where not exists (select 1 from staged s where s.line = r.line)');
    await this.staging.find(
      `select distinct line, 'incomplete', 'no_rate', 'currency', agreed_currency,
         'There is no rate of ' || agreed_currency || ' on or before that day; numbers that hold this deal wait for one.'
       from planned where agreed_currency <> $1 and rate is null and value_minor > 0 and not same`,
      [currency],
    );
  }

  /** New deals, promotions, re-openings and reassignments for people who may not create deals are errors of their row (Q104). */
  private async refuseRestricted(requestedBy: string): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `create temp table creations on commit drop as
       with last as (select distinct on (line) line, kind, owner_id, item_id from planned order by line, at desc, place desc),
         touched as (select line, bool_or(not same) or line in (select r.line from retracted r) as changed, bool_or(kind = 'deal') as has_deal, bool_or(kind in ('deal', 'won', 'list_out')) as beyond_lead,
           bool_or(kind <> 'lead') as no_lead from planned group by line)
       select l.line, l.owner_id from last l join touched t on t.line = l.line left join pipeline_items i on i.tenant_id = $1 and i.id = l.item_id
       where t.changed and ((i.id is null and t.no_lead) or (i.kind = 'lead' and t.beyond_lead) or (i.kind in ('won', 'lost') and l.kind = 'deal')
         or (i.owner_id <> l.owner_id and l.kind = 'deal'))`,
      [tenantId],
    );
    const owners = await this.db.many<{ owner_id: string }>('select distinct owner_id from creations order by 1');
    if (owners.length === 0) return;
    const blocked = await this.restrictions.blockedAmong('deal.create', [requestedBy, ...owners.map((row) => row.owner_id)]);
    if (blocked.size === 0) return;
    const gates = [...blocked].map(([id, { gateName }]) => ({ id, gate: gateName }));
    await this.staging.find(
      `select c.line, 'error', 'restricted', 'owner', u.name, u.name || ' cannot get new deals right now: ' || b.gate || ' is not met.'
       from creations c left join json_to_recordset($2::json) as o (id uuid, gate text) on o.id = c.owner_id
       join json_to_recordset($2::json) as b (id uuid, gate text) on b.id = coalesce(o.id, $3::uuid) join users u on u.tenant_id = $1 and u.id = b.id`,
      [tenantId, JSON.stringify(gates), requestedBy],
    );
    await this.staging.refuseFound();
    await this.db.run('delete from planned p where not exists (select 1 from staged s where s.line = p.line)');
    await this.db.run('delete from retracted r where not exists (select 1 from staged s where s.line = r.line)');
  }

  private count(): Promise<Outcome> {
    return this.db.one<{ created: number; updated: number; unchanged: number }>(
      `select count(*) filter (where item_id is null)::int as created, count(*) filter (where item_id is not null and changed)::int as updated,
         count(*) filter (where item_id is not null and not changed)::int as unchanged
       from (select line, item_id, bool_or(not same or details_differ) or line in (select r.line from retracted r) as changed from planned group by line, item_id) l`,
    );
  }

  private async apply(run: ImportRun): Promise<void> {
    const { mapping, requestedBy } = run;
    const { tenantId, now, currency } = currentContext();
    await this.db.run(
      `update tenants set earliest_fact_on = d.first from (${earliest}) d
       where id = $1 and d.first is not null and (earliest_fact_on is null or earliest_fact_on > d.first)`,
      [tenantId],
    );
    const created = await this.db.run(
      `insert into pipeline_items (tenant_id, external_id, name, note, stage_id, kind, qualified, owner_id, company_id, product_id, currency, expected_close_on,
         category, agreement_date, partner_list_due_date, partner_list_sent_date, first_sale_date, partner_list_size, total_sales_from_list_minor, list_id, changed_at, created_at, ${moneyColumns})
       select $1, s.external_id, s.name, s.note, p.stage_id, p.kind, p.qualified, p.owner_id, p.company_id, s.product_id, $3, p.expected_close_on, p.category,
         s.agreement_date::date, s.partner_list_due_date::date, s.partner_list_sent_date::date, s.first_sale_date::date, s.partner_list_size::int,
         s.total_sales_from_list::bigint, s.list_id, p.at, $2, ${worth}
       from staged s join (select distinct on (line) * from planned order by line, at desc, place desc) p on p.line = s.line where p.item_id is null order by s.external_id`,
      [tenantId, now, currency],
    );
    const details = Object.keys(detailsOf(mapping));
    if (created >= manyRows) await this.staging.forgetPlans();
    await this.db.run(
      `update pipeline_items i set ${details.map((column) => `${column} = ${detailsOf(mapping)[column]}`).join(', ')}
       from staged s where i.tenant_id = $1 and s.line in (select line from planned where details_differ) and i.external_id = s.external_id`,
      [tenantId],
    );
    await this.db.run(
      'update planned p set item_id = i.id from pipeline_items i where p.item_id is null and i.tenant_id = $1 and i.external_id = p.external_id',
      [tenantId],
    );
    await this.db.run(
      `update pipeline_events e set known_to = greatest($2::timestamptz, e.known_at)
       from (select event_id from planned where not same union select event_id from retracted) c where e.tenant_id = $1 and e.id = c.event_id`,
      [tenantId, now],
    );
    await this.db.run(
      `insert into pipeline_events (tenant_id, item_id, external_key, sequence, occurred_at, known_at, undated, day_only, backfilled, stage_id, kind, qualified, owner_id,
         company_id, currency, expected_close_on, category, recorded_by, ended_at, entered, ${moneyColumns})
       select $1, p.item_id, p.key, case when p.fresh then p.place else coalesce(p.sequence, (select max(x.sequence) from pipeline_events x where x.tenant_id = $1 and x.item_id = p.item_id) + p.place) end, p.at,
         case when p.event_id is null then p.known_at else $2 end, p.undated, p.day_only, p.event_id is null and p.known_at < $2, p.stage_id, p.kind, p.qualified, p.owner_id, p.company_id,
         $3, p.expected_close_on, p.category, $4, p.ended_at, p.entered, ${worth}
       from (select *, lead(at) over item as ended_at, ${enteredOf('kind', 'line', 'at, place')} as entered from planned window item as (partition by line order by at, place)) p
       where not p.same order by p.owner_id, p.at`,
      [tenantId, now, currency, requestedBy],
    );
    const touched = await this.derive(run, created);
    if (touched >= manyRows) await this.staging.refreshStatistics(run, created, 'sales');
    if (touched > 0) await this.sources.dateMemberships();
  }

  /** What follows from the written events, a piece of the items at a time. Answers how many items there were. */
  private async derive(run: ImportRun, created: number): Promise<number> {
    const touched = await this.db.run(
      `create temp table touched on commit drop as
       select item_id, row_number() over (order by item_id) as place from (select item_id from planned where not same or line in (select line from retracted) group by item_id) t`,
    );
    if (touched >= enoughToMisjudge) await this.staging.refreshStatistics(run, created, 'pipeline_items', 'pipeline_events');
    for (let from = 0; from < touched; from += derivedAtOnce) {
      const rows = await this.db.many<{ item_id: string }>('select item_id from touched where place > $1 and place <= $2', [
        from,
        from + derivedAtOnce,
      ]);
      await this.timeline.derive(rows.map((row) => row.item_id));
    }
    return touched;
  }
}

/** The day of the first dated event. Undated ones have got theirs from it, so that asking again changes nothing. */
const earliest = `select app.day_of(min(at) filter (where not undated), (select time_zone from tenants where id = $1)) as first from staged_events`;

/** The money of a planned event `p` in the order of `moneyColumns`; $3 is the organisation's currency. */
const worth = `case when p.agreed_currency = $3 then p.value_minor else coalesce(round(p.value_minor * p.rate), 0)::bigint end,
  case when p.agreed_currency <> $3 then p.value_minor end, case when p.agreed_currency <> $3 then p.agreed_currency end, p.rate, p.rate_on,
  p.agreed_currency <> $3 and p.rate is null and p.value_minor > 0`;

/** What the item alone holds, of the fields that the mapping fills: column -> expression over `staged s`. */
function detailsOf(mapping: ImportMapping): Record<string, string> {
  const details: Record<string, string> = {
    name: 's.name',
    note: 's.note',
    product_id: 's.product_id',
    agreement_date: 's.agreement_date::date',
    partner_list_due_date: 's.partner_list_due_date::date',
    partner_list_sent_date: 's.partner_list_sent_date::date',
    first_sale_date: 's.first_sale_date::date',
    partner_list_size: 's.partner_list_size::int',
    total_sales_from_list_minor: 's.total_sales_from_list::bigint',
  };
  const mapped = new Set(Object.keys(mapping.fields).map((field) => columnOf(field)));
  const known = (column: string) => mapped.has(column.replace(/_id$|_minor$/, ''));
  return Object.fromEntries(Object.entries(details).filter(([column]) => known(column)));
}

function detailsDiffer(mapping: ImportMapping): string {
  const details = Object.entries(detailsOf(mapping));
  return `(i.id is not null and (${details.map(([column]) => `i.${column}`).join(', ')}) is distinct from (${details.map(([, value]) => value).join(', ')}))`;
}
