import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { Difference } from './metrics.repository.js';

export interface MetricAuditRow {
  id: string;
  audited_at: Date;
  days: number;
  differences: number;
  examples: Difference[];
}

const keptDays = 400;

@Injectable()
export class MetricAuditsRepository {
  constructor(private readonly db: Db) {}

  /** Keeps the finding, and lets go of those older than 400 days. */
  async keep(days: number, differences: number, examples: readonly Difference[]): Promise<string> {
    const { tenantId, now } = currentContext();
    await this.db.run(`delete from metric_audits where tenant_id = $1 and audited_at < $2::timestamptz - $3 * interval '1 day'`, [
      tenantId,
      now,
      keptDays,
    ]);
    const row = await this.db.one<{ id: string }>(
      'insert into metric_audits (tenant_id, audited_at, days, differences, examples) values ($1, $2, $3, $4, $5) returning id',
      [tenantId, now, days, differences, JSON.stringify(examples)],
    );
    return row.id;
  }

  page(after: string | null, limit: number): Promise<MetricAuditRow[]> {
    return this.db.many<MetricAuditRow & Record<string, unknown>>(
      `select id, audited_at, days, differences, examples from metric_audits where tenant_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [currentContext().tenantId, after, limit],
    );
  }
}
