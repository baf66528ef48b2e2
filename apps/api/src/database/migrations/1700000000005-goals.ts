import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** Periods, goals, their present value and its append-only history. Values are exact fractions (numerator / denominator). */
export class Goals1700000000005 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table goal_periods (
      tenant_id uuid not null constraint fk_goal_periods_tenant references tenants (id),
      id uuid not null default uuidv7(),
      name text not null,
      kind text not null constraint ck_goal_periods_kind check (kind in ('monthly', 'quarterly', 'annual')),
      starts_on date not null,
      ends_on date not null,
      time_zone text not null,
      starts_at timestamptz(3) not null,
      ends_at timestamptz(3) not null,
      state text not null default 'planning' constraint ck_goal_periods_state check (state in ('planning', 'active', 'completed')),
      settle_days smallint not null default 3 constraint ck_goal_periods_settle_days check (settle_days between 0 and 30),
      activated_at timestamptz(3),
      locked_at timestamptz(3),
      backfilled boolean not null default false,
      created_at timestamptz(3) not null,
      version integer not null default 1,
      constraint pk_goal_periods primary key (tenant_id, id),
      constraint ck_goal_periods_dates check (ends_on >= starts_on and ends_at > starts_at),
      constraint ex_goal_periods_overlap exclude using gist (tenant_id with =, kind with =, daterange(starts_on, ends_on, '[]') with &&)
    )`);
    await q.query(`create table goals (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      period_id uuid not null,
      owner_user_id uuid,
      owner_team_id uuid,
      name text not null,
      type text not null default 'metric' constraint ck_goals_type check (type in ('metric')),
      metric text not null,
      direction text not null default 'increase' constraint ck_goals_direction check (direction in ('increase')),
      baseline bigint not null default 0,
      target bigint not null,
      stretch bigint,
      target_known_at timestamptz(3) not null,
      state text not null default 'active' constraint ck_goals_state check (state in ('active', 'cancelled')),
      created_by uuid,
      created_at timestamptz(3) not null,
      value_num bigint,
      value_den bigint constraint ck_goals_value_den check (value_den > 0),
      value_reason text,
      progress_bp bigint,
      expected_bp bigint,
      status text constraint ck_goals_status check (status in ('on_track', 'at_risk', 'behind', 'achieved', 'exceeded')),
      status_reason text,
      computed_at timestamptz(3),
      version integer not null default 1,
      constraint pk_goals primary key (tenant_id, id),
      constraint fk_goals_period foreign key (tenant_id, period_id) references goal_periods (tenant_id, id),
      constraint fk_goals_owner_user foreign key (tenant_id, owner_user_id) references users (tenant_id, id),
      constraint fk_goals_owner_team foreign key (tenant_id, owner_team_id) references teams (tenant_id, id),
      constraint ck_goals_one_owner check (num_nonnulls(owner_user_id, owner_team_id) = 1)
    ) with (fillfactor = 80)`);
    await q.query('create index ix_goals_period on goals (tenant_id, period_id, id)');
    await q.query('create index ix_goals_user on goals (tenant_id, owner_user_id, period_id)');
    await q.query('create index ix_goals_team on goals (tenant_id, owner_team_id, period_id)');
    await q.query(`create table goal_history (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      goal_id uuid not null,
      recorded_at timestamptz(3) not null,
      value_num bigint,
      value_den bigint,
      value_reason text,
      target bigint not null,
      progress_bp bigint,
      expected_bp bigint,
      status text,
      status_reason text,
      constraint pk_goal_history primary key (tenant_id, id),
      constraint fk_goal_history_goal foreign key (tenant_id, goal_id) references goals (tenant_id, id)
    )`);
    await q.query('create index ix_goal_history_goal on goal_history (tenant_id, goal_id, recorded_at)');
    for (const table of ['goal_periods', 'goals']) for (const statement of protectTenantTable(table)) await q.query(statement);
    for (const statement of protectTenantTable('goal_history', 'select, insert, delete')) await q.query(statement);
    await q.query('create trigger bump_version before update on goal_periods for each row execute function app.bump_version()');
    // A new computed value is no edit: only what a person wrote counts as a version.
    await q.query(`create trigger bump_version before update of name, metric, target, stretch, baseline, state, owner_user_id, owner_team_id on goals
      for each row execute function app.bump_version()`);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const table of ['goal_history', 'goals', 'goal_periods']) await q.query(`drop table ${table}`);
  }
}
