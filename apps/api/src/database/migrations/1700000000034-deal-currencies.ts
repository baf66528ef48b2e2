import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from '../concurrent-index.js';

const read = 'kind, qualified, value_minor, entered, undated, ended_at, step, agreement, partner';

/** Index name and what follows it. */
const indexes: [name: string, definition: string][] = [
  ['ix_pipeline_events_measured', `on pipeline_events (tenant_id, owner_id, occurred_at) include (${read}, unrated) where known_to is null`],
  ['ix_pipeline_events_given', 'on pipeline_events (tenant_id, given_currency, occurred_at) where known_to is null and given_currency is not null'],
];

/** Deals in other currencies than the organisation's (SRC-08). */
export class DealCurrencies1700000000034 implements MigrationInterface {
  name = 'DealCurrencies1700000000034';
  /** Indexes are built beside the work; each step may be taken again. */
  transaction = false;

  async up(q: QueryRunner): Promise<void> {
    // As with sales: value_minor is in the organisation's currency, what metrics add. given_minor is what was agreed, in given_currency, where that is another
    // one; while no rate is known for it the row is `unrated` and its value_minor 0.
    for (const table of ['pipeline_events', 'pipeline_items'])
      await q.query(`alter table ${table} add column if not exists given_minor bigint, add column if not exists given_currency char(3),
        add column if not exists rate numeric(20, 10), add column if not exists rate_on date, add column if not exists unrated boolean not null default false`);
    for (const [name, definition] of indexes) await createIndexConcurrently(q, name, definition);
    // The wider index answers whatever this one did.
    await q.query('drop index concurrently if exists ix_pipeline_events_counted');
  }

  async down(q: QueryRunner): Promise<void> {
    for (const [name] of indexes) await q.query(`drop index ${name}`);
    await q.query(
      `create index ix_pipeline_events_counted on pipeline_events (tenant_id, owner_id, occurred_at) include (${read}) where known_to is null`,
    );
    for (const table of ['pipeline_events', 'pipeline_items'])
      await q.query(
        `alter table ${table} drop column given_minor, drop column given_currency, drop column rate, drop column rate_on, drop column unrated`,
      );
  }
}
