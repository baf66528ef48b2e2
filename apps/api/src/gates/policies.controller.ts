import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ChangeGatePolicyVersion,
  CreateGatePolicy,
  CreateGatePolicyVersion,
  GatePolicy,
  GatePolicyDefinition,
  GatePolicyPage,
  GateTypeList,
  PageQuery,
  PublishGatePolicyVersion,
} from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { IdPipe } from '../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../platform/http/versioned.js';
import { PoliciesService } from './policies.service.js';

@ApiTags('gate policies')
@Controller()
export class PoliciesController {
  constructor(private readonly policies: PoliciesService) {}

  @Get('gate-policy-types')
  @Access('policies.read')
  @ApiOperation({ summary: 'Types of conditions with their parameters; forms are built from them' })
  @ApiOkResponse({ type: GateTypeList })
  async types(): Promise<GateTypeList> {
    return { items: await this.policies.types() };
  }

  @Get('gate-policies/template')
  @Access('policies.read')
  @ApiOperation({ summary: 'The shipped template: three gates at 25, 50 and 100 per cent' })
  @ApiOkResponse({ type: GatePolicyDefinition })
  template(): GatePolicyDefinition {
    return this.policies.template();
  }

  @Get('gate-policies')
  @Access('policies.read')
  @ApiOperation({ summary: 'Policies with their versions, newest first' })
  @ApiOkResponse({ type: GatePolicyPage })
  page(@Query() query: PageQuery): Promise<GatePolicyPage> {
    return this.policies.page(query);
  }

  @Post('gate-policies')
  @Access('policies.manage')
  @ApiOperation({ summary: 'A new policy with its first draft, the shipped template unless one is given' })
  @ApiCreatedResponse({ type: GatePolicy })
  create(@Body() body: CreateGatePolicy): Promise<GatePolicy> {
    return this.policies.create(body.name, body.definition);
  }

  @Get('gate-policies/:id')
  @Access('policies.read')
  @Tagged()
  @ApiOperation({ summary: 'One policy with its versions' })
  @ApiOkResponse({ type: GatePolicy })
  get(@Param('id', IdPipe) id: string): Promise<GatePolicy> {
    return this.policies.get(id);
  }

  @Post('gate-policies/:id/versions')
  @Access('policies.manage')
  @ApiOperation({ summary: 'A new draft, a copy of the latest version unless a definition is given' })
  @ApiCreatedResponse({ type: GatePolicy })
  draft(@Param('id', IdPipe) id: string, @Body() body: CreateGatePolicyVersion): Promise<GatePolicy> {
    return this.policies.draft(id, body.definition);
  }

  @Patch('gate-policies/:id/versions/:versionId')
  @Access('policies.manage')
  @Versioned()
  @ApiOperation({ summary: 'Change a draft' })
  @ApiOkResponse({ type: GatePolicy })
  change(@Param('id', IdPipe) id: string, @Param('versionId', IdPipe) versionId: string, @Body() body: ChangeGatePolicyVersion): Promise<GatePolicy> {
    return this.policies.change(id, versionId, body.definition);
  }

  @Post('gate-policies/:id/versions/:versionId/publish')
  @Access('policies.manage')
  @ApiOperation({ summary: 'Publish a draft: it binds gates whose deadline lies ahead' })
  @ApiCreatedResponse({ type: GatePolicy })
  publish(
    @Param('id', IdPipe) id: string,
    @Param('versionId', IdPipe) versionId: string,
    @Body() body: PublishGatePolicyVersion,
  ): Promise<GatePolicy> {
    return this.policies.publish(id, versionId, body.publishedAt);
  }
}
