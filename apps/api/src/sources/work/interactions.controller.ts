import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CorrectInteraction, CreateInteraction, Interaction, InteractionPage, InteractionQuery } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { InteractionsService } from './interactions.service.js';

@ApiTags('work')
@Controller('interactions')
export class InteractionsController {
  constructor(private readonly interactions: InteractionsService) {}

  @Get()
  @Access('work.read')
  @ApiOperation({ summary: 'Interactions with companies that you may see, latest first' })
  @ApiOkResponse({ type: InteractionPage })
  page(@Query() query: InteractionQuery): Promise<InteractionPage> {
    return this.interactions.page(query);
  }

  @Post()
  @Access('work.write')
  @ApiOperation({ summary: 'Record an interaction' })
  @ApiCreatedResponse({ type: Interaction })
  @ApiConflictResponse({ description: 'There is one with this external id' })
  create(@Body() body: CreateInteraction): Promise<Interaction> {
    return this.interactions.create(body);
  }

  @Get(':id')
  @Access('work.read')
  @Tagged()
  @ApiOperation({ summary: 'One interaction as it is known now' })
  @ApiOkResponse({ type: Interaction })
  get(@Param('id', IdPipe) id: string): Promise<Interaction> {
    return this.interactions.get(id);
  }

  @Patch(':id')
  @Access('work.write')
  @Versioned()
  @ApiOperation({ summary: 'Correct an interaction: a new version, the one before it stays known as of its time' })
  @ApiOkResponse({ type: Interaction })
  correct(@Param('id', IdPipe) id: string, @Body() body: CorrectInteraction): Promise<Interaction> {
    return this.interactions.correct(id, body);
  }
}
