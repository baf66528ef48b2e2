import { Body, Controller, Get, Header, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  CreatePipelineItemRequest,
  PatchPipelineItemRequest,
  PipelineEventPage,
  PipelineItem,
  PipelineItemPage,
  PipelineItemQuery,
} from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { PipelineItemsService } from './pipeline-items.service.js';

@ApiTags('pipeline items')
@Controller('pipeline-items')
export class PipelineItemsController {
  constructor(private readonly items: PipelineItemsService) {}

  @Get()
  @Access('deals.read')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({ summary: 'Leads and deals that you may see, newest first' })
  @ApiOkResponse({ type: PipelineItemPage })
  page(@Query() query: PipelineItemQuery): Promise<string> {
    return this.items.page(query);
  }

  @Post()
  @Access('deals.write')
  @ApiOperation({ summary: 'Add a lead or deal. A deal is refused while a restriction withholds deal.create (GATE-07)' })
  @ApiCreatedResponse({ type: PipelineItem })
  create(@Body() body: CreatePipelineItemRequest): Promise<PipelineItem> {
    return this.items.create(body);
  }

  @Get(':id')
  @Access('deals.read')
  @Tagged()
  @ApiOperation({ summary: 'One lead or deal' })
  @ApiOkResponse({ type: PipelineItem })
  get(@Param('id', IdPipe) id: string): Promise<PipelineItem> {
    return this.items.get(id);
  }

  @Patch(':id')
  @Access('deals.write')
  @Versioned()
  @ApiOperation({ summary: 'Change stage, owner, value or details. Promoting, re-opening and handing over ask the restrictions first' })
  @ApiOkResponse({ type: PipelineItem })
  patch(@Param('id', IdPipe) id: string, @Body() body: PatchPipelineItemRequest): Promise<PipelineItem> {
    return this.items.patch(id, body);
  }

  @Post(':id/duplicate')
  @Access('deals.write')
  @HttpCode(201)
  @ApiOperation({ summary: 'Copy a lead or deal' })
  @ApiCreatedResponse({ type: PipelineItem })
  duplicate(@Param('id', IdPipe) id: string): Promise<PipelineItem> {
    return this.items.duplicate(id);
  }

  @Get(':id/events')
  @Access('deals.read')
  @ApiOperation({ summary: 'Every change of a lead or deal, replaced versions included (SRC-05)' })
  @ApiOkResponse({ type: PipelineEventPage })
  events(@Param('id', IdPipe) id: string): Promise<PipelineEventPage> {
    return this.items.events(id);
  }
}
