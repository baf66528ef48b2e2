import { Injectable } from '@nestjs/common';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

/** A version of a partner list with the days that people told; instants as text. */
export interface ListVersionRow {
  list: string;
  version: number;
  name: string;
  owner: string;
  partners: number;
  opened_on: string;
  due_on: string | null;
  sent_on: string | null;
  closed_on: string | null;
  opened_at: Date;
  sent_at: Date | null;
  closed_at: Date | null;
  ended_at: Date | null;
  late_at: Date | null;
  known_at: Date;
  known_to: Date | null;
}

/** Rows of facts with versions; owner and company by external id. */
export interface FactRows {
  table: 'tasks' | 'task_updates' | 'interactions' | 'company_updates';
  /** Column -> type, of what the rows hold beside the common columns. */
  columns: Record<string, string>;
  rows: object[];
}

const found = (table: 'users' | 'companies', column: string) => `(select x.id from ${table} x where x.tenant_id = $1 and x.external_id = ${column})`;

/** Sets of rows as they became known: each statement takes any number of them. What is there already stays as it is. */
@Injectable()
export class HistoryRepository {
  constructor(private readonly db: Db) {}

  /** Lists of leads; answers how many are new. */
  async insertLists(rows: { id: string; item: string; opened_at: Date }[]): Promise<number> {
    return this.db.run(
      `insert into partner_lists (tenant_id, external_id, item_id, created_at)
       select $1, r.id, i.id, r.opened_at from jsonb_to_recordset($2::jsonb) as r (id text, item text, opened_at timestamptz(3))
       join pipeline_items i on i.tenant_id = $1 and i.external_id = r.item
       where not exists (select 1 from partner_lists l where l.tenant_id = $1 and l.external_id = r.id) order by r.id`,
      [currentContext().tenantId, JSON.stringify(rows)],
    );
  }

  async insertListVersions(rows: ListVersionRow[]): Promise<void> {
    const { tenantId, userId } = currentContext();
    await this.db.run(
      `insert into partner_list_versions (tenant_id, list_id, version, name, owner_id, partners, opened_on, due_on, has_due, sent_on, closed_on, closed_by, opened_at,
         sent_at, closed_at, ended_at, late_at, known_at, known_to, backfilled, recorded_by)
       select $1, l.id, r.version, r.name, ${found('users', 'r.owner')}, r.partners, r.opened_on, r.due_on, r.due_on is not null, r.sent_on, r.closed_on,
         case when r.closed_on is not null then 'item' end, r.opened_at, r.sent_at, r.closed_at, r.ended_at, r.late_at, r.known_at, r.known_to, true, $3
       from jsonb_to_recordset($2::jsonb) as r (list text, version int, name text, owner text, partners int, opened_on date, due_on date, sent_on date, closed_on date,
         opened_at timestamptz(3), sent_at timestamptz(3), closed_at timestamptz(3), ended_at timestamptz(3), late_at timestamptz(3), known_at timestamptz(3), known_to timestamptz(3))
       join partner_lists l on l.tenant_id = $1 and l.external_id = r.list
       where not exists (select 1 from partner_list_versions v where v.tenant_id = $1 and v.list_id = l.id) order by r.list, r.version`,
      [tenantId, JSON.stringify(rows), userId],
    );
  }

  /** Puts contacts on their lists; answers the ids of those that stood on none. */
  async putOnLists(contacts: readonly [item: string, list: string][]): Promise<string[]> {
    const { tenantId } = currentContext();
    const rows = await this.db.many<{ id: string }>(
      `update pipeline_items i set list_id = l.id from jsonb_to_recordset($2::jsonb) as r (item text, list text)
       join partner_lists l on l.tenant_id = $1 and l.external_id = r.list
       where i.tenant_id = $1 and i.external_id = r.item and i.list_id is null returning i.id`,
      [tenantId, JSON.stringify(contacts.map(([item, list]) => ({ item, list })))],
    );
    // Their sales were made when they were no contacts yet.
    await this.db.run(
      `update sales s set list_id = i.list_id, from_list = true from pipeline_items i
       where s.tenant_id = $1 and i.tenant_id = $1 and i.id = s.item_id and i.list_id is not null and s.list_id is null`,
      [tenantId],
    );
    return rows.map((row) => row.id);
  }

  async leadsWithLists(): Promise<string[]> {
    const rows = await this.db.many<{ id: string }>('select distinct item_id as id from partner_lists where tenant_id = $1', [
      currentContext().tenantId,
    ]);
    return rows.map((row) => row.id);
  }

  /** Facts in their first version; answers how many are new. */
  async insertFacts({ table, columns, rows }: FactRows): Promise<number> {
    const { tenantId, userId } = currentContext();
    const names = Object.keys(columns);
    const types = names.map((name) => `${name} ${columns[name]}`).join(', ');
    const task =
      table === 'task_updates'
        ? ['task_id, ', '(select t.id from tasks t where t.tenant_id = $1 and t.external_id = r.task and t.known_to is null), ']
        : ['', ''];
    return this.db.run(
      `insert into ${table} (tenant_id, external_id, owner_id, company_id, known_at, backfilled, recorded_by, ${task[0]}${names.join(', ')})
       select $1, r.external_id, ${found('users', 'r.owner')}, ${found('companies', 'r.company')}, r.known_at, true, $3, ${task[1]}${names.map((name) => `r.${name}`).join(', ')}
       from jsonb_to_recordset($2::jsonb) as r (external_id text, owner text, company text, known_at timestamptz(3), task text, ${types})
       where not exists (select 1 from ${table} f where f.tenant_id = $1 and f.external_id = r.external_id) order by r.external_id`,
      [tenantId, JSON.stringify(rows), userId],
    );
  }

  async insertProgrammes(
    rows: { name: string; starts: string; ends: string; enrolments: { company: string; from: string; until: string | null }[] }[],
  ): Promise<void> {
    const { tenantId, userId, now } = currentContext();
    const told = JSON.stringify(rows);
    await this.db.run(
      `insert into programmes (tenant_id, name, starts_on, ends_on, created_at, recorded_by)
       select $1, r.name, r.starts, r.ends, $3, $4 from jsonb_to_recordset($2::jsonb) as r (name text, starts date, ends date)
       where not exists (select 1 from programmes p where p.tenant_id = $1 and p.name = r.name)`,
      [tenantId, told, now, userId],
    );
    await this.db.run(
      `insert into enrolments (tenant_id, programme_id, company_id, from_on, until_on, created_at, recorded_by)
       select $1, p.id, c.id, e."from", e.until, $3, $4 from jsonb_to_recordset($2::jsonb) as r (name text, enrolments jsonb)
       cross join lateral jsonb_to_recordset(r.enrolments) as e (company text, "from" date, until date)
       join programmes p on p.tenant_id = $1 and p.name = r.name join companies c on c.tenant_id = $1 and c.external_id = e.company
       where not exists (select 1 from enrolments o where o.tenant_id = $1 and o.programme_id = p.id and o.company_id = c.id)`,
      [tenantId, told, now, userId],
    );
  }
}
