import { Module } from '@nestjs/common';
import { MetricAuditsController } from './metric-audits.controller.js';
import { MetricAuditsRepository } from './metric-audits.repository.js';
import { MetricAudits } from './metric-audits.service.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsJobs } from './metrics.jobs.js';
import { MetricsRepository } from './metrics.repository.js';
import { MetricsService } from './metrics.service.js';
import { ComparisonsController } from './comparisons.controller.js';
import { Comparisons } from './comparisons.service.js';
import { MeasuresService } from './measures.service.js';
import { OwnMetricHistory } from './own-metric-history.repository.js';
import { OwnMetricPreviews } from './own-metric-preview.service.js';
import { OwnMetricRebuild } from './own-metric-rebuild.service.js';
import { OwnMetricsController } from './own-metrics.controller.js';
import { OwnMetricsRepository } from './own-metrics.repository.js';
import { OwnMetrics } from './own-metrics.service.js';
import { Recomputation } from './recomputation.service.js';
import { RecomputeHooks } from './recompute-hooks.js';
import { ReceiptScopes } from './receipt-scopes.service.js';
import { ReceiptsController } from './receipts.controller.js';
import { ReceiptsRepository } from './receipts.repository.js';
import { ReceiptsService } from './receipts.service.js';
import { TenantMetrics } from './tenant-metrics.js';
import { SourcesModule } from '../sources/sources.module.js';

/** Stage 2: one number per owner per window. */
@Module({
  imports: [SourcesModule],
  controllers: [MetricsController, ComparisonsController, ReceiptsController, MetricAuditsController, OwnMetricsController],
  providers: [
    MetricsService,
    Comparisons,
    ReceiptsService,
    ReceiptScopes,
    ReceiptsRepository,
    MeasuresService,
    MetricsRepository,
    MetricsJobs,
    Recomputation,
    RecomputeHooks,
    MetricAudits,
    MetricAuditsRepository,
    TenantMetrics,
    OwnMetrics,
    OwnMetricsRepository,
    OwnMetricPreviews,
    OwnMetricHistory,
    OwnMetricRebuild,
  ],
  exports: [MeasuresService, Recomputation, RecomputeHooks, TenantMetrics],
})
export class MetricsModule {}
