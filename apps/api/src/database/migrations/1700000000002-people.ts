import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** People, teams with dated memberships, roles and sessions. */
export class People1700000000002 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table users (
      tenant_id uuid not null constraint fk_users_tenant references tenants (id),
      id uuid not null default uuidv7(),
      external_id text,
      name text not null,
      email text,
      password_hash text,
      status text not null default 'active' constraint ck_users_status check (status in ('active', 'disabled')),
      service_account boolean not null default false,
      work_percent smallint not null default 100 constraint ck_users_work_percent check (work_percent between 1 and 100),
      created_at timestamptz(3) not null default now(),
      version integer not null default 1,
      constraint pk_users primary key (tenant_id, id),
      constraint uq_users_external unique (tenant_id, external_id),
      constraint uq_users_email unique (tenant_id, email)
    )`);
    await q.query(`create table user_roles (
      tenant_id uuid not null,
      user_id uuid not null,
      role text not null constraint ck_user_roles_role check (role in ('admin', 'leader', 'coach', 'director', 'member', 'founder')),
      constraint pk_user_roles primary key (tenant_id, user_id, role),
      constraint fk_user_roles_user foreign key (tenant_id, user_id) references users (tenant_id, id)
    )`);
    await q.query(`create table teams (
      tenant_id uuid not null constraint fk_teams_tenant references tenants (id),
      id uuid not null default uuidv7(),
      external_id text,
      name text not null,
      category text,
      parent_id uuid,
      version integer not null default 1,
      constraint pk_teams primary key (tenant_id, id),
      constraint uq_teams_external unique (tenant_id, external_id),
      constraint fk_teams_parent foreign key (tenant_id, parent_id) references teams (tenant_id, id),
      constraint ck_teams_parent check (parent_id <> id)
    )`);
    await q.query(`create table team_memberships (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      team_id uuid not null,
      user_id uuid not null,
      role text not null constraint ck_team_memberships_role check (role in ('member', 'leader')),
      from_on date not null,
      until_on date,
      derived boolean not null default false,
      constraint pk_team_memberships primary key (tenant_id, id),
      constraint fk_team_memberships_team foreign key (tenant_id, team_id) references teams (tenant_id, id),
      constraint fk_team_memberships_user foreign key (tenant_id, user_id) references users (tenant_id, id),
      constraint ck_team_memberships_dates check (until_on is null or until_on > from_on),
      constraint ex_team_memberships exclude using gist
        (tenant_id with =, team_id with =, user_id with =, role with =, daterange(from_on, until_on, '[)') with &&)
    )`);
    await q.query('create index ix_team_memberships_user on team_memberships (tenant_id, user_id, from_on)');
    await q.query('create index ix_team_memberships_team on team_memberships (tenant_id, team_id, from_on)');
    await q.query(`create table holidays (
      tenant_id uuid not null constraint fk_holidays_tenant references tenants (id),
      on_day date not null,
      name text not null,
      constraint pk_holidays primary key (tenant_id, on_day)
    )`);
    await q.query(`create table sessions (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      user_id uuid not null,
      refresh_hash text not null,
      created_at timestamptz(3) not null default now(),
      last_used_at timestamptz(3) not null default now(),
      expires_at timestamptz(3) not null,
      revoked_at timestamptz(3),
      constraint pk_sessions primary key (tenant_id, id),
      constraint fk_sessions_user foreign key (tenant_id, user_id) references users (tenant_id, id)
    )`);
    await q.query('create index ix_sessions_user on sessions (tenant_id, user_id)');
    for (const table of ['users', 'user_roles', 'teams', 'team_memberships', 'holidays', 'sessions'])
      for (const statement of protectTenantTable(table)) await q.query(statement);
    for (const table of ['users', 'teams'])
      await q.query(`create trigger bump_version before update on ${table} for each row execute function app.bump_version()`);
    // The only doors that may look across tenants: each returns the least it can (sign-in, refresh, the worker's rounds, the demo's picker).
    await q.query(`create function app.find_credentials(slug_in text, email_in text)
      returns table (tenant_id uuid, user_id uuid, password_hash text) language sql stable security definer
      set search_path = pg_catalog, public as
      $$ select u.tenant_id, u.id, u.password_hash from tenants t join users u on u.tenant_id = t.id
         where t.slug = slug_in and u.email = email_in and u.status = 'active' and u.password_hash is not null $$`);
    await q.query(`create function app.list_tenants()
      returns table (id uuid, slug text, time_zone text, enforce_at time, clock_offset_ms bigint, demo boolean) language sql stable security definer
      set search_path = pg_catalog, public as $$ select t.id, t.slug, t.time_zone, t.enforce_at, t.clock_offset_ms, t.demo from tenants t $$`);
    await q.query(`create function app.demo_people()
      returns table (slug text, organisation text, user_id uuid, name text, roles text[], team text, restrictions text[]) language plpgsql stable
      security definer set search_path = pg_catalog, public as
      $$ begin return query select t.slug, t.name, u.id, u.name,
           array(select r.role from user_roles r where r.tenant_id = u.tenant_id and r.user_id = u.id order by 1),
           (select min(tm.name) from team_memberships m join teams tm on tm.tenant_id = m.tenant_id and tm.id = m.team_id
             where m.tenant_id = u.tenant_id and m.user_id = u.id and m.until_on is null),
           array(select distinct x.kind from restrictions x where x.tenant_id = u.tenant_id and x.user_id = u.id and x.state = 'in_force' order by 1)
         from tenants t join users u on u.tenant_id = t.id where t.demo and u.status = 'active' order by t.slug, u.name; end $$`);
    // Runs in the opening round trip of every request: proves the session and sets the tenant, so that rights are always those of now.
    await q.query(`create function app.begin_request(tenant_in uuid, session_in uuid)
      returns table (user_id uuid, name text, roles text[], slug text, organisation text, time_zone text, currency char(3), demo boolean,
        clock_offset_ms bigint, locked boolean, tenant_now timestamptz) language plpgsql stable as
      $$ begin
        perform set_config('app.tenant_id', tenant_in::text, true);
        return query select u.id, u.name, array(select r.role from user_roles r where r.tenant_id = tenant_in and r.user_id = u.id order by 1),
            t.slug, t.name, t.time_zone, t.currency, t.demo, t.clock_offset_ms,
            exists (select 1 from restrictions x where x.tenant_id = tenant_in and x.user_id = u.id and x.kind = 'account_lock' and x.state = 'in_force'
              and x.starts_at <= now() - t.clock_offset_ms * interval '1 millisecond' and x.ends_at > now() - t.clock_offset_ms * interval '1 millisecond'),
            date_trunc('milliseconds', now() - t.clock_offset_ms * interval '1 millisecond')
          from sessions s join users u on u.tenant_id = s.tenant_id and u.id = s.user_id join tenants t on t.id = s.tenant_id
          where s.tenant_id = tenant_in and s.id = session_in and s.revoked_at is null and s.expires_at > now() and u.status = 'active';
      end $$`);
    for (const door of ['app.find_credentials(text, text)', 'app.list_tenants()', 'app.demo_people()'])
      await q.query(`alter function ${door} owner to waymark_doors`);
    await q.query('grant usage on schema public to waymark_doors');
    await q.query('grant select on tenants, users, user_roles, teams, team_memberships to waymark_doors');
    for (const door of ['app.find_credentials(text, text)', 'app.list_tenants()', 'app.demo_people()', 'app.begin_request(uuid, uuid)']) {
      await q.query(`revoke all on function ${door} from public`);
      await q.query(`grant execute on function ${door} to waymark_app, waymark_worker`);
    }
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('revoke usage on schema public from waymark_doors');
    await q.query('drop function app.begin_request(uuid, uuid)');
    await q.query('drop function app.demo_people()');
    await q.query('drop function app.list_tenants()');
    await q.query('drop function app.find_credentials(text, text)');
    for (const table of ['sessions', 'holidays', 'team_memberships', 'teams', 'user_roles', 'users']) await q.query(`drop table ${table}`);
  }
}
