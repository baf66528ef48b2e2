import { Module } from '@nestjs/common';
import { SourcesModule } from '../sources/sources.module.js';
import { ImportActivities } from './import-activities.js';
import { ImportCustomerFacts } from './import-customer-facts.js';
import { ImportMemberships } from './import-memberships.js';
import { ImportPeople } from './import-people.js';
import { ImportPipeline } from './import-pipeline.js';
import { ImportRunner } from './import-runner.js';
import { ImportSources } from './import-sources.js';
import { ImportTeams } from './import-teams.js';
import { ImportsController } from './imports.controller.js';
import { ImportsJobs } from './imports.jobs.js';
import { ImportsRepository } from './imports.repository.js';
import { ImportsService } from './imports.service.js';
import { IngestController } from './ingest.controller.js';
import { IngestRepository } from './ingest.repository.js';
import { IngestService } from './ingest.service.js';
import { StagingRepository } from './staging.repository.js';

/** Files become facts. */
@Module({
  imports: [SourcesModule],
  controllers: [ImportsController, IngestController],
  providers: [
    ImportsService,
    ImportsRepository,
    ImportsJobs,
    ImportRunner,
    ImportSources,
    ImportPeople,
    ImportTeams,
    ImportMemberships,
    ImportPipeline,
    ImportActivities,
    IngestService,
    IngestRepository,
    ImportCustomerFacts,
    StagingRepository,
  ],
  exports: [ImportsService],
})
export class ImportsModule {}
