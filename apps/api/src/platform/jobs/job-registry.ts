import { Injectable } from '@nestjs/common';
import type { Feature } from '../features/features.js';

/** A slot of work: one job for one organisation at one scheduled instant (by the organisation's clock), perhaps about one subject. */
export interface JobSlot {
  id: string;
  job: string;
  tenantId: string;
  scheduledFor: Date;
  subjectId: string | null;
  attempts: number;
}

/** A job as a value: its key, when it is due, what happens to missed slots, and the work, which runs inside the slot's own transaction. */
export interface Job {
  key: string;
  /** `daily`: every local day at the organisation's enforcement time. Without a schedule the job runs when it is enqueued. */
  schedule?: 'daily';
  /** Local time "HH:MM" of a daily job that has one of its own. */
  at?: string;
  /** Missed slots: run `all` of them in order, or only the `latest`. */
  catchUp?: 'all' | 'latest';
  /** Skipped, and done with, for organisations that have this feature off (PLAT-03). */
  feature?: Feature;
  /** Longest time of one statement in milliseconds. */
  statementTimeoutMs?: number;
  run(slot: JobSlot): Promise<void>;
  /** Called in a transaction of its own when the last attempt failed. */
  gaveUp?(slot: JobSlot, sentence: string): Promise<void>;
}

/** The jobs of every stage. A stage registers its own when its module starts. */
@Injectable()
export class JobRegistry {
  private readonly jobs = new Map<string, Job>();

  register(job: Job): void {
    if (this.jobs.has(job.key)) throw new Error(`two jobs are called ${job.key}`);
    this.jobs.set(job.key, job);
  }

  get(key: string): Job | undefined {
    return this.jobs.get(key);
  }

  scheduled(): Job[] {
    return [...this.jobs.values()].filter((job) => job.schedule !== undefined);
  }

  keys(): string[] {
    return [...this.jobs.keys()];
  }
}
