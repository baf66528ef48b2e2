import { Injectable } from '@nestjs/common';
import { JobRegistry } from '../platform/jobs/job-registry.js';
import { GoalRecalculation } from './goal-recalculation.service.js';
import { PeriodsService } from './periods.service.js';

/** Each day periods move on and every goal is computed again: pace changes although no fact did. */
@Injectable()
export class GoalsJobs {
  constructor(registry: JobRegistry, periods: PeriodsService, recalculation: GoalRecalculation) {
    registry.register({
      key: 'goals-daily',
      schedule: 'daily',
      catchUp: 'latest',
      run: async () => {
        await periods.advance();
        await recalculation.recalculate(null);
      },
    });
  }
}
