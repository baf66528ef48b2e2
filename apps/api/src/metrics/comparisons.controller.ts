import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { MetricComparison, MetricComparisonQuery } from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { Comparisons } from './comparisons.service.js';

@ApiTags('metrics')
@Controller('metrics')
export class ComparisonsController {
  constructor(private readonly comparisons: Comparisons) {}

  @Get(':key/comparison')
  @Access('metrics.read')
  @ApiOperation({
    summary: 'A number beside that of the window before or of last year; a window that still runs by the same share of its working days',
  })
  @ApiOkResponse({ type: MetricComparison })
  compare(@Param('key') key: string, @Query() query: MetricComparisonQuery): Promise<MetricComparison> {
    return this.comparisons.compare(key, query);
  }
}
