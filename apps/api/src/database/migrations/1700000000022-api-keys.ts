import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/**
 * Keys of other systems (PLAT-06). A key acts for the person who made it, with that person's rights of the moment narrowed to its scopes. Of the key
 * itself only the SHA-256 is kept: 256 random bits cannot be guessed, so a slow hash would protect nothing more.
 */
export class ApiKeys1700000000022 implements MigrationInterface {
  name = 'ApiKeys1700000000022';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table api_keys (
      tenant_id uuid not null,
      id uuid not null,
      created_by uuid not null,
      label text not null,
      hash text not null constraint ck_api_keys_hash check (hash ~ '^[0-9a-f]{64}$'),
      scopes text[] not null constraint ck_api_keys_scopes check (cardinality(scopes) > 0 and scopes <@ array['facts:read', 'facts:write', 'access:evaluate']),
      created_at timestamptz(3) not null default now(),
      expires_at timestamptz(3) not null,
      last_used_at timestamptz(3),
      revoked_at timestamptz(3),
      revoked_by uuid,
      constraint pk_api_keys primary key (tenant_id, id),
      constraint fk_api_keys_creator foreign key (tenant_id, created_by) references users (tenant_id, id),
      constraint fk_api_keys_revoker foreign key (tenant_id, revoked_by) references users (tenant_id, id),
      constraint ck_api_keys_life check (expires_at > created_at)
    )`);
    await q.query('create index ix_api_keys_creator on api_keys (tenant_id, created_by)');
    for (const statement of protectTenantTable('api_keys')) await q.query(statement);
    // The opening round trip of a request with a key: its person with the rights of now. The caller has set the tenant and proved the key.
    await q.query(`create function app.begin_key_request(tenant_in uuid, key_in uuid)
      returns table (user_id uuid, name text, roles text[], slug text, organisation text, time_zone text, currency char(3), demo boolean, locked boolean,
        tenant_now timestamptz, scopes text[]) language plpgsql stable as
      $$ begin
        return query select u.id, u.name, array(select r.role from user_roles r where r.tenant_id = tenant_in and r.user_id = u.id order by 1),
            t.slug, t.name, t.time_zone, t.currency, t.demo,
            exists (select 1 from restrictions x where x.tenant_id = tenant_in and x.user_id = u.id and x.kind = 'account_lock' and x.state = 'in_force'
              and x.starts_at <= now() - t.clock_offset_ms * interval '1 millisecond' and x.ends_at > now() - t.clock_offset_ms * interval '1 millisecond'),
            date_trunc('milliseconds', now() - t.clock_offset_ms * interval '1 millisecond'), k.scopes
          from api_keys k join users u on u.tenant_id = k.tenant_id and u.id = k.created_by join tenants t on t.id = k.tenant_id
          where k.tenant_id = tenant_in and k.id = key_in and k.revoked_at is null and k.expires_at > now() and u.status = 'active' and t.suspended_at is null;
        if not found and exists (select 1 from tenants t where t.id = tenant_in and t.suspended_at is not null) then
          raise exception 'organisation suspended' using errcode = 'WS001';
        end if;
      end $$`);
    await q.query('revoke all on function app.begin_key_request(uuid, uuid) from public');
    await q.query('grant execute on function app.begin_key_request(uuid, uuid) to waymark_app, waymark_worker');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop function app.begin_key_request(uuid, uuid)');
    await q.query('drop table api_keys');
  }
}
