import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** Job slots (Q121), the inbox, and live events. */
export class Jobs1700000000007 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // No row-level security: the worker's rounds look over all tenants; the row holds ids only.
    await q.query(`create table job_slots (
      id bigint generated always as identity constraint pk_job_slots primary key,
      job text not null,
      tenant_id uuid not null constraint fk_job_slots_tenant references tenants (id),
      scheduled_for timestamptz(3) not null,
      subject_id uuid,
      state text not null default 'ready' constraint ck_job_slots_state check (state in ('ready', 'done', 'skipped', 'dead')),
      attempts integer not null default 0,
      retry_at timestamptz(3) not null default now(),
      last_error text,
      done_at timestamptz(3),
      constraint uq_job_slots_slot unique nulls not distinct (tenant_id, job, scheduled_for, subject_id)
    )`);
    await q.query('alter table job_slots owner to waymark_owner');
    await q.query(`create index ix_job_slots_ready on job_slots (retry_at) where state = 'ready'`);
    await q.query('grant select, insert, update on job_slots to waymark_worker');
    await q.query('grant select, insert on job_slots to waymark_app');
    await q.query(`create function app.late_slots() returns integer language sql stable security definer set search_path = pg_catalog, public as
      $$ select count(*)::int from job_slots where state = 'ready' and retry_at < now() - interval '5 minutes' $$`);
    await q.query('alter function app.late_slots() owner to waymark_doors');
    await q.query('grant select on job_slots to waymark_doors');
    await q.query('revoke all on function app.late_slots() from public');
    await q.query('grant execute on function app.late_slots() to waymark_app, waymark_worker');
    await q.query(`create table notifications (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      user_id uuid not null,
      dedupe_key text not null,
      code text not null,
      params jsonb not null,
      sentence text not null,
      link text,
      created_at timestamptz(3) not null,
      read_at timestamptz(3),
      constraint pk_notifications primary key (tenant_id, id),
      constraint uq_notifications_dedupe unique (tenant_id, user_id, dedupe_key),
      constraint fk_notifications_user foreign key (tenant_id, user_id) references users (tenant_id, id)
    )`);
    await q.query('create index ix_notifications_user on notifications (tenant_id, user_id, id desc)');
    for (const statement of protectTenantTable('notifications', 'select, insert, update')) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table notifications');
    await q.query('drop function app.late_slots()');
    await q.query('drop table job_slots');
  }
}
