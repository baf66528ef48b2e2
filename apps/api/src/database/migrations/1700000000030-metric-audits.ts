import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** What the nightly comparison of stored sums with the facts found (MET-07). */
export class MetricAudits1700000000030 implements MigrationInterface {
  name = 'MetricAudits1700000000030';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table metric_audits (
      tenant_id uuid not null constraint fk_metric_audits_tenant references tenants (id),
      id uuid not null default uuidv7(),
      audited_at timestamptz(3) not null,
      days integer not null constraint ck_metric_audits_days check (days >= 0),
      differences integer not null constraint ck_metric_audits_differences check (differences >= 0),
      examples jsonb not null default '[]',
      constraint pk_metric_audits primary key (tenant_id, id)
    )`);
    for (const statement of protectTenantTable('metric_audits', 'select, insert, delete')) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table metric_audits');
  }
}
