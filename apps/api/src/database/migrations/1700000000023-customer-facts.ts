import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** The tables of this migration with the instant on whose day a row counts. */
const facts: [table: string, instant: string][] = [
  ['arr_movements', 'occurred_at'],
  ['renewals', 'due_at'],
  ['survey_responses', 'answered_at'],
];
const oldSources = "'pipeline_events', 'sales', 'activities'";
const oldImports = "'people', 'companies', 'products', 'pipeline_items', 'activities'";
const newNames = "'arr_movements', 'renewals', 'survey_responses'";

/** What every version of a fact carries (Q98): a correction closes the row at `known_to` and adds the next version under the same id. */
const versioned = (table: string) => `
      known_at timestamptz(3) not null,
      known_to timestamptz(3),
      day_only boolean not null default false,
      backfilled boolean not null default false,
      recorded_by uuid,
      constraint pk_${table} primary key (tenant_id, id, version),
      constraint fk_${table}_owner foreign key (tenant_id, owner_id) references users (tenant_id, id),
      constraint fk_${table}_company foreign key (tenant_id, company_id) references companies (tenant_id, id),
      constraint ck_${table}_known check (known_to is null or known_to >= known_at)`;

/** Facts about customers (SRC-06): movements of their recurring revenue, renewals, answers to surveys. */
export class CustomerFacts1700000000023 implements MigrationInterface {
  name = 'CustomerFacts1700000000023';

  async up(q: QueryRunner): Promise<void> {
    // A handover moves a customer to another owner and no money.
    await q.query(`create table arr_movements (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      version integer not null default 1,
      external_id text,
      company_id uuid not null,
      owner_id uuid not null,
      occurred_at timestamptz(3) not null constraint ck_arr_movements_occurred_at check (isfinite(occurred_at)),
      kind text not null constraint ck_arr_movements_kind check (kind in ('new', 'expansion', 'contraction', 'churn', 'reactivation', 'handover')),
      amount_minor bigint not null,
      currency char(3) not null,${versioned('arr_movements')},
      constraint ck_arr_movements_sign check (case when kind in ('contraction', 'churn') then amount_minor < 0 when kind = 'handover' then amount_minor = 0 else amount_minor > 0 end)
    )`);
    await q.query(`create index ix_arr_movements_company on arr_movements (tenant_id, company_id, occurred_at)
      include (owner_id, amount_minor) where known_to is null`);
    // `due_at` is the beginning of the day on which the renewal is due, in the zone of the organisation.
    await q.query(`create table renewals (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      version integer not null default 1,
      external_id text,
      company_id uuid not null,
      owner_id uuid not null,
      due_on date not null,
      due_at timestamptz(3) not null constraint ck_renewals_due_at check (isfinite(due_at)),
      outcome text not null constraint ck_renewals_outcome check (outcome in ('open', 'renewed', 'lost')),
      decided_at timestamptz(3) constraint ck_renewals_decided_at check (isfinite(decided_at)),
      amount_minor bigint constraint ck_renewals_amount check (amount_minor >= 0),
      currency char(3) not null,${versioned('renewals')},
      constraint ck_renewals_decided check ((outcome = 'open') = (decided_at is null))
    )`);
    await q.query(`create table survey_responses (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      version integer not null default 1,
      external_id text,
      kind text not null constraint ck_survey_responses_kind check (kind in ('nps')),
      score smallint not null constraint ck_survey_responses_score check (score between 0 and 10),
      contact text not null,
      company_id uuid,
      owner_id uuid not null,
      answered_at timestamptz(3) not null constraint ck_survey_responses_answered_at check (isfinite(answered_at)),${versioned('survey_responses')}
    )`);
    for (const [table, instant] of facts) {
      await q.query(`create unique index uq_${table}_present on ${table} (tenant_id, id) where known_to is null`);
      await q.query(`create unique index uq_${table}_external on ${table} (tenant_id, external_id) where known_to is null`);
      await q.query(`create index ix_${table}_owner on ${table} (tenant_id, owner_id, ${instant}) where known_to is null`);
      await q.query(`create index ix_${table}_known on ${table} (tenant_id, ${instant}, known_at)`);
      for (const statement of protectTenantTable(table)) await q.query(statement);
      await q.query(`grant maintain on ${table} to waymark_worker`);
      await this.mark(q, table, instant);
    }
    await this.names(q, `${oldSources}, ${newNames}`, `${oldImports}, ${newNames}`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`delete from metric_dirty where source in (${newNames})`);
    await q.query(`delete from import_findings where import_id in (select id from imports where source in (${newNames}))`);
    await q.query(`delete from import_chunks where import_id in (select id from imports where source in (${newNames}))`);
    await q.query(`delete from imports where source in (${newNames})`);
    await this.names(q, oldSources, oldImports);
    for (const [table] of facts) {
      await q.query(`drop table ${table}`);
      for (const event of ['insert', 'update', 'delete']) await q.query(`drop function app.mark_${table}_${event}()`);
    }
  }

  /** Which sources marks and imports may name. */
  private async names(q: QueryRunner, marks: string, imports: string): Promise<void> {
    for (const [table, constraint, words] of [
      ['metric_dirty', 'ck_metric_dirty_source', marks],
      ['imports', 'ck_imports_source', imports],
    ] as const) {
      await q.query(`alter table ${table} drop constraint ${constraint}`);
      await q.query(`alter table ${table} add constraint ${constraint} check (source in (${words})) not valid`);
    }
  }

  /** Dirty marks, as the older facts have them: every statement marks the days that it touched and wakes the worker. */
  private async mark(q: QueryRunner, source: string, instant: string): Promise<void> {
    const body = (tables: string[]) => {
      const rows = tables.map((table) => `select tenant_id, owner_id, ${instant} as at from ${table}`).join(' union all ');
      return `declare tenants_in uuid[]; owners_in uuid[]; days_in date[]; tenant uuid;
        begin
          select array_agg(d.tenant_id), array_agg(d.owner_id), array_agg(d.on_day) into tenants_in, owners_in, days_in
          from (select distinct r.tenant_id, r.owner_id, app.day_of(r.at, t.time_zone) as on_day
                from (${rows}) r join tenants t on t.id = r.tenant_id) d;
          if tenants_in is null then return null; end if;
          insert into metric_dirty (tenant_id, source, owner_id, on_day)
            select d.tenant_id, '${source}', d.owner_id, d.on_day from unnest(tenants_in, owners_in, days_in) as d (tenant_id, owner_id, on_day);
          for tenant in select distinct unnest(tenants_in) loop perform pg_notify('waymark_dirty', tenant::text); end loop;
          return null;
        end`;
    };
    const events: [string, string[], string][] = [
      ['insert', ['new_rows'], 'referencing new table as new_rows'],
      ['update', ['old_rows', 'new_rows'], 'referencing old table as old_rows new table as new_rows'],
      ['delete', ['old_rows'], 'referencing old table as old_rows'],
    ];
    for (const [event, tables, referencing] of events) {
      const name = `mark_${source}_${event}`;
      await q.query(`create function app.${name}() returns trigger language plpgsql as $$ ${body(tables)} $$`);
      await q.query(`create trigger mark_${event} after ${event} on ${source} ${referencing} for each statement execute function app.${name}()`);
    }
  }
}
