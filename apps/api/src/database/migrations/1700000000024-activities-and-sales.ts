import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from '../concurrent-index.js';
import { protectTenantTable } from '../tenant-table.js';

/** Index name, what follows it, and whether it is unique. */
const indexes: [name: string, definition: string, unique: boolean][] = [
  ['uq_activities_entry', 'on activities (tenant_id, entry_id) where known_to is null and entry_id is not null', true],
  ['ix_activities_at', 'on activities (tenant_id, (coalesce(completed_at, scheduled_at)), id) where known_to is null', false],
  [
    'ix_activities_scheduled',
    'on activities (tenant_id, owner_id, scheduled_at) include (type, outcome) where known_to is null and scheduled_at is not null',
    false,
  ],
  ['ix_sales_entry', 'on sales (tenant_id, entry_id) where entry_id is not null', false],
  ['ix_sales_at', 'on sales (tenant_id, occurred_at, id) where known_to is null', false],
  ['ix_sales_given', 'on sales (tenant_id, given_currency, occurred_at) where known_to is null and given_currency is not null', false],
];

/**
 * Activities and sales that people enter and correct (SRC-02, SRC-06, SRC-13), credit divided between people (SRC-07), and amounts in other
 * currencies (SRC-08). A sale that is divided has one row per person; the row of `position` 1 stands for the whole, the others name it in `entry_id`.
 * So does each later version of a fact: what people know as its id is `coalesce(entry_id, id)`.
 */
export class ActivitiesAndSales1700000000024 implements MigrationInterface {
  name = 'ActivitiesAndSales1700000000024';
  /** Indexes are built beside the work; each step may be taken again. */
  transaction = false;

  async up(q: QueryRunner): Promise<void> {
    await q.query(`alter table activities add column if not exists entry_id uuid, add column if not exists version integer not null default 1,
      add column if not exists note text`);
    // amount_minor is in the organisation's currency: what metrics add. given_minor is what was agreed, in given_currency, where that is another one;
    // while no rate is known for it the row is `unrated` and its amount_minor 0. whole_* are the amounts of a divided sale before the division.
    await q.query(`alter table sales add column if not exists entry_id uuid, add column if not exists version integer not null default 1,
      add column if not exists note text, add column if not exists position smallint not null default 1,
      add column if not exists seller_id uuid, add column if not exists share_ppm integer, add column if not exists whole_minor bigint,
      add column if not exists given_minor bigint, add column if not exists given_whole_minor bigint, add column if not exists given_currency char(3),
      add column if not exists rate numeric(20, 10), add column if not exists rate_on date,
      add column if not exists unrated boolean not null default false`);
    await q.query(`create table if not exists exchange_rates (
      tenant_id uuid not null constraint fk_exchange_rates_tenant references tenants (id),
      id uuid not null default uuidv7(),
      currency char(3) not null constraint ck_exchange_rates_currency check (currency ~ '^[A-Z]{3}$'),
      rate_on date not null,
      rate numeric(20, 10) not null constraint ck_exchange_rates_rate check (rate > 0),
      recorded_by uuid,
      version integer not null default 1,
      constraint pk_exchange_rates primary key (tenant_id, id),
      constraint uq_exchange_rates_day unique (tenant_id, currency, rate_on),
      constraint fk_exchange_rates_recorded_by foreign key (tenant_id, recorded_by) references users (tenant_id, id)
    )`);
    await q.query('drop policy if exists tenant_isolation on exchange_rates');
    await q.query('drop policy if exists tenant_rows on exchange_rates');
    for (const statement of protectTenantTable('exchange_rates')) await q.query(statement);
    await q.query('create or replace trigger bump_version before update on exchange_rates for each row execute function app.bump_version()');
    for (const [name, definition, unique] of indexes) await createIndexConcurrently(q, name, definition, unique);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const [name] of indexes) await q.query(`drop index ${name}`);
    await q.query('drop table exchange_rates');
    const added = 'entry_id version note position seller_id share_ppm whole_minor given_minor given_whole_minor given_currency rate rate_on unrated';
    await q.query(
      `alter table sales ${added
        .split(' ')
        .map((column) => `drop column ${column}`)
        .join(', ')}`,
    );
    await q.query('alter table activities drop column entry_id, drop column version, drop column note');
  }
}
