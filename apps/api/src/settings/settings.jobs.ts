import { Injectable } from '@nestjs/common';
import { GoalRecalculation } from '../goals/goal-recalculation.service.js';
import { Recomputation } from '../metrics/recomputation.service.js';
import { JobRegistry } from '../platform/jobs/job-registry.js';

/** What follows from changed settings, outside of the request that changed them. */
@Injectable()
export class SettingsJobs {
  constructor(registry: JobRegistry, recalculation: GoalRecalculation, recomputation: Recomputation) {
    registry.register({ key: 'settings-goals', run: async () => void (await recalculation.recalculate(null)) });
    // Days are those of the organisation's zone, so every daily figure is counted again; goals follow their figures.
    registry.register({
      key: 'settings-zone',
      run: async () => {
        await recomputation.markEveryDay();
        await recalculation.recalculate(null);
      },
    });
  }
}
