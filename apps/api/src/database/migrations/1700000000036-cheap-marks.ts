import type { MigrationInterface, QueryRunner } from 'typeorm';
import { markDirtyDays } from '../dirty-marks.js';
import { markWrites } from '../marks-of-writes.js';

const sources: [source: string, instants: string[]][] = [
  ['pipeline_events', ['occurred_at', 'ended_at']],
  ['sales', ['occurred_at']],
  ['activities', ['completed_at', 'scheduled_at']],
  ['arr_movements', ['occurred_at']],
  ['renewals', ['due_at']],
  ['survey_responses', ['answered_at']],
  ['partner_list_versions', ['opened_at', 'sent_at', 'late_at', 'ended_at']],
  ['tasks', ['done_at']],
];

/** Marks cost the writer less, and whoever looks for marks that nobody announced asks once for all organisations (Q122, MET-05). */
export class CheapMarks1700000000036 implements MigrationInterface {
  name = 'CheapMarks1700000000036';

  async up(q: QueryRunner): Promise<void> {
    for (const [source, instants] of sources) for (const statement of markWrites(source, instants)) await q.query(statement);
    // A mark is written beside a fact that names the organisation already; asking again locks the organisation's row in every write of everybody.
    await q.query('alter table metric_dirty drop constraint fk_metric_dirty_tenant');
    await q.query('alter table metric_dirty set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)');
    await q.query(`create function app.marked_tenants() returns setof uuid language sql stable security definer
      set search_path = pg_catalog, public as $$ select distinct d.tenant_id from metric_dirty d join tenants t on t.id = d.tenant_id where t.suspended_at is null $$`);
    await q.query('grant select on metric_dirty to waymark_doors');
    await q.query('alter function app.marked_tenants() owner to waymark_doors');
    await q.query('revoke all on function app.marked_tenants() from public');
    await q.query('grant execute on function app.marked_tenants() to waymark_worker');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop function app.marked_tenants()');
    await q.query('revoke select on metric_dirty from waymark_doors');
    await q.query('alter table metric_dirty reset (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)');
    await q.query('alter table metric_dirty add constraint fk_metric_dirty_tenant foreign key (tenant_id) references tenants (id)');
    for (const [source, instants] of sources) for (const statement of markDirtyDays(source, instants)) await q.query(statement);
  }
}
