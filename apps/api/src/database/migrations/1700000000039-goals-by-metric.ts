import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from '../concurrent-index.js';

/** Which goals of a period look at a metric: asked after every change of what counts for everybody (MET-06). */
export class GoalsByMetric1700000000039 implements MigrationInterface {
  name = 'GoalsByMetric1700000000039';
  transaction = false;

  async up(q: QueryRunner): Promise<void> {
    await createIndexConcurrently(q, 'ix_goals_metric', `on goals (tenant_id, metric, period_id) where state = 'active'`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index ix_goals_metric');
  }
}
