import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CorrectRenewal, CreateRenewal, FactQuery, Renewal, RenewalPage } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { RenewalsService } from './renewals.service.js';

@ApiTags('customers')
@Controller('renewals')
export class RenewalsController {
  constructor(private readonly renewals: RenewalsService) {}

  @Get()
  @Access('customers.read')
  @ApiOperation({ summary: 'Renewals that you may see, the latest due first' })
  @ApiOkResponse({ type: RenewalPage })
  page(@Query() query: FactQuery): Promise<RenewalPage> {
    return this.renewals.page(query);
  }

  @Post()
  @Access('customers.write')
  @ApiOperation({ summary: 'Record a renewal that is due or decided' })
  @ApiCreatedResponse({ type: Renewal })
  @ApiConflictResponse({ description: 'There is one with this external id' })
  create(@Body() body: CreateRenewal): Promise<Renewal> {
    return this.renewals.create(body);
  }

  @Get(':id')
  @Access('customers.read')
  @Tagged()
  @ApiOperation({ summary: 'One renewal as it is known now' })
  @ApiOkResponse({ type: Renewal })
  get(@Param('id', IdPipe) id: string): Promise<Renewal> {
    return this.renewals.get(id);
  }

  @Patch(':id')
  @Access('customers.write')
  @Versioned()
  @ApiOperation({ summary: 'Correct a renewal or say what became of it: a new version, the one before it stays known as of its time' })
  @ApiOkResponse({ type: Renewal })
  correct(@Param('id', IdPipe) id: string, @Body() body: CorrectRenewal): Promise<Renewal> {
    return this.renewals.correct(id, body);
  }
}
