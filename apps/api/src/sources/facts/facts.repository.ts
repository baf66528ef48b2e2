import { Injectable } from '@nestjs/common';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';
import type { Capability } from '../../access/permissions.js';
import { type Reach, reachedCompany } from '../../access/visibility.js';

/** A kind of fact in versions: its table, who may see and record it, the instant that orders it, and what is shown beside the common fields. */
export interface FactTable {
  table: 'arr_movements' | 'renewals' | 'survey_responses' | 'tasks' | 'task_updates' | 'interactions' | 'company_updates';
  /** One of them, in the words of the audit trail. */
  noun: string;
  reads: Capability;
  writes: Capability;
  at: string;
  /** Notes are for their authors, coaches and leaders: people of the company read the fact without them. */
  keepsNotes?: true;
  /** Pairs of `json_build_object` over `f`. */
  shape: string;
  /** Columns by the name of the question that asks for one value of them. */
  filters?: Readonly<Record<string, string>>;
}

/** Columns of one version, by name. */
export type FactColumns = Record<string, string | number | Date | null>;

/** A version as its table has it. */
export type FactVersion = FactColumns & { id: string; owner_id: string; company_id: string | null; version: number };

export interface FactFilter {
  /** Whose facts, and about which companies, may be seen. */
  seen: Reach;
  ownerId: string | null;
  companyId: string | null;
  /** Values of columns, all of which must be met. */
  is: Readonly<Record<string, string>>;
  after: { at: string; id: string } | null;
  limit: number;
}

/** A row of a page with its place in the order. */
export interface PlacedFact<T> {
  fact: T;
  at: string;
}

/** SQL of an instant as it goes over the wire. */
export const instantText = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** SQL of an amount in minor units as it goes over the wire; null stays null. */
export const moneyText = (column: string, currency = 'f.currency') =>
  `case when ${column} is not null then json_build_object('amount', to_char(${column} / 100.0, 'FM9999999999999990.00'), 'currency', ${currency}) end`;

const common = `'id', f.id, 'externalId', f.external_id, 'owner', json_build_object('id', u.id, 'name', u.name),
  'company', case when c.id is not null then json_build_object('id', c.id, 'name', c.name) end, 'note', f.note, 'recordedBy', r.name,
  'knownAt', ${instantText('f.known_at')}, 'version', f.version`;
const joins = `join users u on u.tenant_id = $1 and u.id = f.owner_id left join companies c on c.tenant_id = $1 and c.id = f.company_id
  left join users r on r.tenant_id = $1 and r.id = f.recorded_by`;

@Injectable()
export class FactsRepository {
  constructor(private readonly db: Db) {}

  /** Present versions, the latest first. */
  page<T>({ table, at, shape }: FactTable, filter: FactFilter): Promise<PlacedFact<T>[]> {
    const asked = Object.entries(filter.is);
    const conditions = asked.map(([column], n) => ` and f.${column}::text = $${n + 10}`).join('');
    return this.db.many<PlacedFact<T> & Record<string, unknown>>(
      `select json_build_object(${common}, ${shape}) as fact, ${instantText(`f.${at}`)} as at from ${table} f ${joins}
       where f.tenant_id = $1 and f.known_to is null and ($3::uuid is null or f.owner_id = $3)
         and ($2::uuid[] is null or f.owner_id = any($2)
           or ($9::uuid is not null and (f.company_id = any($8::uuid[]) or (f.company_id is null and f.owner_id = $9))))
         and ($4::uuid is null or f.company_id = $4) and ($5::timestamptz is null or (f.${at}, f.id) < ($5, $6::uuid))${conditions}
       order by f.${at} desc, f.id desc limit $7`,
      [
        currentContext().tenantId,
        filter.seen.owners,
        filter.ownerId,
        filter.companyId,
        filter.after?.at ?? null,
        filter.after?.id ?? null,
        filter.limit,
        filter.seen.companies,
        filter.seen.self,
        ...asked.map(([, value]) => value),
      ],
    );
  }

  async find<T>({ table, shape }: FactTable, id: string): Promise<T | null> {
    const row = await this.db.maybe<{ fact: T }>(
      `select json_build_object(${common}, ${shape}) as fact from ${table} f ${joins} where f.tenant_id = $1 and f.id = $2 and f.known_to is null`,
      [currentContext().tenantId, id],
    );
    return row?.fact ?? null;
  }

  /** The present version, held until the transaction ends so that two corrections take turns. */
  lock({ table }: Pick<FactTable, 'table'>, id: string): Promise<FactVersion | null> {
    return this.db.maybe<FactVersion>(`select * from ${table} where tenant_id = $1 and id = $2 and known_to is null for no key update`, [
      currentContext().tenantId,
      id,
    ]);
  }

  /** A version that is known from now on; with an id it follows the one that was closed. Answers the id. */
  async insert({ table }: FactTable, columns: FactColumns): Promise<string> {
    const { tenantId, userId, now } = currentContext();
    const names = Object.keys(columns);
    const row = await this.db.one<{ id: string }>(
      `insert into ${table} (tenant_id, known_at, recorded_by, ${names.join(', ')}) values ($1, $2, $3, ${names.map((_, n) => `$${n + 4}`).join(', ')}) returning id`,
      [tenantId, now, userId, ...Object.values(columns)],
    );
    return row.id;
  }

  /** From now on this version is no longer what is known. */
  async close({ table }: FactTable, id: string): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run(`update ${table} set known_to = greatest($3, known_at) where tenant_id = $1 and id = $2 and known_to is null`, [
      tenantId,
      id,
      now,
    ]);
  }

  async hasExternalId({ table }: FactTable, externalId: string): Promise<boolean> {
    const row = await this.db.maybe(`select 1 from ${table} where tenant_id = $1 and external_id = $2 and known_to is null`, [
      currentContext().tenantId,
      externalId,
    ]);
    return row !== null;
  }

  async isPerson(id: string): Promise<boolean> {
    return (await this.db.maybe('select 1 from users where tenant_id = $1 and id = $2', [currentContext().tenantId, id])) !== null;
  }

  async isCompany({ owners, companies }: Reach, id: string): Promise<boolean> {
    const row = await this.db.maybe(`select 1 from companies c where c.tenant_id = $1 and c.id = $2 and ${reachedCompany('c', '$3', '$4')}`, [
      currentContext().tenantId,
      id,
      owners,
      companies,
    ]);
    return row !== null;
  }

  /** Whether the person coaches the company or belongs to it on that day. */
  async isOfCompany(userId: string, companyId: string, day: string): Promise<boolean> {
    const row = await this.db.maybe(
      `select 1 from company_people where tenant_id = $1 and company_id = $2 and user_id = $3 and from_on <= $4 and (until_on is null or until_on > $4)`,
      [currentContext().tenantId, companyId, userId, day],
    );
    return row !== null;
  }
}
