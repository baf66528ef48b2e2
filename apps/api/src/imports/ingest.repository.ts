import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

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

  found(): Promise<FoundInRow[]> {
    return this.db.many<FoundInRow & Record<string, unknown>>('select line, severity, code, field, message from findings order by line');
  }
}
