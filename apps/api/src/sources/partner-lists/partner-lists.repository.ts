import { Injectable } from '@nestjs/common';
import type { PartnerList, PartnerListDue, PartnerListState } from '@waymark/contracts';
import type { Day } from '@waymark/kernel';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';
import { instantsOf, type ListState } from './list-days.js';

/** The present version of a list, held. */
export interface HeldList extends ListState {
  id: string;
  itemId: string;
  version: number;
}

export interface ListFilter {
  owners: string[] | null;
  ownerId: string | null;
  itemId: string | null;
  state: PartnerListState | null;
  after: string | null;
  limit: number;
  today: Date;
}

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
/** Overdue from the beginning of the day after the due day, while it is neither sent nor closed (Q84). */
const state = (today: string) => `case when v.sent_on is not null then 'sent' when v.closed_on is not null then 'closed'
  when v.late_at <= ${today} then 'overdue' else 'open' end`;
const sold = `lateral (select count(*)::int as sales, min(s.occurred_at) as first_at, coalesce(sum(s.whole), 0) as total
  from (select coalesce(whole_minor, amount_minor) as whole, occurred_at from sales
    where tenant_id = $1 and list_id = v.list_id and known_to is null and position = 1 and amount_minor >= 0) s) sold`;
const shape = (today: string, zone: string) => `json_build_object('id', l.id, 'externalId', l.external_id, 'name', v.name,
  'item', json_build_object('id', i.id, 'name', i.name), 'owner', json_build_object('id', u.id, 'name', u.name), 'partnerListSize', v.partners,
  'contacts', (select count(*) from pipeline_items c where c.tenant_id = $1 and c.list_id = l.id), 'openedOn', v.opened_on,
  'partnerListDueDate', v.due_on, 'partnerListSentDate', v.sent_on, 'closedOn', v.closed_on, 'state', ${state(today)},
  'daysOverdue', case when ${state(today)} = 'overdue' then app.day_of(${today}, ${zone}) - v.due_on else 0 end,
  'firstSaleDate', app.day_of(sold.first_at, ${zone}), 'sales', sold.sales,
  'totalSalesFromList', json_build_object('amount', to_char(sold.total / 100.0, 'FM9999999999999990.00'), 'currency', n.currency),
  'note', v.note, 'knownAt', ${instant('v.known_at')}, 'version', v.version)`;
const joins = `join partner_lists l on l.tenant_id = $1 and l.id = v.list_id join pipeline_items i on i.tenant_id = $1 and i.id = l.item_id
  join users u on u.tenant_id = $1 and u.id = v.owner_id join tenants n on n.id = $1 cross join ${sold}`;

@Injectable()
export class PartnerListsRepository {
  constructor(private readonly db: Db) {}

  /** Lists as they stand, the newest first. */
  async page(filter: ListFilter): Promise<PartnerList[]> {
    const { tenantId, timeZone } = currentContext();
    const rows = await this.db.many<{ list: PartnerList }>(
      `select ${shape('$6::timestamptz', '$8')} as list from (select v.* from partner_list_versions v join partner_lists l on l.tenant_id = $1 and l.id = v.list_id
         where v.tenant_id = $1 and v.known_to is null and ($2::uuid[] is null or v.owner_id = any($2)) and ($3::uuid is null or v.owner_id = $3)
           and ($4::uuid is null or l.item_id = $4) and ($5::uuid is null or v.list_id < $5)
           and ($7::text is null or ${state('$6::timestamptz')} = $7 or ($7 = 'open' and v.ended_at is null))
         order by v.list_id desc limit $9) v ${joins} order by v.list_id desc`,
      [tenantId, filter.owners, filter.ownerId, filter.itemId, filter.after, filter.today, filter.state, timeZone, filter.limit],
    );
    return rows.map((row) => row.list);
  }

  async find(id: string, today: Date): Promise<PartnerList | null> {
    const { tenantId, timeZone } = currentContext();
    const row = await this.db.maybe<{ list: PartnerList }>(
      `select ${shape('$3::timestamptz', '$4')} as list from partner_list_versions v ${joins} where v.tenant_id = $1 and v.list_id = $2 and v.known_to is null`,
      [tenantId, id, today, timeZone],
    );
    return row?.list ?? null;
  }

  /** Every due day that a list had, oldest first: a version that left it as it was is no change. */
  dueHistory(id: string): Promise<PartnerListDue[]> {
    return this.db.many<PartnerListDue & Record<string, unknown>>(
      `select d.due_on as "dueOn", ${instant('d.known_at')} as "knownAt", r.name as "recordedBy"
       from (select due_on, known_at, recorded_by, version, lag(due_on) over w as was, lag(version) over w is null as first
         from partner_list_versions where tenant_id = $1 and list_id = $2 window w as (order by version)) d
       left join users r on r.tenant_id = $1 and r.id = d.recorded_by where d.first or d.due_on is distinct from d.was order by d.version`,
      [currentContext().tenantId, id],
    );
  }

  /** The present version, held until the transaction ends so that two corrections take turns. */
  async lock(id: string): Promise<HeldList | null> {
    const [held] = await this.held('v.list_id = $2', id);
    return held ?? null;
  }

  /** Lists that must be closed because their lead was lost, or opened again because it is lost no more. */
  async followers(itemIds: readonly string[]): Promise<(HeldList & { lostOn: Day | null })[]> {
    const followed = "l.item_id = any($2::uuid[]) and (case when i.kind = 'lost' then v.closed_on is null else v.closed_by = 'item' end)";
    return (await this.held(followed, itemIds)) as (HeldList & { lostOn: Day | null })[];
  }

  private held(condition: string, value: unknown): Promise<HeldList[]> {
    const { tenantId, timeZone } = currentContext();
    return this.db.many<HeldList & Record<string, unknown>>(
      `select v.list_id as id, l.item_id as "itemId", v.version, v.name, v.owner_id as "ownerId", v.partners, v.opened_on as "openedOn", v.due_on as "dueOn",
         v.sent_on as "sentOn", v.closed_on as "closedOn", v.closed_by as "closedBy", v.note,
         case when i.kind = 'lost' then app.day_of(i.changed_at, $3) end as "lostOn"
       from partner_lists l join pipeline_items i on i.tenant_id = $1 and i.id = l.item_id
         join partner_list_versions v on v.tenant_id = $1 and v.list_id = l.id and v.known_to is null
       where l.tenant_id = $1 and ${condition} order by l.id for no key update of v`,
      [tenantId, value, timeZone],
    );
  }

  async insert(itemId: string, externalId: string | null): Promise<string> {
    const { tenantId, now } = currentContext();
    const row = await this.db.one<{ id: string }>(
      'insert into partner_lists (tenant_id, item_id, external_id, created_at) values ($1, $2, $3, $4) returning id',
      [tenantId, itemId, externalId, now],
    );
    return row.id;
  }

  /** A version that is known from now on; the one before it, if any, is known no longer. */
  async write(id: string, list: ListState, version: number): Promise<void> {
    const { tenantId, userId, now, timeZone } = currentContext();
    const at = instantsOf(list, timeZone);
    await this.db.run(
      'update partner_list_versions set known_to = greatest($3, known_at) where tenant_id = $1 and list_id = $2 and known_to is null',
      [tenantId, id, now],
    );
    await this.db.run(
      `insert into partner_list_versions (tenant_id, list_id, version, name, owner_id, partners, opened_on, due_on, has_due, sent_on, closed_on, closed_by, note,
         opened_at, sent_at, closed_at, ended_at, late_at, known_at, recorded_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8::date, $8::date is not null, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
      [
        tenantId,
        id,
        version,
        list.name,
        list.ownerId,
        list.partners,
        list.openedOn,
        list.dueOn,
        list.sentOn,
        list.closedOn,
        list.closedBy,
        list.note,
        at.opened_at,
        at.sent_at,
        at.closed_at,
        at.ended_at,
        at.late_at,
        now,
        userId,
      ],
    );
  }

  /** What the lead says of its list (SRC-03): the days and size of its latest one, and the sales of all of them. */
  async tellItems(itemIds: readonly string[]): Promise<void> {
    const { tenantId, timeZone } = currentContext();
    await this.db.run(
      `update pipeline_items i set partner_list_due_date = d.due_on, partner_list_sent_date = d.sent_on, partner_list_size = d.partners,
         first_sale_date = d.first_on, total_sales_from_list_minor = d.total
       from (select distinct on (l.item_id) l.item_id, v.due_on, v.sent_on, v.partners, s.first_on, s.total
         from partner_lists l join partner_list_versions v on v.tenant_id = $1 and v.list_id = l.id and v.known_to is null
         cross join lateral (select min(app.day_of(x.occurred_at, $3)) as first_on, sum(coalesce(x.whole_minor, x.amount_minor))::bigint as total
           from sales x join partner_lists o on o.tenant_id = $1 and o.id = x.list_id
           where x.tenant_id = $1 and o.item_id = l.item_id and x.known_to is null and x.position = 1 and x.amount_minor >= 0) s
         where l.tenant_id = $1 and l.item_id = any($2::uuid[]) order by l.item_id, l.id desc) d
       where i.tenant_id = $1 and i.id = d.item_id
         and (i.partner_list_due_date, i.partner_list_sent_date, i.partner_list_size, i.first_sale_date, i.total_sales_from_list_minor)
           is distinct from (d.due_on, d.sent_on, d.partners, d.first_on, d.total)`,
      [tenantId, itemIds, timeZone],
    );
  }

  /** The same for the leads on whose lists these contacts stand. */
  async tellItemsOfContacts(contactIds: readonly string[]): Promise<void> {
    const rows = await this.db.many<{ id: string }>(
      `select distinct l.item_id as id from pipeline_items c join partner_lists l on l.tenant_id = $1 and l.id = c.list_id
       where c.tenant_id = $1 and c.id = any($2::uuid[]) and c.list_id is not null`,
      [currentContext().tenantId, contactIds],
    );
    if (rows.length > 0) await this.tellItems(rows.map((row) => row.id));
  }

  /** The leads that these lists came from. */
  async itemsOf(listIds: readonly string[]): Promise<string[]> {
    const rows = await this.db.many<{ id: string }>(
      'select distinct item_id as id from partner_lists where tenant_id = $1 and id = any($2::uuid[])',
      [currentContext().tenantId, listIds],
    );
    return rows.map((row) => row.id);
  }

  async hasExternalId(externalId: string): Promise<boolean> {
    const { tenantId } = currentContext();
    return (await this.db.maybe('select 1 from partner_lists where tenant_id = $1 and external_id = $2', [tenantId, externalId])) !== null;
  }

  async ownerOfItem(itemId: string): Promise<{ ownerId: string; name: string; partner: boolean } | null> {
    return this.db.maybe<{ ownerId: string; name: string; partner: boolean }>(
      'select owner_id as "ownerId", name, list_id is not null as partner from pipeline_items where tenant_id = $1 and id = $2',
      [currentContext().tenantId, itemId],
    );
  }

  /** Who has the list now; null when there is none. */
  async ownerOf(id: string): Promise<string | null> {
    const row = await this.db.maybe<{ owner_id: string }>(
      'select owner_id from partner_list_versions where tenant_id = $1 and list_id = $2 and known_to is null',
      [currentContext().tenantId, id],
    );
    return row?.owner_id ?? null;
  }

  async personExists(id: string): Promise<boolean> {
    return (await this.db.maybe('select 1 from users where tenant_id = $1 and id = $2', [currentContext().tenantId, id])) !== null;
  }
}
