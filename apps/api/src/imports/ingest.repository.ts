import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { IngestSource } from './ingest-rows.js';

/** A row that was taken. */
export interface TakenRow {
  line: number;
  id: string;
  outcome: 'created' | 'updated' | 'unchanged';
}

/** What was found in a row. */
export interface FoundInRow {
  line: number;
  severity: string;
  code: string;
  field: string | null;
  message: string;
}

@Injectable()
export class IngestRepository {
  constructor(private readonly db: Db) {}

  /**
   * Calls of one organisation take turns: two that bring the same new ids would otherwise both create them. One statement writes thousands of rows, so it
   * may take longer than those of other requests.
   */
  async takeTurns(): Promise<void> {
    this.db.waitUpTo(40_000);
    await this.db.run('set local statement_timeout = 30000');
    await this.db.run('set local lock_timeout = 20000');
    await this.db.run('select 1 from tenants where id = $1 for no key update', [currentContext().tenantId]);
  }

  /** What the set-based import left in the temporary tables of this transaction, row by row. */
  taken(source: IngestSource): Promise<TakenRow[]> {
    if (source === 'pipeline_items') return this.takenItems();
    return source === 'activities' ? this.takenActivities() : this.takenCompanies();
  }

  private takenItems(): Promise<TakenRow[]> {
    return this.db.many<TakenRow & Record<string, unknown>>(
      `select line, (array_agg(item_id))[1] as id, case when bool_or(fresh) then 'created' when bool_or(not same or details_differ) then 'updated'
         else 'unchanged' end as outcome from planned group by line`,
    );
  }

  private takenActivities(): Promise<TakenRow[]> {
    return this.db.many<TakenRow & Record<string, unknown>>(
      `select p.line, a.id, case when p.old_id is null then 'created' when p.same then 'unchanged' else 'updated' end as outcome
       from planned p join activities a on a.tenant_id = $1 and a.external_id = p.external_id and a.known_to is null`,
      [currentContext().tenantId],
    );
  }

  private takenCompanies(): Promise<TakenRow[]> {
    return this.db.many<TakenRow & Record<string, unknown>>(
      'select p.line, c.id, p.outcome from planned p join companies c on c.tenant_id = $1 and c.external_id = p.external_key',
      [currentContext().tenantId],
    );
  }

  found(): Promise<FoundInRow[]> {
    return this.db.many<FoundInRow & Record<string, unknown>>('select line, severity, code, field, message from findings order by line');
  }
}
