import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { ChangeExchangeRate, CreateExchangeRate, ExchangeRate, ExchangeRatePage, PageQuery } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { ExchangeRatesService } from './exchange-rates.service.js';

const tooLarge = { description: 'At this rate a sale grows beyond what can be stored' };

@ApiTags('exchange rates')
@Controller('exchange-rates')
export class ExchangeRatesController {
  constructor(private readonly rates: ExchangeRatesService) {}

  @Get()
  @Access('organisation.read')
  @ApiOperation({ summary: 'What other currencies were worth, by currency, the latest day first' })
  @ApiOkResponse({ type: ExchangeRatePage })
  page(@Query() query: PageQuery): Promise<ExchangeRatePage> {
    return this.rates.page(query);
  }

  @Post()
  @Access('settings.manage')
  @ApiOperation({ summary: 'Add a rate; sales from its day on are counted by it, until the next rate (SRC-08)' })
  @ApiCreatedResponse({ type: ExchangeRate })
  @ApiConflictResponse({ description: 'There is a rate of this currency and day' })
  @ApiUnprocessableEntityResponse(tooLarge)
  create(@Body() body: CreateExchangeRate): Promise<ExchangeRate> {
    return this.rates.create(body);
  }

  @Get(':id')
  @Access('organisation.read')
  @Tagged()
  @ApiOperation({ summary: 'One rate' })
  @ApiOkResponse({ type: ExchangeRate })
  get(@Param('id', IdPipe) id: string): Promise<ExchangeRate> {
    return this.rates.get(id);
  }

  @Patch(':id')
  @Access('settings.manage')
  @Versioned()
  @ApiOperation({ summary: 'Correct a rate; sales that were counted by it get a new version, verdicts stay as they are' })
  @ApiOkResponse({ type: ExchangeRate })
  @ApiUnprocessableEntityResponse(tooLarge)
  change(@Param('id', IdPipe) id: string, @Body() body: ChangeExchangeRate): Promise<ExchangeRate> {
    return this.rates.change(id, body);
  }

  @Delete(':id')
  @Access('settings.manage')
  @Versioned()
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a rate; sales that were counted by it are counted by the rate before it, or have none' })
  @ApiNoContentResponse()
  @ApiUnprocessableEntityResponse(tooLarge)
  remove(@Param('id', IdPipe) id: string): Promise<void> {
    return this.rates.remove(id);
  }
}
