import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** Policies and their immutable published versions, gates per goal, verdicts, restrictions and the people's decisions on them. */
export class Gates1700000000006 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table gate_policies (
      tenant_id uuid not null constraint fk_gate_policies_tenant references tenants (id),
      id uuid not null default uuidv7(),
      name text not null,
      archived_at timestamptz(3),
      created_by uuid,
      created_at timestamptz(3) not null,
      version integer not null default 1,
      constraint pk_gate_policies primary key (tenant_id, id),
      constraint uq_gate_policies_name unique (tenant_id, name)
    )`);
    await q.query(`create table gate_policy_versions (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      policy_id uuid not null,
      number integer not null,
      state text not null default 'draft' constraint ck_gate_policy_versions_state check (state in ('draft', 'published', 'retired')),
      definition jsonb not null,
      definition_hash text not null,
      published_at timestamptz(3),
      published_by uuid,
      backfilled boolean not null default false,
      created_at timestamptz(3) not null,
      version integer not null default 1,
      constraint pk_gate_policy_versions primary key (tenant_id, id),
      constraint uq_gate_policy_versions_number unique (tenant_id, policy_id, number),
      constraint fk_gate_policy_versions_policy foreign key (tenant_id, policy_id) references gate_policies (tenant_id, id),
      constraint ck_gate_policy_versions_published check ((state = 'draft') = (published_at is null))
    )`);
    await q.query(`create unique index uq_gate_policy_versions_published on gate_policy_versions (tenant_id, policy_id) where state = 'published'`);
    // `target` follows the goal until the deadline and stays as it was from then on (Q41).
    await q.query(`create table gates (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      goal_id uuid not null,
      user_id uuid not null,
      policy_version_id uuid not null,
      step_order smallint not null,
      name text not null,
      step jsonb not null,
      blocking boolean not null,
      target bigint,
      starts_at timestamptz(3) not null,
      deadline_on date not null,
      deadline_at timestamptz(3) not null,
      judge_at timestamptz(3) not null,
      ends_at timestamptz(3) not null,
      state text not null default 'pending'
        constraint ck_gates_state check (state in ('pending', 'passed', 'failed', 'passed_late', 'waived', 'not_evaluable')),
      state_reason text,
      cured_at timestamptz(3),
      live jsonb,
      live_holds boolean,
      live_at timestamptz(3),
      constraint pk_gates primary key (tenant_id, id),
      constraint uq_gates_step unique (tenant_id, goal_id, policy_version_id, step_order),
      constraint fk_gates_goal foreign key (tenant_id, goal_id) references goals (tenant_id, id),
      constraint fk_gates_user foreign key (tenant_id, user_id) references users (tenant_id, id),
      constraint fk_gates_policy_version foreign key (tenant_id, policy_version_id) references gate_policy_versions (tenant_id, id),
      constraint ck_gates_instants check (starts_at < deadline_at and deadline_at <= judge_at)
    ) with (fillfactor = 80)`);
    await q.query(`create index ix_gates_due on gates (tenant_id, judge_at) where state = 'pending'`);
    await q.query('create index ix_gates_user on gates (tenant_id, user_id, deadline_at)');
    await q.query(`create table gate_runs (
      tenant_id uuid not null constraint fk_gate_runs_tenant references tenants (id),
      id uuid not null default uuidv7(),
      period_id uuid not null,
      policy_version_id uuid not null,
      definition_hash text not null,
      mode text not null constraint ck_gate_runs_mode check (mode in ('preview', 'enforce')),
      state text not null constraint ck_gate_runs_state check (state in ('queued', 'done', 'stopped', 'failed')),
      accepted_percent smallint constraint ck_gate_runs_accepted check (accepted_percent between 0 and 100),
      judged_at timestamptz(3),
      result jsonb,
      requested_by uuid,
      created_at timestamptz(3) not null,
      constraint pk_gate_runs primary key (tenant_id, id),
      constraint fk_gate_runs_period foreign key (tenant_id, period_id) references goal_periods (tenant_id, id),
      constraint fk_gate_runs_policy_version foreign key (tenant_id, policy_version_id) references gate_policy_versions (tenant_id, id)
    )`);
    // One verdict per gate for all time, never changed (Q74): no update and no delete is granted.
    await q.query(`create table verdicts (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      gate_id uuid not null,
      outcome text not null constraint ck_verdicts_outcome check (outcome in ('passed', 'failed', 'not_evaluable')),
      facts_until timestamptz(3) not null,
      known_until timestamptz(3) not null,
      judged_at timestamptz(3) not null,
      evidence jsonb not null,
      evidence_hash text not null,
      constraint pk_verdicts primary key (tenant_id, id),
      constraint uq_verdicts_gate unique (tenant_id, gate_id),
      constraint fk_verdicts_gate foreign key (tenant_id, gate_id) references gates (tenant_id, id)
    )`);
    await q.query(`create table restrictions (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      gate_id uuid not null,
      user_id uuid not null,
      kind text not null constraint ck_restrictions_kind check (kind in ('warning', 'action_block', 'commission_hold', 'account_lock')),
      actions text[] not null default '{}',
      state text not null constraint ck_restrictions_state check (state in ('proposed', 'in_force', 'lifted', 'ended', 'dismissed', 'void')),
      imposed_at timestamptz(3) not null,
      starts_at timestamptz(3) not null,
      ends_at timestamptz(3) not null,
      closed_at timestamptz(3),
      closed_reason text,
      closed_by uuid,
      evidence_hash text not null,
      constraint pk_restrictions primary key (tenant_id, id),
      constraint uq_restrictions_kind unique (tenant_id, gate_id, user_id, kind),
      constraint fk_restrictions_gate foreign key (tenant_id, gate_id) references gates (tenant_id, id),
      constraint fk_restrictions_user foreign key (tenant_id, user_id) references users (tenant_id, id),
      constraint ck_restrictions_closed check ((state in ('proposed', 'in_force')) = (closed_at is null))
    )`);
    await q.query(`create index ix_restrictions_in_force on restrictions (tenant_id, user_id) where state = 'in_force'`);
    await q.query(`create index ix_restrictions_open on restrictions (tenant_id, state, id) where state in ('in_force', 'proposed')`);
    await q.query(`create table restriction_decisions (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      restriction_id uuid not null,
      decider_id uuid not null,
      decision text not null constraint ck_restriction_decisions_decision check (decision in ('confirm', 'dismiss', 'lift')),
      reason text not null,
      evidence_hash text not null,
      decided_at timestamptz(3) not null,
      constraint pk_restriction_decisions primary key (tenant_id, id),
      constraint uq_restriction_decisions_decider unique (tenant_id, restriction_id, decider_id, decision),
      constraint fk_restriction_decisions_restriction foreign key (tenant_id, restriction_id) references restrictions (tenant_id, id),
      constraint fk_restriction_decisions_decider foreign key (tenant_id, decider_id) references users (tenant_id, id)
    )`);
    for (const table of ['gate_policies', 'gate_policy_versions', 'gates', 'gate_runs', 'restrictions'])
      for (const statement of protectTenantTable(table)) await q.query(statement);
    for (const table of ['verdicts', 'restriction_decisions'])
      for (const statement of protectTenantTable(table, 'select, insert')) await q.query(statement);
    for (const table of ['gate_policies', 'gate_policy_versions'])
      await q.query(`create trigger bump_version before update on ${table} for each row execute function app.bump_version()`);
    await q.query('grant select on restrictions to waymark_doors');
    await q.query(`create function app.keep_published() returns trigger language plpgsql as $$ begin
        if old.state <> 'draft' and (new.definition is distinct from old.definition or new.published_at is distinct from old.published_at) then
          raise exception 'a published policy version never changes' using errcode = '23514', constraint = 'ck_gate_policy_versions_immutable';
        end if; return new; end $$`);
    await q.query('create trigger keep_published before update on gate_policy_versions for each row execute function app.keep_published()');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop trigger keep_published on gate_policy_versions');
    await q.query('drop function app.keep_published()');
    for (const table of ['restriction_decisions', 'restrictions', 'verdicts', 'gate_runs', 'gates', 'gate_policy_versions', 'gate_policies'])
      await q.query(`drop table ${table}`);
  }
}
