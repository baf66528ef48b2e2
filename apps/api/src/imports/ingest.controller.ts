import { applyDecorators, Body, Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  IngestActivities,
  IngestArrMovements,
  IngestCallPage,
  IngestCallQuery,
  IngestCompanies,
  IngestCompanyUpdates,
  IngestEnrolments,
  IngestInteractions,
  IngestPartnerLists,
  IngestProgrammes,
  IngestTasks,
  IngestTaskUpdates,
  IngestPipelineItems,
  IngestQuery,
  IngestRenewals,
  IngestResult,
  IngestSales,
  IngestSurveyResponses,
} from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import type { AccessClaims } from '../access/tokens.js';
import { IngestCalls } from './ingest-calls.js';
import type { IngestSource } from './ingest-rows.js';
import { IngestService } from './ingest.service.js';

const racing = { description: 'Another writer had one of the external ids at the same moment; nothing was written' };
const matched =
  'Rows are matched by externalId. All rows of a call should name the same fields: what no row names stays as it is, what only some name is empty in the others.';

interface Caller {
  user: AccessClaims;
}

/** A door for rows of one source. */
const Rows = (path: string, what: string, description = matched) =>
  applyDecorators(
    Post(path),
    Access('facts.ingest'),
    HttpCode(200),
    ApiOperation({ summary: `Send up to 10,000 ${what}; each row has its result, and a repeated call changes nothing`, description }),
    ApiOkResponse({ type: IngestResult }),
    ApiConflictResponse(racing),
  );

@ApiTags('ingestion')
@Controller('ingest')
export class IngestController {
  constructor(
    private readonly ingest: IngestService,
    private readonly calls: IngestCalls,
  ) {}

  @Rows(
    'pipeline-items',
    'pipeline items',
    `${matched} A row says how the item is from occurredAt on; the same stage at the same instant is the same event.`,
  )
  pipelineItems(@Req() by: Caller, @Body() body: IngestPipelineItems, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('pipeline_items', by, body, query);
  }

  @Rows('activities', 'activities')
  activities(@Req() by: Caller, @Body() body: IngestActivities, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('activities', by, body, query);
  }

  @Rows('companies', 'companies')
  companies(@Req() by: Caller, @Body() body: IngestCompanies, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('companies', by, body, query);
  }

  @Rows('sales', 'sales that come from no deal', `${matched} Shares add to 100 %; an amount in another currency is counted at the rate of its day.`)
  sales(@Req() by: Caller, @Body() body: IngestSales, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('sales', by, body, query);
  }

  @Rows('arr-movements', 'movements of recurring revenue')
  arrMovements(@Req() by: Caller, @Body() body: IngestArrMovements, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('arr_movements', by, body, query);
  }

  @Rows('renewals', 'renewals')
  renewals(@Req() by: Caller, @Body() body: IngestRenewals, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('renewals', by, body, query);
  }

  @Rows('survey-responses', 'answers to surveys')
  surveyResponses(@Req() by: Caller, @Body() body: IngestSurveyResponses, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('survey_responses', by, body, query);
  }

  @Rows('partner-lists', 'partner lists that leads gave')
  partnerLists(@Req() by: Caller, @Body() body: IngestPartnerLists, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('partner_lists', by, body, query);
  }

  @Rows('tasks', 'tasks')
  tasks(@Req() by: Caller, @Body() body: IngestTasks, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('tasks', by, body, query);
  }

  @Rows('task-updates', 'updates of the progress of tasks')
  taskUpdates(@Req() by: Caller, @Body() body: IngestTaskUpdates, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('task_updates', by, body, query);
  }

  @Rows('interactions', 'interactions with companies')
  interactions(@Req() by: Caller, @Body() body: IngestInteractions, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('interactions', by, body, query);
  }

  @Rows('company-updates', 'updates of companies')
  companyUpdates(@Req() by: Caller, @Body() body: IngestCompanyUpdates, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('company_updates', by, body, query);
  }

  @Rows('programmes', 'programmes')
  programmes(@Req() by: Caller, @Body() body: IngestProgrammes, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('programmes', by, body, query);
  }

  @Rows('enrolments', 'enrolments of companies in programmes')
  enrolments(@Req() by: Caller, @Body() body: IngestEnrolments, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('enrolments', by, body, query);
  }

  @Get('calls')
  @Access('integrations.manage')
  @ApiOperation({ summary: 'The latest calls that brought facts, two hundred of each key, newest first' })
  @ApiOkResponse({ type: IngestCallPage })
  log(@Query() query: IngestCallQuery): Promise<IngestCallPage> {
    return this.calls.page(query);
  }

  private async take(source: IngestSource, { user }: Caller, { rows }: { rows: object[] }, query: IngestQuery): Promise<IngestResult> {
    const dryRun = query.dryRun === 'true';
    const result = await this.ingest.take(source, rows, dryRun);
    await this.calls.note({ source, dryRun, keyId: user.kid ?? null }, result);
    return result;
  }
}
