import { Module } from '@nestjs/common';
import { ActivitiesController } from './activities/activities.controller.js';
import { ActivitiesRepository } from './activities/activities.repository.js';
import { ActivitiesService } from './activities/activities.service.js';
import { CompaniesController } from './companies/companies.controller.js';
import { CompaniesRepository } from './companies/companies.repository.js';
import { CompaniesService } from './companies/companies.service.js';
import { CompanyPeopleController } from './companies/company-people.controller.js';
import { CompanyPeopleRepository } from './companies/company-people.repository.js';
import { CompanyPeopleService } from './companies/company-people.service.js';
import { ArrMovementsController } from './customers/arr-movements.controller.js';
import { ArrMovementsService } from './customers/arr-movements.service.js';
import { RenewalsController } from './customers/renewals.controller.js';
import { RenewalsService } from './customers/renewals.service.js';
import { SurveyResponsesController } from './customers/survey-responses.controller.js';
import { SurveyResponsesService } from './customers/survey-responses.service.js';
import { FactsRepository } from './facts/facts.repository.js';
import { FactsService } from './facts/facts.service.js';
import { HistoryRepository } from './history/history.repository.js';
import { HistoryService } from './history/history.service.js';
import { AbsencesController } from './people/absences.controller.js';
import { AbsencesRepository } from './people/absences.repository.js';
import { AbsencesService } from './people/absences.service.js';
import { PeopleController } from './people/people.controller.js';
import { PeopleRepository } from './people/people.repository.js';
import { PeopleService } from './people/people.service.js';
import { TeamMembershipsController } from './people/memberships.controller.js';
import { ManagersRepository } from './people/managers.repository.js';
import { ManagersService } from './people/managers.service.js';
import { MembershipsRepository } from './people/memberships.repository.js';
import { MembershipsService } from './people/memberships.service.js';
import { TeamsController } from './people/teams.controller.js';
import { TeamsRepository } from './people/teams.repository.js';
import { TeamsService } from './people/teams.service.js';
import { UsersController } from './people/users.controller.js';
import { UsersRepository } from './people/users.repository.js';
import { UsersService } from './people/users.service.js';
import { PartnerListsController } from './partner-lists/partner-lists.controller.js';
import { PartnerListsRepository } from './partner-lists/partner-lists.repository.js';
import { PartnerListsService } from './partner-lists/partner-lists.service.js';
import { EnrolmentsController } from './programmes/enrolments.controller.js';
import { EnrolmentsService } from './programmes/enrolments.service.js';
import { ProgrammesController } from './programmes/programmes.controller.js';
import { ProgrammesRepository } from './programmes/programmes.repository.js';
import { ProgrammesService } from './programmes/programmes.service.js';
import { CompanyUpdatesController } from './work/company-updates.controller.js';
import { CompanyUpdatesService } from './work/company-updates.service.js';
import { InteractionsController } from './work/interactions.controller.js';
import { InteractionsService } from './work/interactions.service.js';
import { TaskUpdatesController } from './work/task-updates.controller.js';
import { TaskUpdatesService } from './work/task-updates.service.js';
import { TasksController } from './work/tasks.controller.js';
import { TasksService } from './work/tasks.service.js';
import { ItemAccess } from './pipeline-items/item-access.js';
import { PipelineItemsController } from './pipeline-items/pipeline-items.controller.js';
import { PipelineItemsRepository } from './pipeline-items/pipeline-items.repository.js';
import { PipelineItemsService } from './pipeline-items/pipeline-items.service.js';
import { TimelineRepository } from './pipeline-items/timeline.repository.js';
import { ExchangeRatesController } from './sales/exchange-rates.controller.js';
import { ExchangeRatesRepository } from './sales/exchange-rates.repository.js';
import { ExchangeRatesService } from './sales/exchange-rates.service.js';
import { SaleRates } from './sales/sale-rates.repository.js';
import { SalesController } from './sales/sales.controller.js';
import { SalesRepository } from './sales/sales.repository.js';
import { SalesService } from './sales/sales.service.js';

/** Stage 1: rows with an owner and an instant. */
@Module({
  controllers: [
    PipelineItemsController,
    PartnerListsController,
    CompaniesController,
    CompanyPeopleController,
    PeopleController,
    UsersController,
    TeamsController,
    TeamMembershipsController,
    AbsencesController,
    ActivitiesController,
    SalesController,
    ExchangeRatesController,
    ArrMovementsController,
    RenewalsController,
    SurveyResponsesController,
    TasksController,
    TaskUpdatesController,
    InteractionsController,
    CompanyUpdatesController,
    ProgrammesController,
    EnrolmentsController,
  ],
  providers: [
    PipelineItemsService,
    PipelineItemsRepository,
    ItemAccess,
    TimelineRepository,
    PartnerListsService,
    PartnerListsRepository,
    CompaniesService,
    CompaniesRepository,
    CompanyPeopleService,
    CompanyPeopleRepository,
    PeopleService,
    PeopleRepository,
    UsersService,
    UsersRepository,
    TeamsService,
    TeamsRepository,
    MembershipsService,
    MembershipsRepository,
    ManagersService,
    ManagersRepository,
    AbsencesService,
    AbsencesRepository,
    ActivitiesService,
    ActivitiesRepository,
    SalesService,
    SalesRepository,
    SaleRates,
    ExchangeRatesService,
    ExchangeRatesRepository,
    FactsService,
    FactsRepository,
    HistoryService,
    HistoryRepository,
    ArrMovementsService,
    RenewalsService,
    SurveyResponsesService,
    TasksService,
    TaskUpdatesService,
    InteractionsService,
    CompanyUpdatesService,
    ProgrammesService,
    EnrolmentsService,
    ProgrammesRepository,
  ],
  exports: [HistoryService, ManagersService, PartnerListsRepository, SaleRates, TimelineRepository],
})
export class SourcesModule {}
