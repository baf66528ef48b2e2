import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** Who was erased, without a word about who it was: what a restored backup has to forget again (PLAT-11). */
export class Erasures1700000000016 implements MigrationInterface {
  name = 'Erasures1700000000016';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table erasures (
      tenant_id uuid not null,
      user_id uuid not null,
      pseudonym text not null,
      erased_by uuid,
      erased_at timestamptz(3) not null default clock_timestamp(),
      constraint pk_erasures primary key (tenant_id, user_id),
      constraint fk_erasures_user foreign key (tenant_id, user_id) references users (tenant_id, id)
    )`);
    for (const statement of protectTenantTable('erasures', 'select, insert')) await q.query(statement);
    // A decision stands; only a name in the words of its reason may be replaced.
    await q.query('grant update (reason) on restriction_decisions to waymark_app, waymark_worker');
    await q.query('grant delete on notifications to waymark_app, waymark_worker');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('revoke delete on notifications from waymark_app, waymark_worker');
    await q.query('revoke update (reason) on restriction_decisions from waymark_app, waymark_worker');
    await q.query('drop table erasures');
  }
}
