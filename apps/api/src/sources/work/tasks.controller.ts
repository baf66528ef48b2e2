import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CorrectTask, CreateTask, Task, TaskPage, TaskQuery } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { TasksService } from './tasks.service.js';

@ApiTags('work')
@Controller('tasks')
export class TasksController {
  constructor(private readonly tasks: TasksService) {}

  @Get()
  @Access('work.read')
  @ApiOperation({ summary: 'Tasks that you may see, the latest first' })
  @ApiOkResponse({ type: TaskPage })
  page(@Query() query: TaskQuery): Promise<TaskPage> {
    return this.tasks.page(query);
  }

  @Post()
  @Access('work.write')
  @ApiOperation({ summary: 'Record a task' })
  @ApiCreatedResponse({ type: Task })
  @ApiConflictResponse({ description: 'There is one with this external id' })
  create(@Body() body: CreateTask): Promise<Task> {
    return this.tasks.create(body);
  }

  @Get(':id')
  @Access('work.read')
  @Tagged()
  @ApiOperation({ summary: 'One task as it is known now' })
  @ApiOkResponse({ type: Task })
  get(@Param('id', IdPipe) id: string): Promise<Task> {
    return this.tasks.get(id);
  }

  @Patch(':id')
  @Access('work.write')
  @Versioned()
  @ApiOperation({ summary: 'Correct a task or say what became of it: a new version, the one before it stays known as of its time' })
  @ApiOkResponse({ type: Task })
  correct(@Param('id', IdPipe) id: string, @Body() body: CorrectTask): Promise<Task> {
    return this.tasks.correct(id, body);
  }
}
