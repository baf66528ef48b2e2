import { Injectable } from '@nestjs/common';
import { Db } from '../database/db.js';
import { currentContext } from '../request-context.js';

/** Hands work to the worker inside the caller's transaction: the slot exists exactly when the caller's change does. */
@Injectable()
export class JobQueue {
  constructor(private readonly db: Db) {}

  /** Enqueues a job about one subject, once per subject. */
  async enqueue(job: string, subjectId: string): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run(
      `insert into job_slots (job, tenant_id, scheduled_for, subject_id) values ($2, $1, $3, $4)
       on conflict on constraint uq_job_slots_slot do nothing`,
      [tenantId, job, now, subjectId],
    );
    await this.db.run(`select pg_notify('waymark_jobs', $1)`, [tenantId]);
  }
}
