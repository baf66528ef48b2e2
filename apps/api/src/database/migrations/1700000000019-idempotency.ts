import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** Answers of creating requests by their Idempotency-Key, written in the transaction of the effect (REL-04). */
export class Idempotency1700000000019 implements MigrationInterface {
  name = 'Idempotency1700000000019';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table idempotency_keys (
      tenant_id uuid not null,
      user_id uuid not null,
      operation text not null,
      key text not null constraint ck_idempotency_keys_key check (length(key) between 1 and 255),
      request_hash text not null,
      rights text not null,
      status integer,
      answer text,
      created_at timestamptz(3) not null default now(),
      constraint pk_idempotency_keys primary key (tenant_id, user_id, operation, key),
      constraint fk_idempotency_keys_tenant foreign key (tenant_id) references tenants (id)
    )`);
    await q.query('create index ix_idempotency_keys_created on idempotency_keys (tenant_id, created_at)');
    for (const statement of protectTenantTable('idempotency_keys')) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table idempotency_keys');
  }
}
