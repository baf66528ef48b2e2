import { Module } from '@nestjs/common';
import { CompaniesController } from './companies/companies.controller.js';
import { CompaniesRepository } from './companies/companies.repository.js';
import { CompaniesService } from './companies/companies.service.js';
import { PeopleController } from './people/people.controller.js';
import { PeopleRepository } from './people/people.repository.js';
import { PeopleService } from './people/people.service.js';
import { ItemAccess } from './pipeline-items/item-access.js';
import { PipelineItemsController } from './pipeline-items/pipeline-items.controller.js';
import { PipelineItemsRepository } from './pipeline-items/pipeline-items.repository.js';
import { PipelineItemsService } from './pipeline-items/pipeline-items.service.js';
import { TimelineRepository } from './pipeline-items/timeline.repository.js';

/** Stage 1: rows with an owner and an instant. */
@Module({
  controllers: [PipelineItemsController, CompaniesController, PeopleController],
  providers: [
    PipelineItemsService,
    PipelineItemsRepository,
    ItemAccess,
    TimelineRepository,
    CompaniesService,
    CompaniesRepository,
    PeopleService,
    PeopleRepository,
  ],
  exports: [TimelineRepository],
})
export class SourcesModule {}
