import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { MetricAuditPage, MetricAuditQuery } from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { MetricAudits } from './metric-audits.service.js';

@ApiTags('metrics')
@Controller('metric-audits')
export class MetricAuditsController {
  constructor(private readonly audits: MetricAudits) {}

  @Get()
  @Access('audit.read')
  @ApiOperation({ summary: 'What the nightly comparison of the stored sums with the facts found, the latest first' })
  @ApiOkResponse({ type: MetricAuditPage })
  page(@Query() query: MetricAuditQuery): Promise<MetricAuditPage> {
    return this.audits.page(query);
  }
}
