import type { MigrationInterface, QueryRunner } from 'typeorm';

const parameters = 'tenant_in uuid, session_in uuid';
const answer = `returns table (user_id uuid, name text, roles text[], slug text, organisation text, time_zone text, currency char(3), demo boolean,
  clock_offset_ms bigint, locked boolean, tenant_now timestamptz) language plpgsql stable`;

/** The session's person with the rights of now; `more` narrows it, `after` follows when nobody was found. */
const body = (more: string, after: string) => `$$ begin
    perform set_config('app.tenant_id', tenant_in::text, true);
    return query select u.id, u.name, array(select r.role from user_roles r where r.tenant_id = tenant_in and r.user_id = u.id order by 1),
        t.slug, t.name, t.time_zone, t.currency, t.demo, t.clock_offset_ms,
        exists (select 1 from restrictions x where x.tenant_id = tenant_in and x.user_id = u.id and x.kind = 'account_lock' and x.state = 'in_force'
          and x.starts_at <= now() - t.clock_offset_ms * interval '1 millisecond' and x.ends_at > now() - t.clock_offset_ms * interval '1 millisecond'),
        date_trunc('milliseconds', now() - t.clock_offset_ms * interval '1 millisecond')
      from sessions s join users u on u.tenant_id = s.tenant_id and u.id = s.user_id join tenants t on t.id = s.tenant_id
      where s.tenant_id = tenant_in and s.id = session_in and s.revoked_at is null and s.expires_at > now() and u.status = 'active'${more};
    ${after}
  end $$`;

/** An organisation can be suspended: by the operator alone, since the application's logins may not write the column (PLAT-02). */
export class Suspension1700000000020 implements MigrationInterface {
  name = 'Suspension1700000000020';

  async up(q: QueryRunner): Promise<void> {
    await q.query('alter table tenants add column suspended_at timestamptz(3)');
    // 'WS001' is the suspension's own code; the unit of work says it in words.
    await q.query(`create or replace function app.begin_request(${parameters}) ${answer} as
      ${body(
        ' and t.suspended_at is null',
        `if not found and exists (select 1 from tenants t where t.id = tenant_in and t.suspended_at is not null) then
      raise exception 'organisation suspended' using errcode = 'WS001';
    end if;`,
      )}`);
    await q.query(`create function app.suspended_tenants() returns setof uuid language sql stable security definer
      set search_path = pg_catalog, public as $$ select t.id from tenants t where t.suspended_at is not null $$`);
    await q.query('alter function app.suspended_tenants() owner to waymark_doors');
    await q.query('revoke all on function app.suspended_tenants() from public');
    await q.query('grant execute on function app.suspended_tenants() to waymark_app, waymark_worker');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop function app.suspended_tenants()');
    await q.query(`create or replace function app.begin_request(${parameters}) ${answer} as ${body('', '')}`);
    await q.query('alter table tenants drop column suspended_at');
  }
}
