import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** Metrics that an organisation defines itself, with their versions (MET-04). */
export class OwnMetrics1700000000028 implements MigrationInterface {
  name = 'OwnMetrics1700000000028';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table own_metrics (
      tenant_id uuid not null constraint fk_own_metrics_tenant references tenants (id),
      id uuid not null default uuidv7(),
      key text not null constraint ck_own_metrics_key check (key ~ '^own[.][a-z0-9_]{1,48}$'),
      archived_at timestamptz(3),
      created_by uuid,
      created_at timestamptz(3) not null,
      version integer not null default 1,
      constraint pk_own_metrics primary key (tenant_id, id),
      constraint uq_own_metrics_key unique (tenant_id, key)
    )`);
    // `applies_from`: the first day of this version when older days keep the versions before it; null when it holds for all days. Until `ready_at`
    // the days are being computed, and the version before it answers.
    await q.query(`create table own_metric_versions (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      metric_id uuid not null,
      number integer not null constraint ck_own_metric_versions_number check (number > 0),
      state text not null default 'draft' constraint ck_own_metric_versions_state check (state in ('draft', 'published')),
      definition jsonb not null,
      mode text constraint ck_own_metric_versions_mode check (mode in ('recompute', 'from_now_on')),
      applies_from date,
      published_at timestamptz(3),
      published_by uuid,
      ready_at timestamptz(3),
      days_total integer not null default 0,
      days_done integer not null default 0,
      failure text,
      created_at timestamptz(3) not null,
      constraint pk_own_metric_versions primary key (tenant_id, id),
      constraint uq_own_metric_versions_number unique (tenant_id, metric_id, number),
      constraint fk_own_metric_versions_metric foreign key (tenant_id, metric_id) references own_metrics (tenant_id, id),
      constraint ck_own_metric_versions_published check ((state = 'draft') = (published_at is null) and (state = 'draft') = (mode is null)),
      constraint ck_own_metric_versions_applies check ((mode = 'from_now_on') is not true or applies_from is not null)
    )`);
    await q.query(`create unique index uq_own_metric_versions_draft on own_metric_versions (tenant_id, metric_id) where state = 'draft'`);
    for (const table of ['own_metrics', 'own_metric_versions']) for (const statement of protectTenantTable(table)) await q.query(statement);
    await q.query('create trigger bump_version before update on own_metrics for each row execute function app.bump_version()');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`delete from daily_measures where measure like 'own.%'`);
    await q.query('drop table own_metric_versions');
    await q.query('drop table own_metrics');
  }
}
