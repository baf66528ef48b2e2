import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CompanyUpdate, CompanyUpdatePage, CorrectCompanyUpdate, CreateCompanyUpdate, FactQuery } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { CompanyUpdatesService } from './company-updates.service.js';

@ApiTags('work')
@Controller('company-updates')
export class CompanyUpdatesController {
  constructor(private readonly updates: CompanyUpdatesService) {}

  @Get()
  @Access('updates.read')
  @ApiOperation({ summary: 'Updates of companies that you may see, the latest day first' })
  @ApiOkResponse({ type: CompanyUpdatePage })
  page(@Query() query: FactQuery): Promise<CompanyUpdatePage> {
    return this.updates.page(query);
  }

  @Post()
  @Access('updates.write')
  @ApiOperation({ summary: 'Record what a company tells of itself' })
  @ApiCreatedResponse({ type: CompanyUpdate })
  @ApiConflictResponse({ description: 'There is one with this external id' })
  create(@Body() body: CreateCompanyUpdate): Promise<CompanyUpdate> {
    return this.updates.create(body);
  }

  @Get(':id')
  @Access('updates.read')
  @Tagged()
  @ApiOperation({ summary: 'One update as it is known now' })
  @ApiOkResponse({ type: CompanyUpdate })
  get(@Param('id', IdPipe) id: string): Promise<CompanyUpdate> {
    return this.updates.get(id);
  }

  @Patch(':id')
  @Access('updates.write')
  @Versioned()
  @ApiOperation({ summary: 'Correct an update: a new version, the one before it stays known as of its time' })
  @ApiOkResponse({ type: CompanyUpdate })
  correct(@Param('id', IdPipe) id: string, @Body() body: CorrectCompanyUpdate): Promise<CompanyUpdate> {
    return this.updates.correct(id, body);
  }
}
