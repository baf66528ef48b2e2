import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IngestActivities, IngestCompanies, IngestPipelineItems, IngestResult } from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { IngestService } from './ingest.service.js';

const racing = { description: 'Another writer had one of the external ids at the same moment; nothing was written' };

@ApiTags('ingestion')
@Controller('ingest')
export class IngestController {
  constructor(private readonly ingest: IngestService) {}

  @Post('pipeline-items')
  @Access('facts.ingest')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send up to 10,000 pipeline items; each row has its result, and a repeated call changes nothing',
    description:
      'Rows are matched by externalId. A row says how the item is from occurredAt on; the same stage at the same instant is the same event. All rows of a call should name the same fields: what no row names stays as it is, what only some name is empty in the others.',
  })
  @ApiOkResponse({ type: IngestResult })
  @ApiConflictResponse(racing)
  pipelineItems(@Body() body: IngestPipelineItems): Promise<IngestResult> {
    return this.ingest.take('pipeline_items', body.rows);
  }

  @Post('activities')
  @Access('facts.ingest')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send up to 10,000 activities; each row has its result, and a repeated call changes nothing' })
  @ApiOkResponse({ type: IngestResult })
  @ApiConflictResponse(racing)
  activities(@Body() body: IngestActivities): Promise<IngestResult> {
    return this.ingest.take('activities', body.rows);
  }

  @Post('companies')
  @Access('facts.ingest')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send up to 10,000 companies; each row has its result, and a repeated call changes nothing' })
  @ApiOkResponse({ type: IngestResult })
  @ApiConflictResponse(racing)
  companies(@Body() body: IngestCompanies): Promise<IngestResult> {
    return this.ingest.take('companies', body.rows);
  }
}
