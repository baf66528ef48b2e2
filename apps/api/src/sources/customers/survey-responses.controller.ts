import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CorrectSurveyResponse, CreateSurveyResponse, FactQuery, SurveyResponse, SurveyResponsePage } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { SurveyResponsesService } from './survey-responses.service.js';

@ApiTags('customers')
@Controller('survey-responses')
export class SurveyResponsesController {
  constructor(private readonly responses: SurveyResponsesService) {}

  @Get()
  @Access('customers.read')
  @ApiOperation({ summary: 'Answers to surveys that you may see, latest first' })
  @ApiOkResponse({ type: SurveyResponsePage })
  page(@Query() query: FactQuery): Promise<SurveyResponsePage> {
    return this.responses.page(query);
  }

  @Post()
  @Access('customers.write')
  @ApiOperation({ summary: 'Record an answer to a survey' })
  @ApiCreatedResponse({ type: SurveyResponse })
  @ApiConflictResponse({ description: 'There is one with this external id' })
  create(@Body() body: CreateSurveyResponse): Promise<SurveyResponse> {
    return this.responses.create(body);
  }

  @Get(':id')
  @Access('customers.read')
  @Tagged()
  @ApiOperation({ summary: 'One answer as it is known now' })
  @ApiOkResponse({ type: SurveyResponse })
  get(@Param('id', IdPipe) id: string): Promise<SurveyResponse> {
    return this.responses.get(id);
  }

  @Patch(':id')
  @Access('customers.write')
  @Versioned()
  @ApiOperation({ summary: 'Correct an answer: a new version, the one before it stays known as of its time' })
  @ApiOkResponse({ type: SurveyResponse })
  correct(@Param('id', IdPipe) id: string, @Body() body: CorrectSurveyResponse): Promise<SurveyResponse> {
    return this.responses.correct(id, body);
  }
}
