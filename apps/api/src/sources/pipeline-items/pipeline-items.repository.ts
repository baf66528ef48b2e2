import { Injectable } from '@nestjs/common';
import type { PipelineEvent, PipelineItem } from '@waymark/contracts';
import type { ItemKind } from '@waymark/kernel';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

/** What an event says about an item: its whole state. */
export interface ItemState {
  stageId: string;
  kind: ItemKind;
  qualified: boolean;
  ownerId: string;
  companyId: string | null;
  valueMinor: bigint;
  expectedCloseOn: string | null;
  category: string | null;
}

/** The other fields of an item, kept on the item alone. Keys are column names. */
export type ItemDetails = Record<string, string | number | null>;

export interface StageRow {
  id: string;
  key: string;
  kind: ItemKind;
  qualified: boolean;
}

export interface ItemRow extends ItemState {
  id: string;
  name: string;
  note: string | null;
  productId: string | null;
  lastAt: Date;
}

export interface ItemFilter {
  owners: string[] | null;
  ownerId: string | null;
  kind: string | null;
  stage: string | null;
  q: string | null;
  after: string | null;
  limit: number;
}

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const money = (column: string, currency: string) =>
  `json_build_object('amount', to_char(${column} / 100.0, 'FM9999999999999990.00'), 'currency', ${currency})`;
const stageShape = `json_build_object('key', g.key, 'label', g.label, 'kind', g.kind, 'qualified', g.qualified)`;
const itemShape = `json_build_object('id', i.id, 'externalId', i.external_id, 'name', i.name, 'note', i.note, 'stage', ${stageShape},
  'owner', json_build_object('id', u.id, 'name', u.name), 'company', case when c.id is not null then json_build_object('id', c.id, 'name', c.name) end,
  'product', case when p.id is not null then json_build_object('id', p.id, 'name', p.name) end, 'value', ${money('i.value_minor', 'i.currency')},
  'expectedCloseOn', i.expected_close_on, 'category', i.category, 'agreementDate', i.agreement_date, 'partnerListDueDate', i.partner_list_due_date,
  'partnerListSentDate', i.partner_list_sent_date, 'firstSaleDate', i.first_sale_date, 'partnerListSize', i.partner_list_size,
  'totalSalesFromList', case when i.total_sales_from_list_minor is not null then ${money('i.total_sales_from_list_minor', 'i.currency')} end,
  'changedAt', ${instant('i.changed_at')}, 'version', i.version)`;
const joins = `join pipeline_stages g on g.tenant_id = i.tenant_id and g.id = i.stage_id join users u on u.tenant_id = i.tenant_id and u.id = i.owner_id
  left join companies c on c.tenant_id = i.tenant_id and c.id = i.company_id left join products p on p.tenant_id = i.tenant_id and p.id = i.product_id`;

@Injectable()
export class PipelineItemsRepository {
  constructor(private readonly db: Db) {}

  /** A page as JSON text built by PostgreSQL, newest first, with the id after which the next page begins. */
  async page(filter: ItemFilter): Promise<{ items: string; next: string | null }> {
    const row = await this.db.one<{ items: string; next: string | null }>(
      `select coalesce(json_agg(x.item order by x.id desc) filter (where x.place <= $8), '[]')::text as items, (max(x.id::text) filter (where x.place = $8 and x.more)) as next
       from (select i.id, row_number() over (order by i.id desc) as place, count(*) over () > $8 as more, ${itemShape} as item
         from (select * from pipeline_items where tenant_id = $1 and ($2::uuid[] is null or owner_id = any($2)) and ($3::uuid is null or owner_id = $3)
           and ($4::text is null or kind = $4) and ($5::text is null or stage_id = (select id from pipeline_stages where tenant_id = $1 and key = $5))
           and ($6::text is null or name ilike $6 || '%' or external_id = $6 or company_id in (select id from companies where tenant_id = $1 and name ilike $6 || '%'))
           and ($7::uuid is null or id < $7) order by id desc limit $8 + 1) i ${joins}) x`,
      [currentContext().tenantId, filter.owners, filter.ownerId, filter.kind, filter.stage, filter.q, filter.after, filter.limit],
    );
    return row;
  }

  async find(id: string): Promise<PipelineItem | null> {
    const row = await this.db.maybe<{ item: PipelineItem }>(
      `select ${itemShape} as item from pipeline_items i ${joins} where i.tenant_id = $1 and i.id = $2`,
      [currentContext().tenantId, id],
    );
    return row?.item ?? null;
  }

  /** The item, held until the transaction ends so that two changes take turns. */
  async lock(id: string): Promise<ItemRow | null> {
    const row = await this.db.maybe<Omit<ItemRow, 'valueMinor'> & { valueMinor: string }>(
      `select id, name, note, product_id as "productId", stage_id as "stageId", kind, qualified, owner_id as "ownerId", company_id as "companyId",
         value_minor as "valueMinor", expected_close_on as "expectedCloseOn", category, changed_at as "lastAt"
       from pipeline_items where tenant_id = $1 and id = $2 for update`,
      [currentContext().tenantId, id],
    );
    return row ? { ...row, valueMinor: BigInt(row.valueMinor) } : null;
  }

  stage(key: string): Promise<StageRow | null> {
    return this.db.maybe<StageRow & Record<string, unknown>>(
      'select id, key, kind, qualified from pipeline_stages where tenant_id = $1 and key = $2',
      [currentContext().tenantId, key],
    );
  }

  firstStage(kind: ItemKind): Promise<StageRow | null> {
    return this.db.maybe<StageRow & Record<string, unknown>>(
      'select id, key, kind, qualified from pipeline_stages where tenant_id = $1 and kind = $2 order by position limit 1',
      [currentContext().tenantId, kind],
    );
  }

  async exists(table: 'users' | 'companies' | 'products', id: string): Promise<boolean> {
    return (await this.db.maybe(`select 1 from ${table} where tenant_id = $1 and id = $2`, [currentContext().tenantId, id])) !== null;
  }

  async listPrice(productId: string): Promise<bigint> {
    const row = await this.db.one<{ price: string }>('select list_price_minor as price from products where tenant_id = $1 and id = $2', [
      currentContext().tenantId,
      productId,
    ]);
    return BigInt(row.price);
  }

  async insert(name: string, externalId: string | null, state: ItemState, details: ItemDetails, at: Date): Promise<string> {
    const { tenantId, currency, now } = currentContext();
    const columns = Object.keys(details);
    const row = await this.db.one<{ id: string }>(
      `insert into pipeline_items (tenant_id, external_id, name, stage_id, kind, qualified, owner_id, company_id, value_minor, currency, expected_close_on, category, changed_at, created_at
         ${columns.map((column) => `, ${column}`).join('')})
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 ${columns.map((_, n) => `, $${15 + n}`).join('')}) returning id`,
      [
        tenantId,
        externalId,
        name,
        state.stageId,
        state.kind,
        state.qualified,
        state.ownerId,
        state.companyId,
        state.valueMinor.toString(),
        currency,
        state.expectedCloseOn,
        state.category,
        at,
        now,
        ...Object.values(details),
      ],
    );
    return row.id;
  }

  async update(id: string, name: string | undefined, details: ItemDetails): Promise<void> {
    const changes = { ...(name === undefined ? {} : { name }), ...details };
    const columns = Object.keys(changes);
    if (columns.length === 0) return;
    await this.db.run(
      `update pipeline_items set ${columns.map((column, n) => `${column} = $${3 + n}`).join(', ')} where tenant_id = $1 and id = $2`,
      [currentContext().tenantId, id, ...Object.values(changes)],
    );
  }

  async addEvent(itemId: string, state: ItemState, at: Date): Promise<void> {
    const { tenantId, currency, now, userId } = currentContext();
    await this.db.run(
      `insert into pipeline_events (tenant_id, item_id, sequence, occurred_at, known_at, stage_id, kind, qualified, owner_id, company_id, value_minor, currency, expected_close_on,
         category, recorded_by)
       values ($1, $2, (select coalesce(max(sequence), 0) + 1 from pipeline_events where tenant_id = $1 and item_id = $2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        tenantId,
        itemId,
        at,
        now,
        state.stageId,
        state.kind,
        state.qualified,
        state.ownerId,
        state.companyId,
        state.valueMinor.toString(),
        currency,
        state.expectedCloseOn,
        state.category,
        userId,
      ],
    );
  }

  async events(itemId: string): Promise<PipelineEvent[]> {
    const rows = await this.db.many<{ event: PipelineEvent }>(
      `select json_build_object('id', e.id, 'occurredAt', ${instant('e.occurred_at')}, 'knownAt', ${instant('e.known_at')}, 'knownTo', ${instant('e.known_to')},
         'undated', e.undated, 'dayOnly', e.day_only, 'backfilled', e.backfilled, 'stage', ${stageShape}, 'owner', json_build_object('id', u.id, 'name', u.name),
         'value', ${money('e.value_minor', 'e.currency')}, 'expectedCloseOn', e.expected_close_on, 'entered', e.entered, 'recordedBy', r.name) as event
       from pipeline_events e join pipeline_stages g on g.tenant_id = e.tenant_id and g.id = e.stage_id join users u on u.tenant_id = e.tenant_id and u.id = e.owner_id
         left join users r on r.tenant_id = e.tenant_id and r.id = e.recorded_by
       where e.tenant_id = $1 and e.item_id = $2 order by e.occurred_at, e.sequence, e.known_at`,
      [currentContext().tenantId, itemId],
    );
    return rows.map((row) => row.event);
  }
}
