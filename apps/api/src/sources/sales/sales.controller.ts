import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags, ApiUnprocessableEntityResponse } from '@nestjs/swagger';
import { CorrectSale, CreateSale, Sale, SalePage, SaleQuery } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { SalesService } from './sales.service.js';

@ApiTags('sales')
@Controller('sales')
export class SalesController {
  constructor(private readonly sales: SalesService) {}

  @Get()
  @Access('sales.read')
  @ApiOperation({ summary: 'Sales of which you may see the seller or somebody who shares them, latest first' })
  @ApiOkResponse({ type: SalePage })
  page(@Query() query: SaleQuery): Promise<SalePage> {
    return this.sales.page(query);
  }

  @Post()
  @Access('sales.write')
  @ApiOperation({ summary: 'Record a sale in any currency, for one person or shared between several (SRC-06, SRC-07, SRC-08)' })
  @ApiCreatedResponse({ type: Sale })
  @ApiConflictResponse({ description: 'There is one with this external id' })
  @ApiUnprocessableEntityResponse({ description: 'At the rate of its day the amount grows beyond what can be stored' })
  create(@Body() body: CreateSale): Promise<Sale> {
    return this.sales.create(body);
  }

  @Get(':id')
  @Access('sales.read')
  @Tagged()
  @ApiOperation({ summary: 'One sale as it is known now' })
  @ApiOkResponse({ type: Sale })
  get(@Param('id', IdPipe) id: string): Promise<Sale> {
    return this.sales.get(id);
  }

  @Patch(':id')
  @Access('sales.write')
  @Versioned()
  @ApiOperation({ summary: 'Correct or share out a sale: a new version, the one before it stays known as of its time' })
  @ApiOkResponse({ type: Sale })
  @ApiConflictResponse({ description: 'The sale comes from a deal and follows it' })
  @ApiUnprocessableEntityResponse({ description: 'At the rate of its day the amount grows beyond what can be stored' })
  correct(@Param('id', IdPipe) id: string, @Body() body: CorrectSale): Promise<Sale> {
    return this.sales.correct(id, body);
  }
}
