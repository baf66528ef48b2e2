import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** What values of locked periods would be by what became known later (MET-10, Q25). Rows are only added; the latest one holds. */
export class GoalRestatements1700000000031 implements MigrationInterface {
  name = 'GoalRestatements1700000000031';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table goal_restatements (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      goal_id uuid not null,
      restated_at timestamptz(3) not null,
      value_num bigint,
      value_den bigint constraint ck_goal_restatements_value_den check (value_den > 0),
      value_reason text,
      constraint pk_goal_restatements primary key (tenant_id, id),
      constraint fk_goal_restatements_goal foreign key (tenant_id, goal_id) references goals (tenant_id, id)
    )`);
    await q.query('create index ix_goal_restatements_goal on goal_restatements (tenant_id, goal_id, id)');
    for (const statement of protectTenantTable('goal_restatements', 'select, insert, delete')) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table goal_restatements');
  }
}
