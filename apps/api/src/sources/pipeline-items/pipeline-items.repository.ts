import { Injectable } from '@nestjs/common';
import type { PipelineEvent, PipelineItem } from '@waymark/contracts';
import type { ItemKind } from '@waymark/kernel';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';
import { type ItemMoney, moneyColumns, moneyValues } from './item-money.js';

/** What an event says about an item: its whole state. */
export interface ItemState {
  stageId: string;
  kind: ItemKind;
  qualified: boolean;
  ownerId: string;
  companyId: string | null;
  /** What was agreed, in `currency`. */
  valueMinor: bigint;
  currency: string;
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
  listId: string | null;
  lastAt: Date;
  version: number;
}

export interface ItemFilter {
  owners: string[] | null;
  ownerId: string | null;
  kind: string | null;
  stage: string | null;
  listId: string | null;
  /** In minor units, both inclusive. */
  minValue: bigint | null;
  maxValue: bigint | null;
  q: string | null;
  after: string | null;
  limit: number;
}

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const isoInstant = (column: string) => `replace((${column} at time zone 'UTC')::text, ' ', 'T') || 'Z'`;
/** Minor units of two decimals, made of cheap text: `to_char` of a numeric costs more than the rest of the row. */
const money = (minor: string, currency: string) =>
  `('{"amount":"' || case when ${minor} < 0 then '-' else '' end || abs(${minor}) / 100 || '.' || right((100 + abs(${minor}) % 100)::text, 2)
    || '","currency":"' || ${currency} || '"}')::json`;
/** What was agreed, and what it counts by the rate; nothing is said of it while there is none (SRC-08). */
const agreed = (row: string) => money(`coalesce(${row}.given_minor, ${row}.value_minor)`, `coalesce(${row}.given_currency, ${row}.currency)`);
const counted = (row: string) => `case when not ${row}.unrated then ${money(`${row}.value_minor`, `${row}.currency`)} end`;
const named = (table: string) => `(select n from (select ${table}.id, ${table}.name) n where ${table}.id is not null)`;
/** An item's fields in the order of the contract. One `row_to_json` over columns and small composites costs half of nested `json_build_object` calls. */
const itemColumns = `i.id, i.external_id as "externalId", i.name, i.note, g.shape as stage, ${named('u')} as owner, ${named('c')} as company,
  ${named('p')} as product, ${agreed('i')} as value, ${counted('i')} as counted, trim_scale(i.rate)::text as rate, i.rate_on as "rateOn", i.expected_close_on as "expectedCloseOn", i.category, i.list_id as "listId",
  i.agreement_date as "agreementDate", i.partner_list_due_date as "partnerListDueDate", i.partner_list_sent_date as "partnerListSentDate",
  i.first_sale_date as "firstSaleDate", i.partner_list_size as "partnerListSize",
  ${money('i.total_sales_from_list_minor', 'i.currency')} as "totalSalesFromList", ${isoInstant('i.changed_at')} as "changedAt", i.version`;
const stageShape = `json_build_object('key', key, 'label', label, 'kind', kind, 'qualified', qualified)`;
/** Stages are few: each is made into JSON once for a whole page (`offset 0` keeps the planner from doing it per row). */
const stages = `(select id, ${stageShape} as shape
  from pipeline_stages where tenant_id = $1 offset 0)`;
// A value for each table, not its neighbour's tenant: else the policy is asked row by row, which nearly doubles the time of a page.
const joins = `join ${stages} g on g.id = i.stage_id join users u on u.tenant_id = $1 and u.id = i.owner_id
  left join companies c on c.tenant_id = $1 and c.id = i.company_id left join products p on p.tenant_id = $1 and p.id = i.product_id`;

/** Lengths of pages that are asked for again and again. */
const usualLengths = new Set([20, 50, 100, 200]);

/**
 * The conditions of a page that are asked for, each with its value: every combination is a statement with a plan of its own. So is each usual length, since
 * a plan that knows it is kept; one for any length is not worth keeping and planned anew each time, which takes a third of the page.
 */
function conditionsOf(filter: ItemFilter): { where: string; limit: string; params: unknown[] } {
  const params: unknown[] = [currentContext().tenantId];
  const conditions = ['tenant_id = $1'];
  const add = (value: unknown, condition: (place: string) => string) => {
    if (value === null) return;
    params.push(value);
    conditions.push(condition(`$${params.length}`));
  };
  add(filter.owners, (owners) => `owner_id = any(${owners}::uuid[])`);
  add(filter.ownerId, (owner) => `owner_id = ${owner}`);
  add(filter.listId, (list) => `list_id = ${list}`);
  add(filter.kind, (kind) => `kind = ${kind}`);
  add(filter.stage, (key) => `stage_id = (select id from pipeline_stages where tenant_id = $1 and key = ${key})`);
  add(filter.minValue, (least) => `not unrated and value_minor >= ${least}`);
  add(filter.maxValue, (most) => `not unrated and value_minor <= ${most}`);
  add(
    filter.q,
    (q) =>
      `(name ilike ${q} || '%' or external_id = ${q} or company_id in (select id from companies where tenant_id = $1 and name ilike ${q} || '%'))`,
  );
  add(filter.after, (after) => `id < ${after}`);
  const where = conditions.join(' and ');
  if (usualLengths.has(filter.limit)) return { where, limit: String(filter.limit), params };
  return { where, limit: `$${params.length + 1}::int`, params: [...params, filter.limit] };
}

@Injectable()
export class PipelineItemsRepository {
  constructor(private readonly db: Db) {}

  /** A page as JSON text built by PostgreSQL, newest first, with the id after which the next page begins. */
  async page(filter: ItemFilter): Promise<{ items: string; next: string | null }> {
    const { where, limit, params } = conditionsOf(filter);
    return this.db.prepared<{ items: string; next: string | null }>(
      `select coalesce((select json_agg(x order by x.id desc) from (select ${itemColumns}
           from (select * from pipeline_items where ${where} order by id desc limit ${limit}) i ${joins}) x), '[]')::text as items,
         (select case when count(*) = 2 then max(e.id::text) end
           from (select id from pipeline_items where ${where} order by id desc offset ${limit} - 1 limit 2) e) as next`,
      params,
    );
  }

  async find(id: string): Promise<PipelineItem | null> {
    const row = await this.db.maybe<{ item: PipelineItem }>(
      `select row_to_json(x) as item from (select ${itemColumns} from pipeline_items i ${joins} where i.tenant_id = $1 and i.id = $2) x`,
      [currentContext().tenantId, id],
    );
    return row?.item ?? null;
  }

  /** The item, held until the transaction ends so that two changes take turns. */
  async lock(id: string): Promise<ItemRow | null> {
    const row = await this.db.maybe<Omit<ItemRow, 'valueMinor'> & { valueMinor: string }>(
      `select id, name, note, product_id as "productId", list_id as "listId", stage_id as "stageId", kind, qualified, owner_id as "ownerId", company_id as "companyId",
         coalesce(given_minor, value_minor) as "valueMinor", coalesce(given_currency, currency) as currency, expected_close_on as "expectedCloseOn", category, changed_at as "lastAt", version
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

  async insert(name: string, externalId: string | null, state: ItemState, worth: ItemMoney, details: ItemDetails, at: Date): Promise<string> {
    const { tenantId, currency, now } = currentContext();
    const columns = Object.keys(details);
    const row = await this.db.one<{ id: string }>(
      `insert into pipeline_items (tenant_id, external_id, name, stage_id, kind, qualified, owner_id, company_id, currency, expected_close_on, category, changed_at, created_at, ${moneyColumns}
         ${columns.map((column) => `, ${column}`).join('')})
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19 ${columns.map((_, n) => `, $${20 + n}`).join('')}) returning id`,
      [
        tenantId,
        externalId,
        name,
        state.stageId,
        state.kind,
        state.qualified,
        state.ownerId,
        state.companyId,
        currency,
        state.expectedCloseOn,
        state.category,
        at,
        now,
        ...moneyValues(worth),
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

  async addEvent(itemId: string, state: ItemState, worth: ItemMoney, at: Date): Promise<void> {
    const { tenantId, currency, now, userId } = currentContext();
    await this.db.run(
      `insert into pipeline_events (tenant_id, item_id, sequence, occurred_at, known_at, stage_id, kind, qualified, owner_id, company_id, currency, expected_close_on,
         category, recorded_by, ${moneyColumns})
       values ($1, $2, (select coalesce(max(sequence), 0) + 1 from pipeline_events where tenant_id = $1 and item_id = $2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
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
        currency,
        state.expectedCloseOn,
        state.category,
        userId,
        ...moneyValues(worth),
      ],
    );
  }

  async events(itemId: string): Promise<PipelineEvent[]> {
    const rows = await this.db.many<{ event: PipelineEvent }>(
      `select json_build_object('id', e.id, 'occurredAt', ${instant('e.occurred_at')}, 'knownAt', ${instant('e.known_at')}, 'knownTo', ${instant('e.known_to')},
         'undated', e.undated, 'dayOnly', e.day_only, 'backfilled', e.backfilled, 'stage', g.shape, 'owner', json_build_object('id', u.id, 'name', u.name),
         'value', ${agreed('e')}, 'counted', ${counted('e')}, 'rate', trim_scale(e.rate)::text, 'rateOn', e.rate_on, 'expectedCloseOn', e.expected_close_on, 'entered', e.entered, 'recordedBy', r.name) as event
       from pipeline_events e join ${stages} g on g.id = e.stage_id join users u on u.tenant_id = $1 and u.id = e.owner_id
         left join users r on r.tenant_id = $1 and r.id = e.recorded_by
       where e.tenant_id = $1 and e.item_id = $2 order by e.occurred_at, e.sequence, e.known_at`,
      [currentContext().tenantId, itemId],
    );
    return rows.map((row) => row.event);
  }
}
