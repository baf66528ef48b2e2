import { Module } from '@nestjs/common';
import { GoalsModule } from '../goals/goals.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { IndexWeightsController } from './index-weights.controller.js';
import { IndexWeightsRepository } from './index-weights.repository.js';
import { IndexWeightsService } from './index-weights.service.js';
import { SettingsController } from './settings.controller.js';
import { SettingsJobs } from './settings.jobs.js';
import { SettingsRepository } from './settings.repository.js';
import { SettingsService } from './settings.service.js';

/** What an administrator sets for the organisation: calendar, currency, thresholds, features. */
@Module({
  imports: [MetricsModule, GoalsModule],
  controllers: [SettingsController, IndexWeightsController],
  providers: [SettingsService, SettingsRepository, SettingsJobs, IndexWeightsService, IndexWeightsRepository],
})
export class SettingsModule {}
