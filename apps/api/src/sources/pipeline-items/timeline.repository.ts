import { Injectable } from '@nestjs/common';
import { splitAmount } from '@waymark/kernel';
import { agreementOf } from '@waymark/metrics';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';
import { PartnerListsRepository } from '../partner-lists/partner-lists.repository.js';

/**
 * Which kind a state enters: lead and deal the first time only, won and lost each time. An expression over the window `item`, which is one item's
 * states in their order.
 */
export function enteredOf(kind: string, item: string, order: string): string {
  return `case when ${kind} in ('won', 'lost') and lag(${kind}) over item is distinct from ${kind} then ${kind}
         when ${kind} in ('lead', 'deal') and row_number() over (partition by ${item}, ${kind} order by ${order}) = 1 then ${kind} end`;
}

/** How far down the funnel a stage is, of those that metrics look at; the families are the seed's (Q104). */
function stepOf(stage: string): string {
  return `case ${stage}.family when 'PROPOSAL' then 'proposal' when 'AGREEMENT' then 'agreement' when 'LIST' then 'list' end`;
}

/** The present versions of an item's events in their order; the same derivation as the as-known reading of the metrics (Q98). */
const timeline = `select e.id, lead(e.occurred_at) over item as ended_at,
    ${enteredOf('e.kind', 'e.item_id', 'e.occurred_at, e.sequence')} as entered,
    e.step, ${agreementOf('e', 'item')} as agreement, lead(e.id) over item is null as last
  from (select x.*, ${stepOf('g')} as step from (select id, item_id, kind, stage_id, occurred_at, sequence from pipeline_events
      where tenant_id = $1 and item_id = any($2) and known_to is null) x join pipeline_stages g on g.tenant_id = $1 and g.id = x.stage_id) e
  window item as (partition by e.item_id order by e.occurred_at, e.sequence)`;

/** What follows from an item's events: where each state ended, first entries, the item's present state, and its sale. One set-based place for every way in. */
@Injectable()
export class TimelineRepository {
  constructor(
    private readonly db: Db,
    private readonly lists: PartnerListsRepository,
  ) {}

  /**
   * Brings everything derived of these items up to date after their events changed. Writes only what differs. Each statement names the items at every table
   * and works the timeline out once: of a new organisation the planner knows nothing, and would work it out for each event.
   */
  async derive(itemIds: readonly string[]): Promise<void> {
    if (itemIds.length === 0) return;
    const { tenantId, timeZone, now } = currentContext();
    await this.db.run(
      `with d as materialized (${timeline})
       update pipeline_events e set ended_at = d.ended_at, entered = d.entered, step = d.step, agreement = d.agreement, partner = i.list_id is not null
       from d, pipeline_items i
       where e.tenant_id = $1 and e.item_id = any($2) and e.id = d.id and i.tenant_id = $1 and i.id = e.item_id
         and (e.ended_at, e.entered, e.step, e.agreement, e.partner) is distinct from (d.ended_at, d.entered, d.step, d.agreement, i.list_id is not null)`,
      [tenantId, itemIds],
    );
    await this.db.run(
      `with d as materialized (${timeline})
       update pipeline_items i set stage_id = e.stage_id, kind = e.kind, qualified = e.qualified, owner_id = e.owner_id, company_id = e.company_id,
         value_minor = e.value_minor, given_minor = e.given_minor, given_currency = e.given_currency, rate = e.rate, rate_on = e.rate_on, unrated = e.unrated, expected_close_on = e.expected_close_on, category = e.category, changed_at = e.occurred_at
       from d join pipeline_events e on e.tenant_id = $1 and e.item_id = any($2) and e.id = d.id
       where d.last and i.tenant_id = $1 and i.id = any($2) and i.id = e.item_id
         and (i.stage_id, i.owner_id, i.company_id, i.value_minor, i.given_minor, i.given_currency, i.rate, i.rate_on, i.unrated, i.expected_close_on, i.category, i.changed_at)
           is distinct from (e.stage_id, e.owner_id, e.company_id, e.value_minor, e.given_minor, e.given_currency, e.rate, e.rate_on, e.unrated, e.expected_close_on, e.category, e.occurred_at)`,
      [tenantId, itemIds],
    );
    await this.db.run(
      `update pipeline_items i set agreement_date = app.day_of(e.occurred_at, $3) from pipeline_events e
       where e.tenant_id = $1 and e.item_id = any($2) and e.known_to is null and e.agreement = 'made' and not e.undated
         and i.tenant_id = $1 and i.id = any($2) and i.id = e.item_id and i.agreement_date is distinct from app.day_of(e.occurred_at, $3)`,
      [tenantId, itemIds, timeZone],
    );
    await this.syncSales(itemIds, now);
    await this.followLists(itemIds);
  }

  /** Lists of a lead that was lost are closed with it, and open again when it is lost no more (Q84). Leads say what their lists sold. */
  private async followLists(itemIds: readonly string[]): Promise<void> {
    for (const { id, version, lostOn, ...list } of await this.lists.followers(itemIds))
      await this.lists.write(id, { ...list, closedOn: lostOn, closedBy: lostOn === null ? null : 'item' }, version + 1);
    await this.lists.tellItemsOfContacts(itemIds);
  }

  /**
   * A won item has one sale, dated by its entry into won; a re-opened one has none. Old versions stay readable, and the sale keeps its id and, while the
   * seller stays, who is credited with it (SRC-07).
   */
  private async syncSales(itemIds: readonly string[], now: Date): Promise<void> {
    const { tenantId } = currentContext();
    const wanted = `select e.item_id, e.owner_id, e.company_id, e.value_minor, e.currency, e.given_minor, e.given_currency, e.rate, e.rate_on, e.unrated, e.known_at, e.backfilled,
        e.recorded_by, v.occurred_at, v.day_only
      from (${timeline}) d join pipeline_events e on e.tenant_id = $1 and e.item_id = any($2) and e.id = d.id
        cross join lateral (select y.occurred_at, y.day_only from pipeline_events y where y.tenant_id = $1 and y.item_id = e.item_id and y.known_to is null and y.entered = 'won'
          order by y.occurred_at desc, y.sequence desc limit 1) v
      where d.last and e.kind = 'won'`;
    await this.db.run(
      `with w as materialized (${wanted})
       update sales s set known_to = greatest($3, s.known_at) where s.tenant_id = $1 and s.item_id = any($2) and s.known_to is null and not exists
         (select 1 from w where w.item_id = s.item_id and w.owner_id = coalesce(s.seller_id, s.owner_id) and w.occurred_at = s.occurred_at
            and (w.value_minor, w.given_minor, w.given_currency, w.rate, w.rate_on) is not distinct from
              (coalesce(s.whole_minor, s.amount_minor), coalesce(s.given_whole_minor, s.given_minor), s.given_currency, s.rate, s.rate_on) and w.company_id is not distinct from s.company_id)`,
      [tenantId, itemIds, now],
    );
    const made = await this.db.many<{ id: string; entry_id: string | null }>(
      `with w as materialized (${wanted})
       insert into sales (tenant_id, entry_id, version, note, item_id, owner_id, company_id, product_id, list_id, from_list, occurred_at, known_at, day_only, backfilled, amount_minor, currency, recorded_by,
         given_minor, given_currency, rate, rate_on, unrated)
       select $1, p.entry, coalesce(p.version, 0) + 1, p.note, w.item_id, w.owner_id, w.company_id, i.product_id, i.list_id, i.list_id is not null, w.occurred_at, greatest(w.known_at, p.known_to),
         w.day_only, w.backfilled, w.value_minor, w.currency, w.recorded_by, w.given_minor, w.given_currency, w.rate, w.rate_on, w.unrated
       from w join pipeline_items i on i.tenant_id = $1 and i.id = any($2) and i.id = w.item_id
       left join lateral (select coalesce(b.entry_id, b.id) as entry, b.version, b.note, b.known_to from sales b
         where b.tenant_id = $1 and b.item_id = w.item_id and b.position = 1 order by b.version desc, b.known_at desc limit 1) p on true
       where not exists (select 1 from sales s where s.tenant_id = $1 and s.item_id = w.item_id and s.known_to is null)
       order by w.owner_id, w.occurred_at returning id, entry_id`,
      [tenantId, itemIds],
    );
    for (const { id, entry_id } of made) if (entry_id !== null) await this.shareOutAgain(id, entry_id);
  }

  /** The new version of a sale is divided as the one before it was, when the seller is the same. */
  private async shareOutAgain(rowId: string, entryId: string): Promise<void> {
    const { tenantId } = currentContext();
    const credits = await this.db.many<{ user: string; ppm: string; whole: string; given: string | null }>(
      `select b.owner_id as user, b.share_ppm::text as ppm, s.amount_minor::text as whole, s.given_minor::text as given from sales s
       join sales b on b.tenant_id = $1 and (b.id = $3 or b.entry_id = $3) and b.version = s.version - 1 and b.seller_id = s.owner_id
       where s.tenant_id = $1 and s.id = $2 and b.share_ppm is not null order by b.position`,
      [tenantId, rowId, entryId],
    );
    const [first, ...others] = credits;
    if (!first) return;
    const shares = credits.map(({ ppm }) => BigInt(ppm));
    const parts = splitAmount(BigInt(first.whole), shares);
    const given = first.given === null ? null : splitAmount(BigInt(first.given), shares);
    for (const [n, { user, ppm }] of others.entries())
      await this.db.run(
        `insert into sales (tenant_id, entry_id, version, note, position, item_id, owner_id, seller_id, share_ppm, company_id, product_id, list_id, from_list, occurred_at, known_at,
           day_only, backfilled, amount_minor, whole_minor, currency, recorded_by, given_minor, given_whole_minor, given_currency, rate, rate_on, unrated)
         select $1, s.entry_id, s.version, s.note, $3, s.item_id, $4, s.owner_id, $5, s.company_id, s.product_id, s.list_id, s.from_list, s.occurred_at, s.known_at, s.day_only, s.backfilled,
           $6, s.amount_minor, s.currency, s.recorded_by, $7, s.given_minor, s.given_currency, s.rate, s.rate_on, s.unrated from sales s where s.tenant_id = $1 and s.id = $2`,
        [tenantId, rowId, n + 2, user, ppm, String(parts[n + 1]), given && String(given[n + 1])],
      );
    await this.db.run(
      `update sales set owner_id = $3, seller_id = owner_id, share_ppm = $4, whole_minor = amount_minor, amount_minor = $5,
         given_whole_minor = given_minor, given_minor = $6 where tenant_id = $1 and id = $2`,
      [tenantId, rowId, first.user, first.ppm, String(parts[0]), given && String(given[0])],
    );
  }
}
