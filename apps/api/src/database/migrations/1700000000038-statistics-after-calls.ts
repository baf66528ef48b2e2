import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables that files and calls fill. */
const tables = [
  'pipeline_items',
  'pipeline_events',
  'sales',
  'activities',
  'partner_list_versions',
  'arr_movements',
  'renewals',
  'survey_responses',
  'tasks',
  'task_updates',
  'interactions',
  'company_updates',
].join(', ');

/** Those that the worker could not analyze either. */
const workers = ['tasks', 'task_updates', 'interactions', 'company_updates'].join(', ');

/**
 * A call of ten thousand rows is planned by what the database knows of its organisation: of a new one beside a large one nothing, and a few hundred deals took
 * minutes. Whoever writes them gathers statistics in the same transaction, as imports of files do: that needs MAINTAIN. It lets the login lock and analyze
 * these tables, and neither read nor change a row that it could not before.
 */
export class StatisticsAfterCalls1700000000038 implements MigrationInterface {
  name = 'StatisticsAfterCalls1700000000038';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`grant maintain on ${tables} to waymark_app`);
    await q.query(`grant maintain on ${workers} to waymark_worker`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`revoke maintain on ${workers} from waymark_worker`);
    await q.query(`revoke maintain on ${tables} from waymark_app`);
  }
}
