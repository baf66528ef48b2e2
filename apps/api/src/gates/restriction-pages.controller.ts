import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiPreconditionFailedResponse, ApiTags } from '@nestjs/swagger';
import { DecideRestriction, Problem, Restriction, RestrictionPage, RestrictionQuery } from '@waymark/contracts';
import type { Decision } from '@waymark/kernel';
import { Access } from '../access/access.decorator.js';
import { IdPipe } from '../platform/http/id.pipe.js';
import { DecisionsService } from './decisions.service.js';
import { RestrictionPages } from './restriction-pages.service.js';

@ApiTags('restrictions')
@Controller('restrictions')
export class RestrictionPagesController {
  constructor(
    private readonly pages: RestrictionPages,
    private readonly decisions: DecisionsService,
  ) {}

  @Get()
  @Access('restrictions.read')
  @ApiOperation({ summary: 'Restrictions in force or proposed that you may see' })
  @ApiOkResponse({ type: RestrictionPage })
  page(@Query() query: RestrictionQuery): Promise<RestrictionPage> {
    return this.pages.page(query);
  }

  @Get(':id')
  @Access('restrictions.read')
  @ApiOperation({ summary: 'Why, the math with rows left out, what clears it, what still works, who decides, history' })
  @ApiOkResponse({ type: Restriction })
  get(@Param('id', IdPipe) id: string): Promise<Restriction> {
    return this.pages.read(id);
  }

  @Post(':id/decisions')
  @Access('restrictions.decide')
  @HttpCode(200)
  @ApiOperation({ summary: 'Confirm or dismiss a proposal, or lift a measure; bound to the evidence that was seen (Q103)' })
  @ApiOkResponse({ type: Restriction })
  @ApiPreconditionFailedResponse({ type: Problem, description: 'The evidence has changed since it was seen' })
  async decide(@Param('id', IdPipe) id: string, @Body() body: DecideRestriction): Promise<Restriction> {
    await this.decisions.decide(id, body.decision as Decision, body.reason, body.evidenceHash, () => this.pages.found(id));
    return this.pages.get(id);
  }
}
