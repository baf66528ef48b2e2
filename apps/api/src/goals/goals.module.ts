import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module.js';
import { CalendarRepository } from './calendar.repository.js';
import { Calendars } from './calendar.service.js';
import { GoalHooks } from './goal-hooks.js';
import { GoalFactsRepository } from './goal-facts.repository.js';
import { GoalRecalculation } from './goal-recalculation.service.js';
import { GoalSums } from './goal-sums.service.js';
import { GoalsController } from './goals.controller.js';
import { GoalsJobs } from './goals.jobs.js';
import { GoalsRepository } from './goals.repository.js';
import { GoalsService } from './goals.service.js';
import { PeriodsController } from './periods.controller.js';
import { PeriodsRepository } from './periods.repository.js';
import { PeriodsService } from './periods.service.js';
import { ReachedGoalsRepository } from './reached-goals.repository.js';
import { ReachedGoalsService } from './reached-goals.service.js';
import { RestatementsRepository } from './restatements.repository.js';
import { Restatements } from './restatements.service.js';

/** Stage 3: periods, goals, progress, status. */
@Module({
  imports: [MetricsModule],
  controllers: [PeriodsController, GoalsController],
  providers: [
    PeriodsService,
    PeriodsRepository,
    GoalsService,
    GoalsRepository,
    GoalFactsRepository,
    GoalSums,
    GoalRecalculation,
    GoalHooks,
    GoalsJobs,
    ReachedGoalsService,
    ReachedGoalsRepository,
    Restatements,
    RestatementsRepository,
    CalendarRepository,
    Calendars,
  ],
  exports: [GoalHooks, GoalRecalculation, GoalsService, PeriodsService, Calendars],
})
export class GoalsModule {}
