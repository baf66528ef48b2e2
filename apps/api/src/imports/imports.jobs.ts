import { Injectable } from '@nestjs/common';
import { JobRegistry, type JobSlot } from '../platform/jobs/job-registry.js';
import { ImportRunner } from './import-runner.js';
import { ImportsRepository } from './imports.repository.js';

export const importJob = 'import';

/** Runs queued imports in the worker. The slot lives in the import's own transaction, so a worker that dies leaves nothing half-written. */
@Injectable()
export class ImportsJobs {
  constructor(registry: JobRegistry, runner: ImportRunner, repository: ImportsRepository) {
    registry.register({
      key: importJob,
      statementTimeoutMs: 600_000,
      run: (slot: JobSlot) => runner.run(slot.subjectId as string),
      gaveUp: (slot, sentence) => repository.finish(slot.subjectId as string, 'failed', null, sentence),
    });
  }
}
