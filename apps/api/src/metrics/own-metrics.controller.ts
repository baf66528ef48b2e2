import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ChangeOwnMetric,
  CreateOwnMetric,
  OwnMetricDetail,
  OwnMetricList,
  OwnMetricPreview,
  OwnMetricSourceList,
  PreviewOwnMetric,
  PublishOwnMetric,
} from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { IdPipe } from '../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../platform/http/versioned.js';
import { OwnMetrics } from './own-metrics.service.js';

@ApiTags('own metrics')
@Controller('own-metrics')
export class OwnMetricsController {
  constructor(private readonly metrics: OwnMetrics) {}

  @Get('sources')
  @Access('metrics.manage')
  @ApiOperation({ summary: 'Sources and columns of which own metrics can be made; forms are built from them' })
  @ApiOkResponse({ type: OwnMetricSourceList })
  sources(): OwnMetricSourceList {
    return this.metrics.sources();
  }

  @Post('preview')
  @HttpCode(200)
  @Access('metrics.manage', { unaudited: 'computes, keeps nothing' })
  @ApiOperation({ summary: 'What a definition would have said of the last twelve months, and whether it can be published' })
  @ApiOkResponse({ type: OwnMetricPreview })
  preview(@Body() body: PreviewOwnMetric): Promise<OwnMetricPreview> {
    return this.metrics.preview(body.definition, body.teamId);
  }

  @Get()
  @Access('metrics.manage')
  @ApiOperation({ summary: 'Metrics that the organisation defined itself, the newest first, with their versions' })
  @ApiOkResponse({ type: OwnMetricList })
  list(): Promise<OwnMetricList> {
    return this.metrics.list();
  }

  @Post()
  @Access('metrics.manage')
  @ApiOperation({ summary: 'A new metric with its first draft' })
  @ApiCreatedResponse({ type: OwnMetricDetail })
  create(@Body() body: CreateOwnMetric): Promise<OwnMetricDetail> {
    return this.metrics.create(body.definition);
  }

  @Get(':id')
  @Access('metrics.manage')
  @Tagged()
  @ApiOperation({ summary: 'One own metric with its versions and what looks at it' })
  @ApiOkResponse({ type: OwnMetricDetail })
  get(@Param('id', IdPipe) id: string): Promise<OwnMetricDetail> {
    return this.metrics.get(id);
  }

  @Patch(':id')
  @Access('metrics.manage')
  @Versioned()
  @ApiOperation({ summary: 'Change the draft; a published metric gets a new one' })
  @ApiOkResponse({ type: OwnMetricDetail })
  change(@Param('id', IdPipe) id: string, @Body() body: ChangeOwnMetric): Promise<OwnMetricDetail> {
    return this.metrics.change(id, body.definition);
  }

  @Post(':id/publish')
  @Access('metrics.manage')
  @ApiOperation({ summary: 'Publish the draft: it is tried on history, computed by a job, and answers when that is done' })
  @ApiCreatedResponse({ type: OwnMetricDetail })
  publish(@Param('id', IdPipe) id: string, @Body() body: PublishOwnMetric): Promise<OwnMetricDetail> {
    return this.metrics.publish(id, body);
  }

  @Post(':id/archive')
  @HttpCode(200)
  @Access('metrics.manage')
  @ApiOperation({ summary: 'Offer the metric no more; goals and policies that look at it go on' })
  @ApiOkResponse({ type: OwnMetricDetail })
  archive(@Param('id', IdPipe) id: string): Promise<OwnMetricDetail> {
    return this.metrics.archive(id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('metrics.manage')
  @Versioned()
  @ApiOperation({ summary: 'Remove a metric that no goal and no policy looks at' })
  @ApiNoContentResponse()
  remove(@Param('id', IdPipe) id: string): Promise<void> {
    return this.metrics.remove(id);
  }
}
