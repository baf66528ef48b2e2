import { Injectable } from '@nestjs/common';
import { classification, openColumns } from '../database/classification.js';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

export type PersonRow = Record<string, unknown>;

@Injectable()
export class PersonExportRepository {
  constructor(private readonly db: Db) {}

  /** Name of the person, or null where there is none. */
  async nameOf(userId: string): Promise<string | null> {
    const row = await this.db.maybe<{ name: string }>('select name from users where tenant_id = $1 and id = $2', [currentContext().tenantId, userId]);
    return row?.name ?? null;
  }

  /** Names of everybody else, longest first, for masking. */
  async otherNames(userId: string): Promise<string[]> {
    const rows = await this.db.many<{ name: string }>(
      'select distinct name, length(name) from users where tenant_id = $1 and id <> $2 and name <> (select name from users where tenant_id = $1 and id = $2) order by length(name) desc, name',
      [currentContext().tenantId, userId],
    );
    return rows.map((row) => row.name);
  }

  /** Rows of a table about the person; ids of other people are null, and of what the person did to others only that it was done. */
  async rows(table: string, userId: string): Promise<{ columns: string[]; rows: PersonRow[] }> {
    const { about, others = [] } = classification[table] ?? { about: null };
    if (about === null) return { columns: [], rows: [] };
    const columns = openColumns(table).filter((column) => column !== 'tenant_id');
    const foreign = table === 'audit_events' ? 'subject_id is distinct from $2 and subject_id is not null' : null;
    const listed = columns.map((column) => {
      if (others.includes(column)) return `case when t."${column}" = $2 then t."${column}" end as "${column}"`;
      if (foreign && ['before', 'after', 'reason'].includes(column)) return `case when not (${foreign}) then t."${column}" end as "${column}"`;
      return `t."${column}"`;
    });
    const json = await this.db.many<{ row: PersonRow }>(
      `select row_to_json(x) as row from (select ${listed.join(', ')} from ${table} t where t.tenant_id = $1 and ${about} order by 1, 2) x`,
      [currentContext().tenantId, userId],
    );
    return { columns, rows: json.map(({ row }) => row) };
  }

  /** What each judged gate asked and found, in words. */
  logic(userId: string): Promise<PersonRow[]> {
    return this.db.many(
      `select x.name as gate, x.deadline_on as deadline, v.outcome, v.judged_at, c.condition ->> 'sentence' as asked_and_found
       from gates x join verdicts v on v.tenant_id = $1 and v.gate_id = x.id cross join lateral jsonb_array_elements(v.evidence -> 'conditions') as c (condition)
       where x.tenant_id = $1 and x.user_id = $2 order by x.deadline_at, x.id`,
      [currentContext().tenantId, userId],
    );
  }
}
