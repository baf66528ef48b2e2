import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PermissionTable, PipelineStagePage, ProductPage, TeamPage, UserPage, UserQuery } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { permissionTable } from '../../access/permission-table.js';
import { PeopleService } from './people.service.js';

@ApiTags('people and lists')
@Controller()
export class PeopleController {
  constructor(private readonly people: PeopleService) {}

  @Get('users')
  @Access('people.read')
  @ApiOperation({ summary: 'People by name, with roles and teams of today' })
  @ApiOkResponse({ type: UserPage })
  users(@Query() query: UserQuery): Promise<UserPage> {
    return this.people.users(query);
  }

  @Get('teams')
  @Access('people.read')
  @ApiOperation({ summary: 'Teams with their leaders' })
  @ApiOkResponse({ type: TeamPage })
  teams(): Promise<TeamPage> {
    return this.people.teams();
  }

  @Get('permissions')
  @Access('organisation.read')
  @ApiOperation({ summary: 'What each role may do, and how far it reaches: the table that the guards read (Q107)' })
  @ApiOkResponse({ type: PermissionTable })
  permissions(): PermissionTable {
    return permissionTable();
  }

  @Get('products')
  @Access('deals.read')
  @ApiOperation({ summary: 'The price list' })
  @ApiOkResponse({ type: ProductPage })
  products(): Promise<ProductPage> {
    return this.people.products();
  }

  @Get('pipeline-stages')
  @Access('deals.read')
  @ApiOperation({ summary: 'Stages of the pipeline in their order' })
  @ApiOkResponse({ type: PipelineStagePage })
  stages(): Promise<PipelineStagePage> {
    return this.people.stages();
  }
}
