import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeGoal, CreateGoal, Goal, GoalHistoryPage, GoalPage, GoalProgress, GoalQuery, PageQuery } from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { IdPipe } from '../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../platform/http/versioned.js';
import { GoalsService } from './goals.service.js';

@ApiTags('goals')
@Controller('goals')
export class GoalsController {
  constructor(private readonly goals: GoalsService) {}

  @Get()
  @Access('goals.read')
  @ApiOperation({ summary: 'Goals that you may see' })
  @ApiOkResponse({ type: GoalPage })
  page(@Query() query: GoalQuery): Promise<GoalPage> {
    return this.goals.page(query);
  }

  @Post()
  @Access('goals.manage')
  @ApiOperation({ summary: 'Set a goal for a person or a team; nobody sets the own' })
  @ApiCreatedResponse({ type: Goal })
  create(@Body() body: CreateGoal): Promise<Goal> {
    return this.goals.create(body);
  }

  @Get(':id')
  @Access('goals.read')
  @Tagged()
  @ApiOperation({ summary: 'One goal with value, progress and status' })
  @ApiOkResponse({ type: Goal })
  get(@Param('id', IdPipe) id: string): Promise<Goal> {
    return this.goals.get(id);
  }

  @Patch(':id')
  @Access('goals.manage')
  @Versioned()
  @ApiOperation({ summary: 'Change a goal; gates whose deadline has passed keep the old target (Q41)' })
  @ApiOkResponse({ type: Goal })
  change(@Param('id', IdPipe) id: string, @Body() body: ChangeGoal): Promise<Goal> {
    return this.goals.change(id, body);
  }

  @Delete(':id')
  @Access('goals.manage')
  @Versioned()
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a goal that has no history; others are cancelled (Q126)' })
  @ApiNoContentResponse()
  remove(@Param('id', IdPipe) id: string): Promise<void> {
    return this.goals.remove(id);
  }

  @Get(':id/progress')
  @Access('goals.read')
  @ApiOperation({ summary: 'Value, progress, pace and status of a goal' })
  @ApiOkResponse({ type: GoalProgress })
  progress(@Param('id', IdPipe) id: string): Promise<GoalProgress> {
    return this.goals.progress(id);
  }

  @Post(':id/refresh')
  @Access('goals.read', { unaudited: 'computes again, changes nothing that people decided' })
  @HttpCode(200)
  @ApiOperation({ summary: 'Compute the value again now' })
  @ApiOkResponse({ type: GoalProgress })
  refresh(@Param('id', IdPipe) id: string): Promise<GoalProgress> {
    return this.goals.refresh(id);
  }

  @Get(':id/history')
  @Access('goals.read')
  @ApiOperation({ summary: 'Every recorded value, newest first; nothing is ever changed in it' })
  @ApiOkResponse({ type: GoalHistoryPage })
  history(@Param('id', IdPipe) id: string, @Query() query: PageQuery): Promise<GoalHistoryPage> {
    return this.goals.history(id, query);
  }
}
