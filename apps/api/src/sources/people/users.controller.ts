import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeUser, CreateUser, UserDetail, UserRoles } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { UsersService } from './users.service.js';

@ApiTags('people and lists')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Post()
  @Access('people.manage')
  @ApiOperation({ summary: 'Add a person' })
  @ApiCreatedResponse({ type: UserDetail })
  @ApiConflictResponse({ description: 'E-mail or external id is taken' })
  create(@Body() body: CreateUser): Promise<UserDetail> {
    return this.users.create(body);
  }

  @Get(':id')
  @Access('people.read')
  @Tagged()
  @ApiOperation({ summary: 'One person with roles, manager and teams of all times' })
  @ApiOkResponse({ type: UserDetail })
  get(@Param('id', IdPipe) id: string): Promise<UserDetail> {
    return this.users.get(id);
  }

  @Patch(':id')
  @Access('people.manage')
  @Versioned()
  @ApiOperation({ summary: 'Change, deactivate or reactivate a person; the last active admin stays' })
  @ApiOkResponse({ type: UserDetail })
  @ApiConflictResponse({ description: 'E-mail or external id is taken, or it is the last active admin' })
  change(@Param('id', IdPipe) id: string, @Body() body: ChangeUser): Promise<UserDetail> {
    return this.users.change(id, body);
  }

  @Put(':id/roles')
  @Access('people.manage')
  @Versioned()
  @ApiOperation({ summary: 'Set the roles of a person, from the next request on' })
  @ApiOkResponse({ type: UserDetail })
  @ApiConflictResponse({ description: 'It is the last active admin' })
  setRoles(@Param('id', IdPipe) id: string, @Body() body: UserRoles): Promise<UserDetail> {
    return this.users.setRoles(id, body);
  }

  @Delete(':id')
  @Access('people.manage')
  @Versioned()
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a person whom nothing refers to; others are deactivated (Q126)' })
  @ApiNoContentResponse()
  @ApiConflictResponse({ description: 'Something refers to the person' })
  remove(@Param('id', IdPipe) id: string): Promise<void> {
    return this.users.remove(id);
  }
}
