import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Roles are made by the installer (`database/roles.ts`); here come the schema, tenants and their calendar. */
export class Tenants1700000000001 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('create schema app authorization waymark_owner');
    await q.query('grant usage on schema app, public to waymark_app, waymark_worker');
    await q.query('create extension if not exists btree_gist');
    await q.query(`create table tenants (
      id uuid primary key default uuidv7(),
      slug text not null constraint uq_tenants_slug unique constraint ck_tenants_slug check (slug ~ '^[a-z][a-z0-9-]{1,40}$'),
      name text not null,
      time_zone text not null default 'UTC',
      week_start smallint not null default 1 constraint ck_tenants_week_start check (week_start between 1 and 7),
      working_days smallint[] not null default '{1,2,3,4,5}',
      currency char(3) not null default 'USD',
      enforce_at time not null default '06:00',
      clock_offset_ms bigint not null default 0 constraint ck_tenants_clock_offset check (clock_offset_ms >= 0),
      on_track_percent smallint not null default 90,
      at_risk_percent smallint not null default 75,
      demo boolean not null default false,
      earliest_fact_on date,
      created_at timestamptz(3) not null default now(),
      constraint ck_tenants_thresholds check (0 < at_risk_percent and at_risk_percent <= on_track_percent and on_track_percent <= 100)
    )`);
    await q.query('alter table tenants owner to waymark_owner');
    await q.query('alter table tenants enable row level security');
    await q.query('alter table tenants force row level security');
    await q.query(`create policy tenant_isolation on tenants as restrictive for all to public
      using (id = current_setting('app.tenant_id')::uuid) with check (id = current_setting('app.tenant_id')::uuid)`);
    await q.query('create policy tenant_rows on tenants as permissive for all to waymark_app, waymark_worker using (true) with check (true)');
    // The clock offset is set at creation only (Q100), so it is not among the columns that may change.
    await q.query(
      'grant select, update (name, week_start, working_days, enforce_at, on_track_percent, at_risk_percent, earliest_fact_on) on tenants to waymark_app, waymark_worker',
    );
    await q.query(`create function app.day_of(at timestamptz, zone text) returns date
      language sql immutable parallel safe return (at at time zone zone)::date`);
    await q.query(`create function app.bump_version() returns trigger language plpgsql as
      $$ begin new.version := old.version + 1; return new; end $$`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop function app.bump_version()');
    await q.query('drop function app.day_of(timestamptz, text)');
    await q.query('drop table tenants');
    await q.query('drop extension btree_gist');
    await q.query('revoke usage on schema app, public from waymark_app, waymark_worker');
    await q.query('drop schema app');
  }
}
