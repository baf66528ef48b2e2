import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AssignCompanyPerson, ChangeCompanyPerson, CompanyPeopleQuery, CompanyPerson, CompanyPersonPage } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { CompanyPeopleService } from './company-people.service.js';

@ApiTags('companies')
@Controller('companies/:id/people')
export class CompanyPeopleController {
  constructor(private readonly people: CompanyPeopleService) {}

  @Get()
  @Access('companies.read')
  @ApiOperation({ summary: 'Who coaches a company and who belongs to it, now, earlier and later; the latest first' })
  @ApiOkResponse({ type: CompanyPersonPage })
  page(@Param('id', IdPipe) id: string, @Query() query: CompanyPeopleQuery): Promise<CompanyPersonPage> {
    return this.people.page(id, query);
  }

  @Post()
  @Access('companies.assign')
  @ApiOperation({ summary: 'Assign a coach or a member from a day on; who is assigned so already stays as they are' })
  @ApiCreatedResponse({ type: CompanyPerson })
  @ApiConflictResponse({ description: 'The person is coach or member of the company on some of these days already' })
  assign(@Param('id', IdPipe) id: string, @Body() body: AssignCompanyPerson): Promise<CompanyPerson> {
    return this.people.assign(id, body);
  }

  @Get(':assignmentId')
  @Access('companies.read')
  @Tagged()
  @ApiOperation({ summary: 'One assignment' })
  @ApiOkResponse({ type: CompanyPerson })
  get(@Param('id', IdPipe) id: string, @Param('assignmentId', IdPipe) assignmentId: string): Promise<CompanyPerson> {
    return this.people.get(id, assignmentId);
  }

  @Patch(':assignmentId')
  @Access('companies.assign')
  @Versioned()
  @ApiOperation({ summary: 'End an assignment, take it up again, or change its days; what it opens follows at the next request' })
  @ApiOkResponse({ type: CompanyPerson })
  @ApiConflictResponse({ description: 'The person is coach or member of the company on some of these days already' })
  change(
    @Param('id', IdPipe) id: string,
    @Param('assignmentId', IdPipe) assignmentId: string,
    @Body() body: ChangeCompanyPerson,
  ): Promise<CompanyPerson> {
    return this.people.change(id, assignmentId, body);
  }
}
