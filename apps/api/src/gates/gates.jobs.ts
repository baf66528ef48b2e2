import { Injectable } from '@nestjs/common';
import { JobRegistry } from '../platform/jobs/job-registry.js';
import { Endings } from './endings.service.js';
import { Enforcement } from './enforcement.service.js';
import { GateLiveRepository } from './gate-live.repository.js';
import { GateLiveService } from './gate-live.service.js';
import { GateRuns } from './gate-runs.service.js';

/** Each day at the organisation's time: what ends, what is cured, what is due. A missed day is caught up by one run with the same verdicts (GATE-06). */
@Injectable()
export class GatesJobs {
  constructor(
    registry: JobRegistry,
    endings: Endings,
    liveRows: GateLiveRepository,
    live: GateLiveService,
    enforcement: Enforcement,
    runs: GateRuns,
  ) {
    registry.register({
      key: 'gates-daily',
      schedule: 'daily',
      catchUp: 'latest',
      run: async () => {
        await liveRows.lockOrganisation();
        await endings.run();
        await live.refreshAll();
        await enforcement.enforceDue();
      },
    });
    registry.register({
      key: 'gate-run',
      run: (slot) => runs.perform(slot.subjectId as string),
      gaveUp: (slot) => runs.giveUp(slot.subjectId as string),
    });
  }
}
