import { Injectable } from '@nestjs/common';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

/**
 * Which kind a state enters: lead and deal the first time only, won and lost each time. An expression over the window `item`, which is one item's
 * states in their order.
 */
export function enteredOf(kind: string, item: string, order: string): string {
  return `case when ${kind} in ('won', 'lost') and lag(${kind}) over item is distinct from ${kind} then ${kind}
         when ${kind} in ('lead', 'deal') and row_number() over (partition by ${item}, ${kind} order by ${order}) = 1 then ${kind} end`;
}

/** The present versions of an item's events in their order; the same derivation as the as-known reading of the metrics (Q98). */
const timeline = `select e.id, lead(e.occurred_at) over item as ended_at,
    ${enteredOf('e.kind', 'e.item_id', 'e.occurred_at, e.sequence')} as entered,
    lead(e.id) over item is null as last
  from pipeline_events e where e.tenant_id = $1 and e.item_id = any($2) and e.known_to is null
  window item as (partition by e.item_id order by e.occurred_at, e.sequence)`;

/** What follows from an item's events: where each state ended, first entries, the item's present state, and its sale. One set-based place for every way in. */
@Injectable()
export class TimelineRepository {
  constructor(private readonly db: Db) {}

  /** Brings everything derived of these items up to date after their events changed. Writes only what differs. */
  async derive(itemIds: readonly string[]): Promise<void> {
    if (itemIds.length === 0) return;
    const { tenantId, now } = currentContext();
    await this.db.run(
      `update pipeline_events e set ended_at = d.ended_at, entered = d.entered from (${timeline}) d
       where e.tenant_id = $1 and e.id = d.id and (e.ended_at, e.entered) is distinct from (d.ended_at, d.entered)`,
      [tenantId, itemIds],
    );
    await this.db.run(
      `update pipeline_items i set stage_id = e.stage_id, kind = e.kind, qualified = e.qualified, owner_id = e.owner_id, company_id = e.company_id,
         value_minor = e.value_minor, expected_close_on = e.expected_close_on, category = e.category, changed_at = e.occurred_at
       from (${timeline}) d join pipeline_events e on e.tenant_id = $1 and e.id = d.id
       where d.last and i.tenant_id = $1 and i.id = e.item_id
         and (i.stage_id, i.owner_id, i.company_id, i.value_minor, i.expected_close_on, i.category, i.changed_at)
           is distinct from (e.stage_id, e.owner_id, e.company_id, e.value_minor, e.expected_close_on, e.category, e.occurred_at)`,
      [tenantId, itemIds],
    );
    await this.syncSales(itemIds, now);
  }

  /** A won item has one sale, dated by its entry into won; a re-opened one has none. Old versions stay readable. */
  private async syncSales(itemIds: readonly string[], now: Date): Promise<void> {
    const { tenantId } = currentContext();
    const wanted = `select e.* from (${timeline}) d join pipeline_events e on e.tenant_id = $1 and e.id = d.id where d.last and e.kind = 'won'`;
    await this.db.run(
      `update sales s set known_to = greatest($3, s.known_at) where s.tenant_id = $1 and s.item_id = any($2) and s.known_to is null and not exists
         (select 1 from (${wanted}) w where w.item_id = s.item_id and w.owner_id = s.owner_id and w.occurred_at = s.occurred_at
            and w.value_minor = s.amount_minor and w.company_id is not distinct from s.company_id)`,
      [tenantId, itemIds, now],
    );
    await this.db.run(
      `insert into sales (tenant_id, item_id, owner_id, company_id, product_id, occurred_at, known_at, day_only, backfilled, amount_minor, currency, recorded_by)
       select $1, w.item_id, w.owner_id, w.company_id, i.product_id, w.occurred_at, w.known_at, w.day_only, w.backfilled, w.value_minor, w.currency, w.recorded_by
       from (${wanted}) w join pipeline_items i on i.tenant_id = $1 and i.id = w.item_id
       where not exists (select 1 from sales s where s.tenant_id = $1 and s.item_id = w.item_id and s.known_to is null) order by w.owner_id, w.occurred_at`,
      [tenantId, itemIds],
    );
  }
}
