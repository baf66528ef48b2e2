import { Module } from '@nestjs/common';
import { GoalsModule } from '../goals/goals.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { SourcesModule } from '../sources/sources.module.js';
import { DecisionsService } from './decisions.service.js';
import { Endings } from './endings.service.js';
import { EndingsRepository } from './endings.repository.js';
import { Enforcement } from './enforcement.service.js';
import { GateFactsRepository } from './gate-facts.repository.js';
import { GateFacts } from './gate-facts.service.js';
import { GateLiveRepository } from './gate-live.repository.js';
import { GateLiveService } from './gate-live.service.js';
import { GateMakingRepository } from './gate-making.repository.js';
import { GateMaking } from './gate-making.service.js';
import { GateNotices } from './gate-notices.service.js';
import { GateReceipts } from './gate-receipts.service.js';
import { GateRunsRepository } from './gate-runs.repository.js';
import { GateRuns } from './gate-runs.service.js';
import { GatesController } from './gates.controller.js';
import { GatesJobs } from './gates.jobs.js';
import { GatesRepository } from './gates.repository.js';
import { GatesService } from './gates.service.js';
import { PoliciesController } from './policies.controller.js';
import { PoliciesRepository } from './policies.repository.js';
import { PoliciesService } from './policies.service.js';
import { Preview } from './preview.service.js';
import { RestrictionPagesController } from './restriction-pages.controller.js';
import { RestrictionPagesRepository } from './restriction-pages.repository.js';
import { RestrictionPages } from './restriction-pages.service.js';
import { VerdictsRepository } from './verdicts.repository.js';

const repositories = [
  GateMakingRepository,
  GateFactsRepository,
  GateLiveRepository,
  GateRunsRepository,
  GatesRepository,
  VerdictsRepository,
  EndingsRepository,
  PoliciesRepository,
  RestrictionPagesRepository,
];

/** Stage 5: verdicts, restrictions and the people's decisions on them. */
@Module({
  imports: [SourcesModule, MetricsModule, GoalsModule],
  controllers: [PoliciesController, GatesController, RestrictionPagesController],
  providers: [
    ...repositories,
    GateFacts,
    GateLiveService,
    GateMaking,
    GateNotices,
    Enforcement,
    Endings,
    Preview,
    GateReceipts,
    GateRuns,
    GatesService,
    PoliciesService,
    RestrictionPages,
    DecisionsService,
    GatesJobs,
  ],
  exports: [PoliciesService, Enforcement, GateLiveService, GateRuns, GateLiveRepository],
})
export class GatesModule {}
