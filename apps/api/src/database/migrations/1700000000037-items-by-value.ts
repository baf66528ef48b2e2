import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from '../concurrent-index.js';

/** Lists of leads and deals between two values. Values without a rate are in no such list (SRC-08). */
export class ItemsByValue1700000000037 implements MigrationInterface {
  name = 'ItemsByValue1700000000037';
  transaction = false;

  async up(q: QueryRunner): Promise<void> {
    await createIndexConcurrently(q, 'ix_pipeline_items_value', 'on pipeline_items (tenant_id, value_minor, id) where not unrated');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index ix_pipeline_items_value');
  }
}
