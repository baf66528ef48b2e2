import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** Facts and what they point at. Facts keep their versions (Q98): a correction closes the old row (`known_to`) and adds a new one. */
export class Sources1700000000003 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table companies (
      tenant_id uuid not null constraint fk_companies_tenant references tenants (id),
      id uuid not null default uuidv7(),
      external_id text,
      name text not null,
      industry text,
      country text,
      founded_year smallint,
      employees integer constraint ck_companies_employees check (employees >= 0),
      revenue_minor bigint,
      owner_id uuid,
      parent_id uuid,
      created_at timestamptz(3) not null,
      version integer not null default 1,
      constraint pk_companies primary key (tenant_id, id),
      constraint uq_companies_external unique (tenant_id, external_id),
      constraint fk_companies_owner foreign key (tenant_id, owner_id) references users (tenant_id, id),
      constraint fk_companies_parent foreign key (tenant_id, parent_id) references companies (tenant_id, id),
      constraint ck_companies_parent check (parent_id <> id)
    )`);
    await q.query('create index ix_companies_name on companies (tenant_id, name, id)');
    await q.query('create index ix_companies_owner on companies (tenant_id, owner_id)');
    await q.query(`create table products (
      tenant_id uuid not null constraint fk_products_tenant references tenants (id),
      id uuid not null default uuidv7(),
      name text not null,
      series text,
      list_price_minor bigint not null constraint ck_products_list_price check (list_price_minor >= 0),
      constraint pk_products primary key (tenant_id, id),
      constraint uq_products_name unique (tenant_id, name)
    )`);
    await q.query(`create table pipeline_stages (
      tenant_id uuid not null constraint fk_pipeline_stages_tenant references tenants (id),
      id uuid not null default uuidv7(),
      key text not null,
      label text not null,
      position smallint not null,
      family text not null,
      kind text not null constraint ck_pipeline_stages_kind check (kind in ('lead', 'deal', 'won', 'lost', 'list_out')),
      qualified boolean not null default false,
      constraint pk_pipeline_stages primary key (tenant_id, id),
      constraint uq_pipeline_stages_key unique (tenant_id, key)
    )`);
    await q.query(`create table pipeline_items (
      tenant_id uuid not null constraint fk_pipeline_items_tenant references tenants (id),
      id uuid not null default uuidv7(),
      external_id text,
      name text not null,
      note text,
      stage_id uuid not null,
      kind text not null constraint ck_pipeline_items_kind check (kind in ('lead', 'deal', 'won', 'lost', 'list_out')),
      qualified boolean not null default false,
      owner_id uuid not null,
      company_id uuid,
      product_id uuid,
      value_minor bigint not null default 0 constraint ck_pipeline_items_value check (value_minor >= 0),
      currency char(3) not null,
      expected_close_on date,
      category text,
      agreement_date date,
      partner_list_due_date date,
      partner_list_sent_date date,
      first_sale_date date,
      partner_list_size integer,
      total_sales_from_list_minor bigint,
      changed_at timestamptz(3) not null,
      created_at timestamptz(3) not null,
      version integer not null default 1,
      constraint pk_pipeline_items primary key (tenant_id, id),
      constraint uq_pipeline_items_external unique (tenant_id, external_id),
      constraint fk_pipeline_items_stage foreign key (tenant_id, stage_id) references pipeline_stages (tenant_id, id),
      constraint fk_pipeline_items_owner foreign key (tenant_id, owner_id) references users (tenant_id, id),
      constraint fk_pipeline_items_company foreign key (tenant_id, company_id) references companies (tenant_id, id),
      constraint fk_pipeline_items_product foreign key (tenant_id, product_id) references products (tenant_id, id)
    )`);
    await q.query('create index ix_pipeline_items_owner on pipeline_items (tenant_id, owner_id, kind, id)');
    await q.query('create index ix_pipeline_items_kind on pipeline_items (tenant_id, kind, id)');
    await q.query('create index ix_pipeline_items_company on pipeline_items (tenant_id, company_id)');
    // One row per change, holding the whole state that the change left behind. `ended_at` and `entered` are derived from the
    // item's present versions by the writer; as-known reads derive them again from the versions known then.
    await q.query(`create table pipeline_events (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      item_id uuid not null,
      external_key text,
      sequence integer not null,
      occurred_at timestamptz(3) not null constraint ck_pipeline_events_occurred_at check (isfinite(occurred_at)),
      known_at timestamptz(3) not null,
      known_to timestamptz(3),
      undated boolean not null default false,
      day_only boolean not null default false,
      backfilled boolean not null default false,
      stage_id uuid not null,
      kind text not null constraint ck_pipeline_events_kind check (kind in ('lead', 'deal', 'won', 'lost', 'list_out')),
      qualified boolean not null,
      owner_id uuid not null,
      company_id uuid,
      value_minor bigint not null,
      currency char(3) not null,
      expected_close_on date,
      category text,
      entered text constraint ck_pipeline_events_entered check (entered in ('lead', 'deal', 'won', 'lost')),
      ended_at timestamptz(3),
      recorded_by uuid,
      constraint pk_pipeline_events primary key (tenant_id, id),
      constraint fk_pipeline_events_item foreign key (tenant_id, item_id) references pipeline_items (tenant_id, id),
      constraint fk_pipeline_events_stage foreign key (tenant_id, stage_id) references pipeline_stages (tenant_id, id),
      constraint fk_pipeline_events_owner foreign key (tenant_id, owner_id) references users (tenant_id, id),
      constraint fk_pipeline_events_company foreign key (tenant_id, company_id) references companies (tenant_id, id),
      constraint ck_pipeline_events_known check (known_to is null or known_to >= known_at)
    )`);
    await q.query('create unique index uq_pipeline_events_sequence on pipeline_events (tenant_id, item_id, sequence) where known_to is null');
    await q.query('create unique index uq_pipeline_events_external on pipeline_events (tenant_id, item_id, external_key) where known_to is null');
    await q.query(`create index ix_pipeline_events_owner on pipeline_events (tenant_id, owner_id, occurred_at)
      include (kind, qualified, value_minor, entered, undated, ended_at) where known_to is null`);
    await q.query(`create index ix_pipeline_events_ended on pipeline_events (tenant_id, owner_id, ended_at)
      where known_to is null and ended_at is not null`);
    await q.query('create index ix_pipeline_events_known on pipeline_events (tenant_id, occurred_at, known_at)');
    await q.query(`create table sales (
      tenant_id uuid not null constraint fk_sales_tenant references tenants (id),
      id uuid not null default uuidv7(),
      external_id text,
      item_id uuid,
      owner_id uuid not null,
      company_id uuid,
      product_id uuid,
      occurred_at timestamptz(3) not null constraint ck_sales_occurred_at check (isfinite(occurred_at)),
      known_at timestamptz(3) not null,
      known_to timestamptz(3),
      day_only boolean not null default false,
      backfilled boolean not null default false,
      amount_minor bigint not null,
      currency char(3) not null,
      recorded_by uuid,
      constraint pk_sales primary key (tenant_id, id),
      constraint fk_sales_item foreign key (tenant_id, item_id) references pipeline_items (tenant_id, id),
      constraint fk_sales_owner foreign key (tenant_id, owner_id) references users (tenant_id, id),
      constraint fk_sales_company foreign key (tenant_id, company_id) references companies (tenant_id, id),
      constraint fk_sales_product foreign key (tenant_id, product_id) references products (tenant_id, id),
      constraint ck_sales_known check (known_to is null or known_to >= known_at)
    )`);
    await q.query('create unique index uq_sales_external on sales (tenant_id, external_id) where known_to is null');
    await q.query('create index ix_sales_owner on sales (tenant_id, owner_id, occurred_at) include (amount_minor) where known_to is null');
    await q.query('create index ix_sales_item on sales (tenant_id, item_id)');
    await q.query('create index ix_sales_known on sales (tenant_id, occurred_at, known_at)');
    await q.query(`create table activities (
      tenant_id uuid not null constraint fk_activities_tenant references tenants (id),
      id uuid not null default uuidv7(),
      external_id text,
      type text not null constraint ck_activities_type check (type in ('call', 'meeting', 'email', 'qbr')),
      owner_id uuid not null,
      company_id uuid,
      item_id uuid,
      scheduled_at timestamptz(3),
      completed_at timestamptz(3),
      outcome text constraint ck_activities_outcome check (outcome in ('completed', 'no_show', 'cancelled', 'rescheduled')),
      duration_seconds integer constraint ck_activities_duration check (duration_seconds >= 0),
      known_at timestamptz(3) not null,
      known_to timestamptz(3),
      day_only boolean not null default false,
      backfilled boolean not null default false,
      recorded_by uuid,
      constraint pk_activities primary key (tenant_id, id),
      constraint fk_activities_owner foreign key (tenant_id, owner_id) references users (tenant_id, id),
      constraint fk_activities_company foreign key (tenant_id, company_id) references companies (tenant_id, id),
      constraint fk_activities_item foreign key (tenant_id, item_id) references pipeline_items (tenant_id, id),
      constraint ck_activities_instants check (isfinite(scheduled_at) and isfinite(completed_at) and coalesce(scheduled_at, completed_at) is not null),
      constraint ck_activities_known check (known_to is null or known_to >= known_at)
    )`);
    await q.query('create unique index uq_activities_external on activities (tenant_id, external_id) where known_to is null');
    await q.query(`create index ix_activities_completed on activities (tenant_id, owner_id, completed_at)
      include (type, outcome) where known_to is null and completed_at is not null`);
    await q.query('create index ix_activities_known on activities (tenant_id, completed_at, known_at)');
    await q.query(`create table imports (
      tenant_id uuid not null constraint fk_imports_tenant references tenants (id),
      id uuid not null default uuidv7(),
      source text not null constraint ck_imports_source check (source in ('people', 'companies', 'products', 'pipeline_items', 'activities')),
      file_name text not null,
      file_bytes bigint not null default 0,
      file_sha256 text,
      mapping jsonb not null,
      dry_run boolean not null,
      state text not null constraint ck_imports_state check (state in ('receiving', 'queued', 'running', 'done', 'failed', 'cancelled')),
      cancel_requested boolean not null default false,
      rows_read integer not null default 0,
      counts jsonb not null default '{}',
      failure text,
      requested_by uuid not null,
      created_at timestamptz(3) not null default now(),
      finished_at timestamptz(3),
      constraint pk_imports primary key (tenant_id, id),
      constraint fk_imports_requested_by foreign key (tenant_id, requested_by) references users (tenant_id, id)
    )`);
    await q.query(`create table import_chunks (
      tenant_id uuid not null,
      import_id uuid not null,
      sequence integer not null,
      bytes bytea not null,
      constraint pk_import_chunks primary key (tenant_id, import_id, sequence),
      constraint fk_import_chunks_import foreign key (tenant_id, import_id) references imports (tenant_id, id)
    )`);
    // Every line that was not taken as it stood: `error` (not imported), `held` (not yet), `incomplete` or `repaired` (imported, and said).
    await q.query(`create table import_findings (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      import_id uuid not null,
      line integer not null,
      severity text not null constraint ck_import_findings_severity check (severity in ('error', 'held', 'incomplete', 'repaired')),
      code text not null,
      field text,
      value text,
      message text not null,
      constraint pk_import_findings primary key (tenant_id, id),
      constraint fk_import_findings_import foreign key (tenant_id, import_id) references imports (tenant_id, id)
    )`);
    await q.query('create index ix_import_findings_import on import_findings (tenant_id, import_id, line, id)');
    const owned = [
      'companies',
      'products',
      'pipeline_stages',
      'pipeline_items',
      'pipeline_events',
      'sales',
      'activities',
      'imports',
      'import_chunks',
      'import_findings',
    ];
    for (const table of owned) for (const statement of protectTenantTable(table)) await q.query(statement);
    for (const table of ['companies', 'pipeline_items'])
      await q.query(`create trigger bump_version before update on ${table} for each row execute function app.bump_version()`);
    for (const table of ['pipeline_events', 'sales', 'activities'])
      await q.query(`alter table ${table} set (autovacuum_vacuum_insert_scale_factor = 0.02)`);
    // After a large import the planner must know at once; autovacuum would tell it a minute later.
    await q.query('grant maintain on pipeline_items, pipeline_events, sales, activities to waymark_worker');
  }

  async down(q: QueryRunner): Promise<void> {
    const tables = [
      'import_findings',
      'import_chunks',
      'imports',
      'activities',
      'sales',
      'pipeline_events',
      'pipeline_items',
      'pipeline_stages',
      'products',
      'companies',
    ];
    for (const table of tables) await q.query(`drop table ${table}`);
  }
}
