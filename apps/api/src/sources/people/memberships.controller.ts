import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeMembership, CreateMembership, Membership, MembershipPage, PageQuery } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { MembershipsService } from './memberships.service.js';

@ApiTags('people and lists')
@Controller('teams/:id/memberships')
export class TeamMembershipsController {
  constructor(private readonly memberships: MembershipsService) {}

  @Get()
  @Access('people.read')
  @ApiOperation({ summary: 'Memberships of a team: past, present and coming, newest first' })
  @ApiOkResponse({ type: MembershipPage })
  page(@Param('id', IdPipe) id: string, @Query() query: PageQuery): Promise<MembershipPage> {
    return this.memberships.page(id, query);
  }

  @Post()
  @Access('teams.manage')
  @ApiOperation({ summary: 'Put a person into a team from a day on' })
  @ApiCreatedResponse({ type: Membership })
  @ApiConflictResponse({ description: 'It overlaps with one that exists' })
  create(@Param('id', IdPipe) id: string, @Body() body: CreateMembership): Promise<Membership> {
    return this.memberships.create(id, body);
  }

  @Get(':membershipId')
  @Access('people.read')
  @Tagged()
  @ApiOperation({ summary: 'One membership' })
  @ApiOkResponse({ type: Membership })
  get(@Param('id', IdPipe) id: string, @Param('membershipId', IdPipe) membershipId: string): Promise<Membership> {
    return this.memberships.get(id, membershipId);
  }

  @Patch(':membershipId')
  @Access('teams.manage')
  @Versioned()
  @ApiOperation({ summary: 'Change or end a membership' })
  @ApiOkResponse({ type: Membership })
  @ApiConflictResponse({ description: 'It overlaps with one that exists' })
  change(@Param('id', IdPipe) id: string, @Param('membershipId', IdPipe) membershipId: string, @Body() body: ChangeMembership): Promise<Membership> {
    return this.memberships.change(id, membershipId, body);
  }

  @Delete(':membershipId')
  @Access('teams.manage')
  @Versioned()
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a membership that has not begun; others are ended' })
  @ApiNoContentResponse()
  @ApiConflictResponse({ description: 'It has begun' })
  remove(@Param('id', IdPipe) id: string, @Param('membershipId', IdPipe) membershipId: string): Promise<void> {
    return this.memberships.remove(id, membershipId);
  }
}
