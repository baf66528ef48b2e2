import { Body, Controller, HttpCode, Post, Query, applyDecorators } from '@nestjs/common';
import { ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  IngestActivities,
  IngestArrMovements,
  IngestCompanies,
  IngestPipelineItems,
  IngestQuery,
  IngestRenewals,
  IngestResult,
  IngestSales,
  IngestSurveyResponses,
} from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import type { IngestSource } from './ingest-rows.js';
import { IngestService } from './ingest.service.js';

const racing = { description: 'Another writer had one of the external ids at the same moment; nothing was written' };
const matched =
  'Rows are matched by externalId. All rows of a call should name the same fields: what no row names stays as it is, what only some name is empty in the others.';

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
  constructor(private readonly ingest: IngestService) {}

  @Rows(
    'pipeline-items',
    'pipeline items',
    `${matched} A row says how the item is from occurredAt on; the same stage at the same instant is the same event.`,
  )
  pipelineItems(@Body() body: IngestPipelineItems, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('pipeline_items', body, query);
  }

  @Rows('activities', 'activities')
  activities(@Body() body: IngestActivities, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('activities', body, query);
  }

  @Rows('companies', 'companies')
  companies(@Body() body: IngestCompanies, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('companies', body, query);
  }

  @Rows('sales', 'sales that come from no deal', `${matched} Shares add to 100 %; an amount in another currency is counted at the rate of its day.`)
  sales(@Body() body: IngestSales, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('sales', body, query);
  }

  @Rows('arr-movements', 'movements of recurring revenue')
  arrMovements(@Body() body: IngestArrMovements, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('arr_movements', body, query);
  }

  @Rows('renewals', 'renewals')
  renewals(@Body() body: IngestRenewals, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('renewals', body, query);
  }

  @Rows('survey-responses', 'answers to surveys')
  surveyResponses(@Body() body: IngestSurveyResponses, @Query() query: IngestQuery): Promise<IngestResult> {
    return this.take('survey_responses', body, query);
  }

  private take(source: IngestSource, { rows }: { rows: object[] }, { dryRun }: IngestQuery): Promise<IngestResult> {
    return this.ingest.take(source, rows, dryRun === 'true');
  }
}
