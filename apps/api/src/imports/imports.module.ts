import { Module } from '@nestjs/common';
import { SourcesModule } from '../sources/sources.module.js';
import { ImportFacts } from './import-facts.js';
import { ImportFiles } from './import-files.js';
import { ImportMemberships } from './import-memberships.js';
import { ImportRunner } from './import-runner.js';
import { ImportSources } from './import-sources.js';
import { ImportTeams } from './import-teams.js';
import { ImportWriters } from './import-writers.js';
import { ImportsController } from './imports.controller.js';
import { ImportsJobs } from './imports.jobs.js';
import { ImportsRepository } from './imports.repository.js';
import { ImportsService } from './imports.service.js';
import { IngestCalls } from './ingest-calls.js';
import { IngestCallsRepository } from './ingest-calls.repository.js';
import { IngestController } from './ingest.controller.js';
import { IngestRepository } from './ingest.repository.js';
import { IngestService } from './ingest.service.js';
import { importSourceDefinitions } from './source-registry.js';
import { StagingRepository } from './staging.repository.js';
import { Upserts } from './upserts.js';

/** Sources that are no dated facts write in their own way. */
const writers = Object.values(importSourceDefinitions).flatMap(({ writes }) => (typeof writes === 'function' ? [writes] : []));

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
    ImportFacts,
    ImportFiles,
    ImportWriters,
    Upserts,
    ...writers,
    ImportTeams,
    ImportMemberships,
    IngestService,
    IngestRepository,
    IngestCalls,
    IngestCallsRepository,
    StagingRepository,
  ],
  exports: [ImportsService],
})
export class ImportsModule {}
