import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** Refresh tokens with their history, what a person sees of the own sessions, and the counters of rate limits. */
export class SessionTokens1700000000011 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // An outside session is the trace of another issuer's token, so that it is listed and ended like any other.
    await q.query(`alter table sessions
      add column kind text not null default 'password' constraint ck_sessions_kind check (kind in ('password', 'demo', 'outside')),
      add column device text,
      add column address text,
      add column end_reason text,
      add column outside_key text,
      add constraint uq_sessions_outside unique (tenant_id, outside_key)`);
    // One row per token ever given out: a known token that was replaced long ago is stolen, an unknown one is noise.
    await q.query(`create table session_tokens (
      tenant_id uuid not null,
      hash text not null,
      session_id uuid not null,
      created_at timestamptz(3) not null default now(),
      rotated_at timestamptz(3),
      successor bytea,
      constraint pk_session_tokens primary key (tenant_id, hash),
      constraint fk_session_tokens_session foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade
    )`);
    await q.query('create index ix_session_tokens_session on session_tokens (tenant_id, session_id)');
    for (const statement of protectTenantTable('session_tokens')) await q.query(statement);
    // Form given by rate-limiter-flexible. Keys are hashes; no row-level security, since a sign-in has no tenant yet (Q123). Unlogged: a crash
    // of the database forgets a minute of counting, and in return counting costs no write-ahead log.
    await q.query(`create unlogged table rate_limits (
      key varchar(255) constraint pk_rate_limits primary key,
      points integer not null default 0,
      expire bigint
    )`);
    await q.query('alter table rate_limits owner to waymark_owner');
    await q.query('create index ix_rate_limits_expire on rate_limits (expire)');
    await q.query('grant select, insert, update, delete on rate_limits to waymark_app');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table rate_limits');
    await q.query('drop table session_tokens');
    await q.query('alter table sessions drop constraint uq_sessions_outside');
    await q.query('alter table sessions drop column outside_key, drop column end_reason, drop column address, drop column device, drop column kind');
  }
}
