import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from '../concurrent-index.js';
import { markDirtyDays } from '../dirty-marks.js';
import { protectTenantTable } from '../tenant-table.js';

const oldSources = "'pipeline_events', 'sales', 'activities', 'arr_movements', 'renewals', 'survey_responses'";
const source = 'partner_list_versions';

/** Index name and what follows it. */
const indexes: [name: string, definition: string][] = [
  [
    'ix_pipeline_events_counted',
    `on pipeline_events (tenant_id, owner_id, occurred_at)
      include (kind, qualified, value_minor, entered, undated, ended_at, step, agreement, partner) where known_to is null`,
  ],
  ['ix_pipeline_events_step', 'on pipeline_events (tenant_id, occurred_at) where step is not null'],
  ['ix_pipeline_items_list', 'on pipeline_items (tenant_id, list_id) where list_id is not null'],
  ['ix_sales_list', 'on sales (tenant_id, list_id) where list_id is not null'],
  ['ix_activities_item', "on activities (tenant_id, item_id) where item_id is not null and type = 'call'"],
];

/**
 * Partner lists (SRC-04): the container of partner contacts that a list-out spawns from a lead. The contacts are pipeline items that name the list; a sale
 * names it too. What is known of a list are versions (Q98), so that a due date that was moved keeps its history (Q84). Steps of the funnel and the weights
 * of the performance index (Q85).
 */
export class PartnerLists1700000000026 implements MigrationInterface {
  name = 'PartnerLists1700000000026';
  /** Indexes are built beside the work; each step may be taken again. */
  transaction = false;

  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table if not exists partner_lists (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      external_id text,
      item_id uuid not null,
      created_at timestamptz(3) not null,
      constraint pk_partner_lists primary key (tenant_id, id),
      constraint uq_partner_lists_external unique (tenant_id, external_id),
      constraint fk_partner_lists_item foreign key (tenant_id, item_id) references pipeline_items (tenant_id, id)
    )`);
    await q.query('create index if not exists ix_partner_lists_item on partner_lists (tenant_id, item_id)');
    // Days are what people told, instants their beginning in the zone of the organisation. `ended_at` is when the list was sent or closed, whichever came
    // first; `late_at` the beginning of the day after the due day, where it had not ended by then.
    await q.query(`create table if not exists partner_list_versions (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      list_id uuid not null,
      version integer not null default 1,
      name text not null,
      owner_id uuid not null,
      partners integer constraint ck_partner_list_versions_partners check (partners >= 0),
      opened_on date not null,
      opened_at timestamptz(3) not null,
      due_on date,
      has_due boolean not null,
      late_at timestamptz(3),
      sent_on date,
      sent_at timestamptz(3),
      closed_on date,
      closed_at timestamptz(3),
      closed_by text constraint ck_partner_list_versions_closed_by check (closed_by in ('person', 'item')),
      ended_at timestamptz(3),
      note text,
      known_at timestamptz(3) not null,
      known_to timestamptz(3),
      backfilled boolean not null default false,
      recorded_by uuid,
      constraint pk_partner_list_versions primary key (tenant_id, id),
      constraint fk_partner_list_versions_list foreign key (tenant_id, list_id) references partner_lists (tenant_id, id),
      constraint fk_partner_list_versions_owner foreign key (tenant_id, owner_id) references users (tenant_id, id),
      constraint ck_partner_list_versions_known check (known_to is null or known_to >= known_at),
      constraint ck_partner_list_versions_order check (ended_at is null or (ended_at >= opened_at and (late_at is null or late_at < ended_at)))
    )`);
    await q.query(
      'create unique index if not exists uq_partner_list_versions_present on partner_list_versions (tenant_id, list_id) where known_to is null',
    );
    for (const instant of ['opened_at', 'sent_at', 'late_at', 'ended_at'])
      await q.query(
        `create index if not exists ix_partner_list_versions_${instant.replace('_at', '')} on partner_list_versions (tenant_id, owner_id, ${instant})
          where known_to is null and ${instant} is not null`,
      );
    await q.query('create index if not exists ix_partner_list_versions_known on partner_list_versions (tenant_id, opened_at, known_at)');
    await q.query(`create table if not exists index_weights (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      calls integer not null,
      agreements integer not null,
      lists integer not null,
      sales integer not null,
      known_at timestamptz(3) not null,
      recorded_by uuid,
      constraint pk_index_weights primary key (tenant_id, id),
      constraint fk_index_weights_recorded_by foreign key (tenant_id, recorded_by) references users (tenant_id, id),
      constraint ck_index_weights_range check (least(calls, agreements, lists, sales) >= 0 and greatest(calls, agreements, lists, sales) between 1 and 1000)
    )`);
    await q.query('create index if not exists ix_index_weights_known on index_weights (tenant_id, known_at, id)');
    for (const table of ['partner_lists', 'partner_list_versions', 'index_weights']) {
      await q.query(`drop policy if exists tenant_isolation on ${table}`);
      await q.query(`drop policy if exists tenant_rows on ${table}`);
      for (const statement of protectTenantTable(table)) await q.query(statement);
    }
    await q.query('grant maintain on partner_list_versions to waymark_worker');
    // step: how far down the funnel the stage is (proposal, agreement, list). agreement: whether the event made one, took it back or restored it (Q81).
    // partner: the item is a contact of a partner list, no lead (Q82). All three follow from the item and are derived with `entered`.
    await q.query(`alter table pipeline_events add column if not exists step text, add column if not exists agreement text,
      add column if not exists partner boolean not null default false`);
    await q.query('alter table pipeline_items add column if not exists list_id uuid');
    await q.query('alter table sales add column if not exists list_id uuid, add column if not exists from_list boolean not null default false');
    for (const table of ['pipeline_items', 'sales']) {
      await q.query(`alter table ${table} drop constraint if exists fk_${table}_list`);
      await q.query(
        `alter table ${table} add constraint fk_${table}_list foreign key (tenant_id, list_id) references partner_lists (tenant_id, id) not valid`,
      );
    }
    for (const [name, definition] of indexes) await createIndexConcurrently(q, name, definition);
    // The wider index answers whatever this one did.
    await q.query('drop index concurrently if exists ix_pipeline_events_owner');
    await this.names(q, `${oldSources}, '${source}'`);
    await this.mark(q);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const [name] of indexes) await q.query(`drop index ${name}`);
    await q.query(`create index ix_pipeline_events_owner on pipeline_events (tenant_id, owner_id, occurred_at)
      include (kind, qualified, value_minor, entered, undated, ended_at) where known_to is null`);
    await q.query(`delete from metric_dirty where source = '${source}'`);
    await this.names(q, oldSources);
    await q.query('alter table sales drop constraint fk_sales_list, drop column list_id, drop column from_list');
    await q.query('alter table pipeline_items drop constraint fk_pipeline_items_list, drop column list_id');
    await q.query('alter table pipeline_events drop column step, drop column agreement, drop column partner');
    for (const table of ['index_weights', 'partner_list_versions', 'partner_lists']) await q.query(`drop table ${table}`);
    for (const event of ['insert', 'update', 'delete']) await q.query(`drop function app.mark_${source}_${event}()`);
  }

  /** Which sources marks may name. */
  private async names(q: QueryRunner, words: string): Promise<void> {
    await q.query('alter table metric_dirty drop constraint ck_metric_dirty_source');
    await q.query(`alter table metric_dirty add constraint ck_metric_dirty_source check (source in (${words})) not valid`);
  }

  /** Dirty marks: every statement marks the days that it touched, of all four instants, and wakes the worker. */
  private async mark(q: QueryRunner): Promise<void> {
    for (const statement of markDirtyDays(source, ['opened_at', 'sent_at', 'late_at', 'ended_at'])) await q.query(statement);
  }
}
