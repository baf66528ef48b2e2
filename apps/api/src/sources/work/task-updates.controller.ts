import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CorrectTaskUpdate, CreateTaskUpdate, TaskUpdate, TaskUpdatePage, TaskUpdateQuery } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { TaskUpdatesService } from './task-updates.service.js';

@ApiTags('work')
@Controller('task-updates')
export class TaskUpdatesController {
  constructor(private readonly updates: TaskUpdatesService) {}

  @Get()
  @Access('work.read')
  @ApiOperation({ summary: 'Updates of the progress of tasks that you may see, latest first' })
  @ApiOkResponse({ type: TaskUpdatePage })
  page(@Query() query: TaskUpdateQuery): Promise<TaskUpdatePage> {
    return this.updates.page(query);
  }

  @Post()
  @Access('work.write')
  @ApiOperation({ summary: 'Tell how far a task is' })
  @ApiCreatedResponse({ type: TaskUpdate })
  @ApiConflictResponse({ description: 'There is one with this external id' })
  create(@Body() body: CreateTaskUpdate): Promise<TaskUpdate> {
    return this.updates.create(body);
  }

  @Get(':id')
  @Access('work.read')
  @Tagged()
  @ApiOperation({ summary: 'One update as it is known now' })
  @ApiOkResponse({ type: TaskUpdate })
  get(@Param('id', IdPipe) id: string): Promise<TaskUpdate> {
    return this.updates.get(id);
  }

  @Patch(':id')
  @Access('work.write')
  @Versioned()
  @ApiOperation({ summary: 'Correct an update: a new version, the one before it stays known as of its time' })
  @ApiOkResponse({ type: TaskUpdate })
  correct(@Param('id', IdPipe) id: string, @Body() body: CorrectTaskUpdate): Promise<TaskUpdate> {
    return this.updates.correct(id, body);
  }
}
