import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeGoalPeriod, CreateGoalPeriod, GoalPeriod, GoalPeriodPage, PageQuery } from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { IdPipe } from '../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../platform/http/versioned.js';
import { PeriodsService } from './periods.service.js';

@ApiTags('goal periods')
@Controller('goal-periods')
export class PeriodsController {
  constructor(private readonly periods: PeriodsService) {}

  @Get()
  @Access('periods.read')
  @ApiOperation({ summary: 'Periods, latest first' })
  @ApiOkResponse({ type: GoalPeriodPage })
  page(@Query() query: PageQuery): Promise<GoalPeriodPage> {
    return this.periods.page(query);
  }

  @Post()
  @Access('periods.manage')
  @ApiOperation({ summary: 'Plan a period; periods of one kind may not overlap' })
  @ApiCreatedResponse({ type: GoalPeriod })
  create(@Body() body: CreateGoalPeriod): Promise<GoalPeriod> {
    return this.periods.create(body);
  }

  @Get(':id')
  @Access('periods.read')
  @Tagged()
  @ApiOperation({ summary: 'One period' })
  @ApiOkResponse({ type: GoalPeriod })
  get(@Param('id', IdPipe) id: string): Promise<GoalPeriod> {
    return this.periods.get(id);
  }

  @Patch(':id')
  @Access('periods.manage')
  @Versioned()
  @ApiOperation({ summary: 'Change or activate a period; activation stamps the zone and freezes the dates' })
  @ApiOkResponse({ type: GoalPeriod })
  change(@Param('id', IdPipe) id: string, @Body() body: ChangeGoalPeriod): Promise<GoalPeriod> {
    return this.periods.change(id, body);
  }
}
