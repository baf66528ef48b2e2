import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** Daily measures, the dirty marks that keep them fresh, and the triggers that write the marks in the writer's own transaction. */
export class Metrics1700000000004 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // A during measure keeps its sum of the day; a standing one the change of the day (dated deltas), so that its level is a prefix sum.
    await q.query(`create table daily_measures (
      tenant_id uuid not null constraint fk_daily_measures_tenant references tenants (id),
      measure text not null,
      owner_id uuid not null,
      on_day date not null,
      sum bigint not null,
      count integer not null,
      constraint pk_daily_measures primary key (tenant_id, measure, owner_id, on_day) include (sum, count)
    )`);
    await q.query('create index ix_daily_measures_day on daily_measures (tenant_id, measure, on_day, owner_id) include (sum, count)');
    await q.query(`create table metric_dirty (
      tenant_id uuid not null constraint fk_metric_dirty_tenant references tenants (id),
      id bigint generated always as identity,
      source text not null constraint ck_metric_dirty_source check (source in ('pipeline_events', 'sales', 'activities')),
      owner_id uuid not null,
      on_day date not null,
      constraint pk_metric_dirty primary key (tenant_id, id)
    )`);
    for (const table of ['daily_measures', 'metric_dirty']) for (const statement of protectTenantTable(table)) await q.query(statement);
    await q.query('grant usage on sequence metric_dirty_id_seq to waymark_app, waymark_worker');
    await q.query('alter table daily_measures set (autovacuum_vacuum_insert_scale_factor = 0.02)');
    // Two-step form (collect into arrays, then insert from them): the same text also runs where the target is a distributed table.
    const body = (source: string, instants: string[], tables: string[]) => {
      const rows = tables
        .flatMap((table) => instants.map((instant) => `select tenant_id, owner_id, ${instant} as at from ${table} where ${instant} is not null`))
        .join(' union all ');
      return `declare tenants_in uuid[]; owners_in uuid[]; days_in date[]; tenant uuid;
        begin
          select array_agg(d.tenant_id), array_agg(d.owner_id), array_agg(d.on_day) into tenants_in, owners_in, days_in
          from (select distinct r.tenant_id, r.owner_id, app.day_of(r.at, t.time_zone) as on_day
                from (${rows}) r join tenants t on t.id = r.tenant_id) d;
          if tenants_in is null then return null; end if;
          insert into metric_dirty (tenant_id, source, owner_id, on_day)
            select d.tenant_id, '${source}', d.owner_id, d.on_day from unnest(tenants_in, owners_in, days_in) as d (tenant_id, owner_id, on_day);
          for tenant in select distinct unnest(tenants_in) loop perform pg_notify('waymark_dirty', tenant::text); end loop;
          return null;
        end`;
    };
    const sources: [string, string[]][] = [
      ['pipeline_events', ['occurred_at', 'ended_at']],
      ['sales', ['occurred_at']],
      ['activities', ['completed_at', 'scheduled_at']],
    ];
    const events: [string, string[], string][] = [
      ['insert', ['new_rows'], 'referencing new table as new_rows'],
      ['update', ['old_rows', 'new_rows'], 'referencing old table as old_rows new table as new_rows'],
      ['delete', ['old_rows'], 'referencing old table as old_rows'],
    ];
    for (const [source, instants] of sources)
      for (const [event, tables, referencing] of events) {
        const name = `mark_${source}_${event}`;
        await q.query(`create function app.${name}() returns trigger language plpgsql as $$ ${body(source, instants, tables)} $$`);
        await q.query(`create trigger mark_${event} after ${event} on ${source} ${referencing} for each statement execute function app.${name}()`);
      }
  }

  async down(q: QueryRunner): Promise<void> {
    for (const source of ['pipeline_events', 'sales', 'activities'])
      for (const event of ['insert', 'update', 'delete']) {
        await q.query(`drop trigger mark_${event} on ${source}`);
        await q.query(`drop function app.mark_${source}_${event}()`);
      }
    await q.query('drop table metric_dirty');
    await q.query('drop table daily_measures');
  }
}
