import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeProgramme, CreateProgramme, PageQuery, Programme, ProgrammePage } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { ProgrammesService } from './programmes.service.js';

@ApiTags('programmes')
@Controller('programmes')
export class ProgrammesController {
  constructor(private readonly programmes: ProgrammesService) {}

  @Get()
  @Access('programmes.read')
  @ApiOperation({ summary: 'Programmes, the latest first' })
  @ApiOkResponse({ type: ProgrammePage })
  page(@Query() query: PageQuery): Promise<ProgrammePage> {
    return this.programmes.page(query);
  }

  @Post()
  @Access('programmes.manage')
  @ApiOperation({ summary: 'Add a programme' })
  @ApiCreatedResponse({ type: Programme })
  @ApiConflictResponse({ description: 'There is a programme with this name' })
  create(@Body() body: CreateProgramme): Promise<Programme> {
    return this.programmes.create(body);
  }

  @Get(':id')
  @Access('programmes.read')
  @Tagged()
  @ApiOperation({ summary: 'One programme' })
  @ApiOkResponse({ type: Programme })
  get(@Param('id', IdPipe) id: string): Promise<Programme> {
    return this.programmes.get(id);
  }

  @Patch(':id')
  @Access('programmes.manage')
  @Versioned()
  @ApiOperation({ summary: 'Change a programme' })
  @ApiOkResponse({ type: Programme })
  @ApiConflictResponse({ description: 'There is a programme with this name' })
  change(@Param('id', IdPipe) id: string, @Body() body: ChangeProgramme): Promise<Programme> {
    return this.programmes.change(id, body);
  }
}
