import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Absence, AbsencePage, ChangeAbsence, CreateAbsence, PageQuery } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { AbsencesService } from './absences.service.js';

@ApiTags('people and lists')
@Controller('users/:id/absences')
export class AbsencesController {
  constructor(private readonly absences: AbsencesService) {}

  @Get()
  @Access('absences.read')
  @ApiOperation({ summary: 'When a person is away: past, present and coming, newest first; why is for the person and for admins' })
  @ApiOkResponse({ type: AbsencePage })
  page(@Param('id', IdPipe) id: string, @Query() query: PageQuery): Promise<AbsencePage> {
    return this.absences.page(id, query);
  }

  @Post()
  @Access('absences.manage')
  @ApiOperation({ summary: 'Note an absence' })
  @ApiCreatedResponse({ type: Absence })
  @ApiConflictResponse({ description: 'It overlaps with one that exists' })
  create(@Param('id', IdPipe) id: string, @Body() body: CreateAbsence): Promise<Absence> {
    return this.absences.create(id, body);
  }

  @Get(':absenceId')
  @Access('absences.read')
  @Tagged()
  @ApiOperation({ summary: 'One absence' })
  @ApiOkResponse({ type: Absence })
  get(@Param('id', IdPipe) id: string, @Param('absenceId', IdPipe) absenceId: string): Promise<Absence> {
    return this.absences.get(id, absenceId);
  }

  @Patch(':absenceId')
  @Access('absences.manage')
  @Versioned()
  @ApiOperation({ summary: 'Change an absence; a gate that was judged already stays as it is' })
  @ApiOkResponse({ type: Absence })
  @ApiConflictResponse({ description: 'It overlaps with one that exists' })
  change(@Param('id', IdPipe) id: string, @Param('absenceId', IdPipe) absenceId: string, @Body() body: ChangeAbsence): Promise<Absence> {
    return this.absences.change(id, absenceId, body);
  }

  @Delete(':absenceId')
  @Access('absences.manage')
  @Versioned()
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove an absence' })
  @ApiNoContentResponse()
  remove(@Param('id', IdPipe) id: string, @Param('absenceId', IdPipe) absenceId: string): Promise<void> {
    return this.absences.remove(id, absenceId);
  }
}
