import { Module } from '@nestjs/common';
import { MetricsController } from './metrics.controller.js';
import { MetricsJobs } from './metrics.jobs.js';
import { MetricsRepository } from './metrics.repository.js';
import { MetricsService } from './metrics.service.js';
import { MeasuresService } from './measures.service.js';
import { Recomputation } from './recomputation.service.js';
import { RecomputeHooks } from './recompute-hooks.js';

/** Stage 2: one number per owner per window. */
@Module({
  controllers: [MetricsController],
  providers: [MetricsService, MeasuresService, MetricsRepository, MetricsJobs, Recomputation, RecomputeHooks],
  exports: [MeasuresService, Recomputation, RecomputeHooks],
})
export class MetricsModule {}
