import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Activity, ActivityPage, ActivityQuery, CorrectActivity, CreateActivity } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { ActivitiesService } from './activities.service.js';

@ApiTags('activities')
@Controller('activities')
export class ActivitiesController {
  constructor(private readonly activities: ActivitiesService) {}

  @Get()
  @Access('activities.read')
  @ApiOperation({ summary: 'Calls, meetings, e-mails and QBRs that you may see, latest first' })
  @ApiOkResponse({ type: ActivityPage })
  page(@Query() query: ActivityQuery): Promise<ActivityPage> {
    return this.activities.page(query);
  }

  @Post()
  @Access('activities.write')
  @ApiOperation({ summary: 'Record an activity that no system tracks, or that lies ahead (SRC-13)' })
  @ApiCreatedResponse({ type: Activity })
  @ApiConflictResponse({ description: 'There is one with this external id' })
  create(@Body() body: CreateActivity): Promise<Activity> {
    return this.activities.create(body);
  }

  @Get(':id')
  @Access('activities.read')
  @Tagged()
  @ApiOperation({ summary: 'One activity as it is known now' })
  @ApiOkResponse({ type: Activity })
  get(@Param('id', IdPipe) id: string): Promise<Activity> {
    return this.activities.get(id);
  }

  @Patch(':id')
  @Access('activities.write')
  @Versioned()
  @ApiOperation({ summary: 'Correct an activity: a new version, the one before it stays known as of its time' })
  @ApiOkResponse({ type: Activity })
  correct(@Param('id', IdPipe) id: string, @Body() body: CorrectActivity): Promise<Activity> {
    return this.activities.correct(id, body);
  }
}
