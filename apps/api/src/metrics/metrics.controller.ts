import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { MetricList, MetricReading, MetricValueQuery } from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { MetricsService } from './metrics.service.js';

@ApiTags('metrics')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  @Access('metrics.read')
  @ApiOperation({ summary: 'Every metric: label, unit, what it counts' })
  @ApiOkResponse({ type: MetricList })
  async list(): Promise<MetricList> {
    return { items: await this.metrics.list() };
  }

  @Get(':key/value')
  @Access('metrics.read')
  @ApiOperation({ summary: 'The value of a metric over days, for a person, a team or everybody you may see' })
  @ApiOkResponse({ type: MetricReading })
  value(@Param('key') key: string, @Query() query: MetricValueQuery): Promise<MetricReading> {
    return this.metrics.value(key, query);
  }
}
