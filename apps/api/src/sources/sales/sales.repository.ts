import { Injectable } from '@nestjs/common';
import type { Sale } from '@waymark/contracts';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';
import type { Credit, SaleRow, SaleState } from './sale-rows.js';

/** The present version of a sale, held. */
export interface HeldSale extends SaleState {
  id: string;
  externalId: string | null;
  version: number;
  dayOnly: boolean;
}

export interface SaleFilter {
  owners: string[] | null;
  ownerId: string | null;
  companyId: string | null;
  from: Date | null;
  to: Date | null;
  after: { at: string; id: string } | null;
  limit: number;
}

interface PlacedSale {
  sale: Sale;
  at: string;
  row_id: string;
}

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const money = (minor: string, currency: string) =>
  `json_build_object('amount', to_char(${minor} / 100.0, 'FM9999999999999990.00'), 'currency', ${currency})`;
const named = (alias: string) => `case when ${alias}.id is not null then json_build_object('id', ${alias}.id, 'name', ${alias}.name) end`;
const agreed = (part: string) =>
  part === 'whole' ? 'coalesce(s.given_whole_minor, s.given_minor, s.whole_minor, s.amount_minor)' : `coalesce(x.given_minor, x.amount_minor)`;
const shares = `(select json_agg(json_build_object('user', json_build_object('id', w.id, 'name', w.name), 'share', trim_scale(coalesce(x.share_ppm, 1000000) / 10000.0)::text,
    'amount', ${money(agreed('part'), 'coalesce(x.given_currency, x.currency)')}, 'counted', case when not x.unrated then ${money('x.amount_minor', 'x.currency')} end) order by x.position)
  from sales x join users w on w.tenant_id = $1 and w.id = x.owner_id
  where x.tenant_id = $1 and x.known_to is null and (x.id = coalesce(s.entry_id, s.id) or x.entry_id = coalesce(s.entry_id, s.id)))`;
const shape = `json_build_object('id', coalesce(s.entry_id, s.id), 'externalId', s.external_id, 'owner', json_build_object('id', u.id, 'name', u.name),
  'company', ${named('c')}, 'product', ${named('p')}, 'item', ${named('i')},
  'list', (select n from (select v.list_id as id, v.name from partner_list_versions v where v.tenant_id = $1 and v.list_id = s.list_id and v.known_to is null) n), 'occurredAt', ${instant('s.occurred_at')},
  'dayOnly', s.day_only,
  'amount', ${money(agreed('whole'), 'coalesce(s.given_currency, s.currency)')},
  'counted', case when not s.unrated then ${money('coalesce(s.whole_minor, s.amount_minor)', 's.currency')} end,
  'rate', trim_scale(s.rate)::text, 'rateOn', s.rate_on, 'shares', ${shares}, 'note', s.note, 'recordedBy', r.name, 'knownAt', ${instant('s.known_at')},
  'version', s.version)`;
const joins = `join users u on u.tenant_id = $1 and u.id = coalesce(s.seller_id, s.owner_id) left join companies c on c.tenant_id = $1 and c.id = s.company_id
  left join products p on p.tenant_id = $1 and p.id = s.product_id left join pipeline_items i on i.tenant_id = $1 and i.id = s.item_id
  left join users r on r.tenant_id = $1 and r.id = s.recorded_by`;
/** Whether one of $2 (null: anybody) sold or is credited. `s` stands for the whole sale. */
const seen = (people: string) => `(s.owner_id = any(${people}) or s.seller_id = any(${people}) or exists (select 1 from sales x where x.tenant_id = $1
  and x.known_to is null and x.entry_id = coalesce(s.entry_id, s.id) and x.owner_id = any(${people})))`;

@Injectable()
export class SalesRepository {
  constructor(private readonly db: Db) {}

  /** Sales as they stand, the latest first, each once however many share it. The page is chosen before anything is joined to it. */
  page(filter: SaleFilter): Promise<PlacedSale[]> {
    return this.db.many<PlacedSale & Record<string, unknown>>(
      `select ${shape} as sale, ${instant('s.occurred_at')} as at, s.id as row_id from (select * from sales s
         where s.tenant_id = $1 and s.known_to is null and s.position = 1 and ($2::uuid[] is null or ${seen('$2::uuid[]')})
           and ($3::uuid[] is null or ${seen('$3::uuid[]')}) and ($4::uuid is null or s.company_id = $4)
           and ($5::timestamptz is null or s.occurred_at >= $5) and ($6::timestamptz is null or s.occurred_at < $6)
           and ($7::timestamptz is null or (s.occurred_at, s.id) < ($7, $8::uuid))
         order by s.occurred_at desc, s.id desc limit $9) s ${joins} order by s.occurred_at desc, s.id desc`,
      [
        currentContext().tenantId,
        filter.owners,
        filter.ownerId === null ? null : [filter.ownerId],
        filter.companyId,
        filter.from,
        filter.to,
        filter.after?.at ?? null,
        filter.after?.id ?? null,
        filter.limit,
      ],
    );
  }

  async find(id: string): Promise<Sale | null> {
    const row = await this.db.maybe<{ sale: Sale }>(
      `select ${shape} as sale from sales s ${joins} where s.tenant_id = $1 and (s.id = $2 or s.entry_id = $2) and s.known_to is null and s.position = 1`,
      [currentContext().tenantId, id],
    );
    return row?.sale ?? null;
  }

  /** The present version with all its rows, held until the transaction ends so that two corrections take turns. */
  async lock(id: string): Promise<HeldSale | null> {
    const rows = await this.db.many<Omit<HeldSale, 'id' | 'credits' | 'agreedMinor'> & { agreed: string; ownerId: string; ppm: string | null }>(
      `select s.external_id as "externalId", s.version, s.day_only as "dayOnly", coalesce(s.seller_id, s.owner_id) as "sellerId", s.company_id as "companyId",
         s.product_id as "productId", s.item_id as "itemId", s.list_id as "listId", s.occurred_at as "occurredAt", ${agreed('whole')}::text as agreed,
         coalesce(s.given_currency, s.currency) as currency, s.note, s.owner_id as "ownerId", s.share_ppm::text as ppm
       from sales s where s.tenant_id = $1 and (s.id = $2 or s.entry_id = $2) and s.known_to is null order by s.position for no key update`,
      [currentContext().tenantId, id],
    );
    const [head] = rows;
    if (!head) return null;
    const credits = rows.filter((row) => row.ppm !== null).map((row): Credit => ({ userId: row.ownerId, ppm: BigInt(row.ppm as string) }));
    const { agreed: agreedMinor, ownerId: _owner, ppm: _ppm, ...rest } = head;
    return { ...rest, id, agreedMinor: BigInt(agreedMinor), credits };
  }

  /** A first version (`before` null), or the next one; known from now on. Answers the id of the sale. */
  async write(
    state: SaleState,
    rows: readonly SaleRow[],
    kept: { externalId: string | null; dayOnly: boolean },
    before: { id: string; version: number } | null,
  ): Promise<string> {
    const { tenantId, currency, userId, now } = currentContext();
    let id = before?.id ?? null;
    for (const row of rows) {
      const made = await this.db.one<{ id: string }>(
        `insert into sales (tenant_id, entry_id, version, external_id, item_id, company_id, product_id, occurred_at, known_at, day_only, note, currency, recorded_by,
           owner_id, seller_id, position, share_ppm, amount_minor, whole_minor, given_minor, given_whole_minor, given_currency, rate, rate_on, unrated, list_id, from_list)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26::uuid, $26::uuid is not null) returning id`,
        [
          tenantId,
          id,
          (before?.version ?? 0) + 1,
          row.position === 1 ? kept.externalId : null,
          state.itemId,
          state.companyId,
          state.productId,
          state.occurredAt,
          now,
          kept.dayOnly,
          state.note,
          currency,
          userId,
          row.ownerId,
          row.sellerId,
          row.position,
          row.sharePpm,
          row.amountMinor,
          row.wholeMinor,
          row.givenMinor,
          row.givenWholeMinor,
          row.givenCurrency,
          row.rate,
          row.rateOn,
          row.unrated,
          state.listId,
        ],
      );
      id ??= made.id;
    }
    return id as string;
  }

  /** From now on these rows are no longer what is known. */
  async close(id: string): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run('update sales set known_to = greatest($3, known_at) where tenant_id = $1 and (id = $2 or entry_id = $2) and known_to is null', [
      tenantId,
      id,
      now,
    ]);
  }

  async exists(table: 'users' | 'companies' | 'products', id: string): Promise<boolean> {
    return (await this.db.maybe(`select 1 from ${table} where tenant_id = $1 and id = $2`, [currentContext().tenantId, id])) !== null;
  }

  async hasExternalId(externalId: string): Promise<boolean> {
    const row = await this.db.maybe('select 1 from sales where tenant_id = $1 and external_id = $2 and known_to is null', [
      currentContext().tenantId,
      externalId,
    ]);
    return row !== null;
  }
}
