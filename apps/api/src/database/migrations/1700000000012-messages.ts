import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** Messages that leave the house, and the one-time links some of them carry. */
export class Messages1700000000012 implements MigrationInterface {
  name = 'Messages1700000000012';

  async up(q: QueryRunner): Promise<void> {
    await q.query('alter table users add column mail_notices boolean not null default true');
    // The address is looked up when the message is sent: it stands in the person's own row only (Q125). The content goes once it was sent.
    await q.query(`create table outbox (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      dedupe_key text not null,
      channel text not null constraint ck_outbox_channel check (channel in ('mail')),
      user_id uuid not null,
      payload jsonb not null,
      state text not null default 'ready' constraint ck_outbox_state check (state in ('ready', 'sent', 'dead', 'expired', 'dropped')),
      attempts integer not null default 0,
      available_at timestamptz(3) not null default now(),
      expires_at timestamptz(3) not null,
      last_error text,
      created_at timestamptz(3) not null default now(),
      done_at timestamptz(3),
      constraint pk_outbox primary key (tenant_id, id),
      constraint uq_outbox_dedupe unique (tenant_id, dedupe_key),
      constraint fk_outbox_user foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
    )`);
    await q.query(`create index ix_outbox_ready on outbox (tenant_id, available_at) where state = 'ready'`);
    await q.query('create index ix_outbox_user on outbox (tenant_id, user_id)');
    // Only the hash of a token is stored, and only the hash of the address it was sent to.
    await q.query(`create table one_time_links (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      user_id uuid not null,
      kind text not null constraint ck_one_time_links_kind check (kind in ('invitation', 'reset')),
      hash text not null,
      address_hash text not null,
      created_at timestamptz(3) not null default now(),
      expires_at timestamptz(3) not null,
      used_at timestamptz(3),
      voided_at timestamptz(3),
      constraint pk_one_time_links primary key (tenant_id, id),
      constraint uq_one_time_links_hash unique (tenant_id, hash),
      constraint fk_one_time_links_user foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
    )`);
    await q.query(
      'create unique index ix_one_time_links_living on one_time_links (tenant_id, user_id, kind) where used_at is null and voided_at is null',
    );
    for (const table of ['outbox', 'one_time_links']) for (const statement of protectTenantTable(table)) await q.query(statement);
    // The relay's only look across tenants: which of them have something to send.
    await q.query(`create function app.tenants_with_mail() returns table (tenant_id uuid) language sql stable security definer
      set search_path = pg_catalog, public as
      $$ select distinct o.tenant_id from outbox o where o.state = 'ready' and o.available_at <= now() $$`);
    await q.query('alter function app.tenants_with_mail() owner to waymark_doors');
    await q.query('grant select on outbox to waymark_doors');
    await q.query('revoke all on function app.tenants_with_mail() from public');
    await q.query('grant execute on function app.tenants_with_mail() to waymark_worker');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop function app.tenants_with_mail()');
    await q.query('drop table one_time_links');
    await q.query('drop table outbox');
    await q.query('alter table users drop column mail_notices');
  }
}
