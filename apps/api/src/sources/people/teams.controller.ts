import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeTeam, CreateTeam, TeamDetail } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { TeamsService } from './teams.service.js';

@ApiTags('people and lists')
@Controller('teams')
export class TeamsController {
  constructor(private readonly teams: TeamsService) {}

  @Post()
  @Access('teams.manage')
  @ApiOperation({ summary: 'Add a team, perhaps below another' })
  @ApiCreatedResponse({ type: TeamDetail })
  @ApiConflictResponse({ description: 'The external id is taken, or the tree would be too deep' })
  create(@Body() body: CreateTeam): Promise<TeamDetail> {
    return this.teams.create(body);
  }

  @Get(':id')
  @Access('people.read')
  @Tagged()
  @ApiOperation({ summary: 'One team' })
  @ApiOkResponse({ type: TeamDetail })
  get(@Param('id', IdPipe) id: string): Promise<TeamDetail> {
    return this.teams.get(id);
  }

  @Patch(':id')
  @Access('teams.manage')
  @Versioned()
  @ApiOperation({ summary: 'Rename, move or archive a team; a move takes everything below along' })
  @ApiOkResponse({ type: TeamDetail })
  @ApiConflictResponse({ description: 'A circle, too deep, or still in use' })
  change(@Param('id', IdPipe) id: string, @Body() body: ChangeTeam): Promise<TeamDetail> {
    return this.teams.change(id, body);
  }

  @Delete(':id')
  @Access('teams.manage')
  @Versioned()
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a team that was never used; others are archived (Q126)' })
  @ApiNoContentResponse()
  @ApiConflictResponse({ description: 'The team was used' })
  remove(@Param('id', IdPipe) id: string): Promise<void> {
    return this.teams.remove(id);
  }
}
