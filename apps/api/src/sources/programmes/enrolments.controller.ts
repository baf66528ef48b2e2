import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeEnrolment, CreateEnrolment, Enrolment, EnrolmentPage, EnrolmentQuery } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { EnrolmentsService } from './enrolments.service.js';

@ApiTags('programmes')
@Controller('enrolments')
export class EnrolmentsController {
  constructor(private readonly enrolments: EnrolmentsService) {}

  @Get()
  @Access('programmes.read')
  @ApiOperation({ summary: 'Which companies take part in which programmes, the latest first' })
  @ApiOkResponse({ type: EnrolmentPage })
  page(@Query() query: EnrolmentQuery): Promise<EnrolmentPage> {
    return this.enrolments.page(query);
  }

  @Post()
  @Access('programmes.manage')
  @ApiOperation({ summary: 'Enrol a company for days of a programme' })
  @ApiCreatedResponse({ type: Enrolment })
  @ApiConflictResponse({ description: 'The company is enrolled on some of these days already' })
  create(@Body() body: CreateEnrolment): Promise<Enrolment> {
    return this.enrolments.create(body);
  }

  @Get(':id')
  @Access('programmes.read')
  @Tagged()
  @ApiOperation({ summary: 'One enrolment' })
  @ApiOkResponse({ type: Enrolment })
  get(@Param('id', IdPipe) id: string): Promise<Enrolment> {
    return this.enrolments.get(id);
  }

  @Patch(':id')
  @Access('programmes.manage')
  @Versioned()
  @ApiOperation({ summary: 'Change the days of an enrolment' })
  @ApiOkResponse({ type: Enrolment })
  @ApiConflictResponse({ description: 'The company is enrolled on some of these days already' })
  change(@Param('id', IdPipe) id: string, @Body() body: ChangeEnrolment): Promise<Enrolment> {
    return this.enrolments.change(id, body);
  }
}
