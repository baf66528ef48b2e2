import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CorrectPartnerList, CreatePartnerList, PartnerListDetail, PartnerListPage, PartnerListQuery } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { PartnerListsService } from './partner-lists.service.js';

@ApiTags('pipeline items')
@Controller('partner-lists')
export class PartnerListsController {
  constructor(private readonly lists: PartnerListsService) {}

  @Get()
  @Access('deals.read')
  @ApiOperation({ summary: 'Partner lists that you may see, the newest first' })
  @ApiOkResponse({ type: PartnerListPage })
  page(@Query() query: PartnerListQuery): Promise<PartnerListPage> {
    return this.lists.page(query);
  }

  @Post()
  @Access('deals.write')
  @ApiOperation({ summary: 'Record the partner list that a lead gave or agreed to give' })
  @ApiCreatedResponse({ type: PartnerListDetail })
  @ApiConflictResponse({ description: 'There is one with this external id' })
  create(@Body() body: CreatePartnerList): Promise<PartnerListDetail> {
    return this.lists.create(body);
  }

  @Get(':id')
  @Access('deals.read')
  @Tagged()
  @ApiOperation({ summary: 'One partner list with every due day that it had' })
  @ApiOkResponse({ type: PartnerListDetail })
  get(@Param('id', IdPipe) id: string): Promise<PartnerListDetail> {
    return this.lists.get(id);
  }

  @Patch(':id')
  @Access('deals.write')
  @Versioned()
  @ApiOperation({ summary: 'Move the due day, say that it was sent or given up: a new version, the one before it stays known as of its time' })
  @ApiOkResponse({ type: PartnerListDetail })
  correct(@Param('id', IdPipe) id: string, @Body() body: CorrectPartnerList): Promise<PartnerListDetail> {
    return this.lists.correct(id, body);
  }
}
