import type { MigrationInterface, QueryRunner } from 'typeorm';
import { markDirtyDays } from '../dirty-marks.js';
import { protectTenantTable } from '../tenant-table.js';

const oldSources = "'pipeline_events', 'sales', 'activities', 'arr_movements', 'renewals', 'survey_responses', 'partner_list_versions'";
const noted = ['arr_movements', 'renewals', 'survey_responses'];
/** Facts in versions, with the instant that orders them. */
const facts: [table: string, instant: string][] = [
  ['tasks', 'opened_at'],
  ['task_updates', 'told_at'],
  ['interactions', 'occurred_at'],
  ['company_updates', 'as_of'],
];
const settings = `name, time_zone, week_start, working_days, currency, on_track_percent, at_risk_percent, fiscal_year_start_month, early_percent,
  exceeded_percent, leaderboard_size, leaderboard_audience, features`;

/** The columns with which every version of a fact begins and ends (Q98). */
const begins = `tenant_id uuid not null,
      id uuid not null default uuidv7(),
      version integer not null default 1,
      external_id text,
      owner_id uuid not null,`;
const ends = (table: string) => `
      note text,
      known_at timestamptz(3) not null,
      known_to timestamptz(3),
      day_only boolean not null default false,
      backfilled boolean not null default false,
      recorded_by uuid,
      constraint pk_${table} primary key (tenant_id, id, version),
      constraint fk_${table}_owner foreign key (tenant_id, owner_id) references users (tenant_id, id),
      constraint fk_${table}_company foreign key (tenant_id, company_id) references companies (tenant_id, id),
      constraint ck_${table}_known check (known_to is null or known_to >= known_at)`;

/**
 * What people do with companies and what companies tell (SRC-01, SRC-06, SRC-13): tasks with updates of their progress, interactions, updates with typed
 * figures, programmes and the days on which companies take part in them; notes on facts about customers; and what the renewal rate is a share of (Q28).
 */
export class WorkWithCompanies1700000000027 implements MigrationInterface {
  name = 'WorkWithCompanies1700000000027';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`alter table tenants add column renewal_base text not null default 'decided'`);
    await q.query(`alter table tenants add constraint ck_tenants_renewal_base check (renewal_base in ('decided', 'due')) not valid`);
    await q.query('drop trigger tg_tenants_version on tenants');
    await q.query(
      `create trigger tg_tenants_version before update of ${settings}, renewal_base on tenants for each row execute function app.bump_version()`,
    );
    await q.query('grant update (renewal_base) on tenants to waymark_app, waymark_worker');
    for (const table of noted) await q.query(`alter table ${table} add column note text`);
    await this.work(q);
    await this.programmes(q);
    for (const [table, instant] of facts) {
      await q.query(`create unique index uq_${table}_present on ${table} (tenant_id, id) where known_to is null`);
      await q.query(`create unique index uq_${table}_external on ${table} (tenant_id, external_id) where known_to is null`);
      await q.query(`create index ix_${table}_owner on ${table} (tenant_id, owner_id, ${instant}) where known_to is null`);
      await q.query(`create index ix_${table}_company on ${table} (tenant_id, company_id, ${instant}) where known_to is null`);
    }
    await q.query(
      'create index ix_tasks_done on tasks (tenant_id, owner_id, done_at) include (state) where known_to is null and done_at is not null',
    );
    await q.query('create index ix_tasks_known on tasks (tenant_id, done_at, known_at) where done_at is not null');
    await q.query('create index ix_task_updates_task on task_updates (tenant_id, task_id, told_at) where known_to is null');
    for (const table of [...facts.map(([name]) => name), 'programmes', 'enrolments'])
      for (const statement of protectTenantTable(table)) await q.query(statement);
    for (const table of ['programmes', 'enrolments'])
      await q.query(`create trigger bump_version before update on ${table} for each row execute function app.bump_version()`);
    await this.names(q, `${oldSources}, 'tasks'`);
    await this.mark(q);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`delete from metric_dirty where source = 'tasks'`);
    await this.names(q, oldSources);
    for (const table of ['enrolments', 'programmes', 'company_updates', 'interactions', 'task_updates', 'tasks'])
      await q.query(`drop table ${table}`);
    for (const event of ['insert', 'update', 'delete']) await q.query(`drop function app.mark_tasks_${event}()`);
    for (const table of noted) await q.query(`alter table ${table} drop column note`);
    await q.query('drop trigger tg_tenants_version on tenants');
    await q.query('alter table tenants drop column renewal_base');
    await q.query(`create trigger tg_tenants_version before update of ${settings} on tenants for each row execute function app.bump_version()`);
  }

  private async work(q: QueryRunner): Promise<void> {
    await q.query(`create table tasks (
      ${begins}
      title text not null,
      company_id uuid,
      opened_at timestamptz(3) not null constraint ck_tasks_opened_at check (isfinite(opened_at)),
      due_on date,
      state text not null constraint ck_tasks_state check (state in ('open', 'done', 'dropped')),
      done_at timestamptz(3) constraint ck_tasks_done_at check (isfinite(done_at)),${ends('tasks')},
      constraint ck_tasks_done check ((state = 'done') = (done_at is not null))
    )`);
    // The first version of a task is always there: references to a task lead to it.
    await q.query(`create table task_updates (
      ${begins}
      task_id uuid not null,
      task_version integer not null default 1 constraint ck_task_updates_task_version check (task_version = 1),
      company_id uuid,
      told_at timestamptz(3) not null constraint ck_task_updates_told_at check (isfinite(told_at)),
      progress smallint not null constraint ck_task_updates_progress check (progress between 0 and 100),${ends('task_updates')},
      constraint fk_task_updates_task foreign key (tenant_id, task_id, task_version) references tasks (tenant_id, id, version)
    )`);
    await q.query(`create table interactions (
      ${begins}
      company_id uuid not null,
      kind text not null constraint ck_interactions_kind check (kind in ('call', 'meeting', 'email', 'message', 'workshop', 'visit')),
      occurred_at timestamptz(3) not null constraint ck_interactions_occurred_at check (isfinite(occurred_at)),
      topic text not null,${ends('interactions')}
    )`);
    // Figures that nobody told are null, which is not zero. Shares are in ten-thousandths of a percentage point, amounts in minor units.
    await q.query(`create table company_updates (
      ${begins}
      company_id uuid not null,
      as_of_on date not null,
      as_of timestamptz(3) not null constraint ck_company_updates_as_of check (isfinite(as_of)),
      paying_customers integer constraint ck_company_updates_customers check (paying_customers >= 0),
      arr_minor bigint constraint ck_company_updates_arr check (arr_minor >= 0),
      retention bigint constraint ck_company_updates_retention check (retention >= 0),
      cac_minor bigint constraint ck_company_updates_cac check (cac_minor >= 0),
      avg_deal_size_minor bigint constraint ck_company_updates_deal_size check (avg_deal_size_minor >= 0),
      currency char(3) not null,${ends('company_updates')}
    )`);
  }

  private async programmes(q: QueryRunner): Promise<void> {
    await q.query(`create table programmes (
      tenant_id uuid not null constraint fk_programmes_tenant references tenants (id),
      id uuid not null default uuidv7(),
      name text not null,
      starts_on date not null,
      ends_on date,
      note text,
      created_at timestamptz(3) not null,
      recorded_by uuid,
      version integer not null default 1,
      constraint pk_programmes primary key (tenant_id, id),
      constraint uq_programmes_name unique (tenant_id, name),
      constraint ck_programmes_days check (ends_on is null or ends_on >= starts_on)
    )`);
    await q.query(`create table enrolments (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      programme_id uuid not null,
      company_id uuid not null,
      from_on date not null,
      until_on date,
      note text,
      created_at timestamptz(3) not null,
      recorded_by uuid,
      version integer not null default 1,
      constraint pk_enrolments primary key (tenant_id, id),
      constraint fk_enrolments_programme foreign key (tenant_id, programme_id) references programmes (tenant_id, id),
      constraint fk_enrolments_company foreign key (tenant_id, company_id) references companies (tenant_id, id),
      constraint ck_enrolments_days check (until_on is null or until_on >= from_on),
      constraint ex_enrolments_once exclude using gist
        (tenant_id with =, programme_id with =, company_id with =, daterange(from_on, until_on, '[]') with &&)
    )`);
    await q.query('create index ix_enrolments_company on enrolments (tenant_id, company_id, from_on)');
  }

  /** Which sources marks may name. */
  private async names(q: QueryRunner, words: string): Promise<void> {
    await q.query('alter table metric_dirty drop constraint ck_metric_dirty_source');
    await q.query(`alter table metric_dirty add constraint ck_metric_dirty_source check (source in (${words})) not valid`);
  }

  /** Dirty marks of tasks, on the days on which they were done, as the older facts have them. */
  private async mark(q: QueryRunner): Promise<void> {
    for (const statement of markDirtyDays('tasks', ['done_at'])) await q.query(statement);
  }
}
