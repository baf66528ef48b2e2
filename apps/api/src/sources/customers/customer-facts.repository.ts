import { Injectable } from '@nestjs/common';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

/** A kind of fact about customers: its table, the instant that orders it, and what is shown beside the common fields. */
export interface CustomerFactTable {
  table: 'arr_movements' | 'renewals' | 'survey_responses';
  at: string;
  /** Pairs of `json_build_object` over `f`. */
  shape: string;
}

/** Columns of one version, by name. */
export type FactColumns = Record<string, string | number | Date | null>;

export interface CustomerFactFilter {
  /** People whose facts may be seen; null: everybody's. */
  owners: string[] | null;
  ownerId: string | null;
  companyId: string | null;
  after: { at: string; id: string } | null;
  limit: number;
}

/** A row of a page with its place in the order. */
export interface PlacedFact<T> {
  fact: T;
  at: string;
}

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const money = `case when f.amount_minor is not null then json_build_object('amount', to_char(f.amount_minor / 100.0, 'FM9999999999999990.00'), 'currency', f.currency) end`;

export const arrMovements: CustomerFactTable = {
  table: 'arr_movements',
  at: 'occurred_at',
  shape: `'occurredAt', ${instant('f.occurred_at')}, 'kind', f.kind, 'amount', ${money}`,
};
export const renewals: CustomerFactTable = {
  table: 'renewals',
  at: 'due_at',
  shape: `'dueOn', f.due_on, 'outcome', f.outcome, 'decidedAt', ${instant('f.decided_at')}, 'amount', ${money}`,
};
export const surveyResponses: CustomerFactTable = {
  table: 'survey_responses',
  at: 'answered_at',
  shape: `'kind', f.kind, 'score', f.score, 'contact', f.contact, 'answeredAt', ${instant('f.answered_at')}`,
};

const common = `'id', f.id, 'externalId', f.external_id, 'owner', json_build_object('id', u.id, 'name', u.name),
  'company', case when c.id is not null then json_build_object('id', c.id, 'name', c.name) end, 'knownAt', ${instant('f.known_at')}, 'version', f.version`;
const joins = 'join users u on u.tenant_id = $1 and u.id = f.owner_id left join companies c on c.tenant_id = $1 and c.id = f.company_id';

@Injectable()
export class CustomerFactsRepository {
  constructor(private readonly db: Db) {}

  /** Present versions, the latest first. */
  page<T>({ table, at, shape }: CustomerFactTable, filter: CustomerFactFilter): Promise<PlacedFact<T>[]> {
    return this.db.many<PlacedFact<T> & Record<string, unknown>>(
      `select json_build_object(${common}, ${shape}) as fact, ${instant(`f.${at}`)} as at from ${table} f ${joins}
       where f.tenant_id = $1 and f.known_to is null and ($2::uuid[] is null or f.owner_id = any($2)) and ($3::uuid is null or f.owner_id = $3)
         and ($4::uuid is null or f.company_id = $4) and ($5::timestamptz is null or (f.${at}, f.id) < ($5, $6::uuid))
       order by f.${at} desc, f.id desc limit $7`,
      [currentContext().tenantId, filter.owners, filter.ownerId, filter.companyId, filter.after?.at ?? null, filter.after?.id ?? null, filter.limit],
    );
  }

  async find<T>({ table, shape }: CustomerFactTable, id: string): Promise<T | null> {
    const row = await this.db.maybe<{ fact: T }>(
      `select json_build_object(${common}, ${shape}) as fact from ${table} f ${joins} where f.tenant_id = $1 and f.id = $2 and f.known_to is null`,
      [currentContext().tenantId, id],
    );
    return row?.fact ?? null;
  }

  /** The present version, held until the transaction ends so that two corrections take turns. */
  lock({ table }: CustomerFactTable, id: string): Promise<(FactColumns & { owner_id: string; version: number }) | null> {
    return this.db.maybe<FactColumns & { owner_id: string; version: number }>(
      `select * from ${table} where tenant_id = $1 and id = $2 and known_to is null for no key update`,
      [currentContext().tenantId, id],
    );
  }

  /** A version that is known from now on; with an id it follows the one that was closed. Answers the id. */
  async insert({ table }: CustomerFactTable, columns: FactColumns): Promise<string> {
    const { tenantId, userId, now } = currentContext();
    const names = Object.keys(columns);
    const row = await this.db.one<{ id: string }>(
      `insert into ${table} (tenant_id, known_at, recorded_by, ${names.join(', ')}) values ($1, $2, $3, ${names.map((_, n) => `$${n + 4}`).join(', ')}) returning id`,
      [tenantId, now, userId, ...Object.values(columns)],
    );
    return row.id;
  }

  /** From now on this version is no longer what is known. */
  async close({ table }: CustomerFactTable, id: string): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run(`update ${table} set known_to = greatest($3, known_at) where tenant_id = $1 and id = $2 and known_to is null`, [
      tenantId,
      id,
      now,
    ]);
  }

  async hasExternalId({ table }: CustomerFactTable, externalId: string): Promise<boolean> {
    const row = await this.db.maybe(`select 1 from ${table} where tenant_id = $1 and external_id = $2 and known_to is null`, [
      currentContext().tenantId,
      externalId,
    ]);
    return row !== null;
  }

  async exists(table: 'users' | 'companies', id: string): Promise<boolean> {
    return (await this.db.maybe(`select 1 from ${table} where tenant_id = $1 and id = $2`, [currentContext().tenantId, id])) !== null;
  }
}
