import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditChain, AuditPage, AuditQuery, PageQuery, RestrictionReads } from '@waymark/contracts';
import { Access } from './access.decorator.js';
import { AuditLog } from './audit-log.service.js';

@ApiTags('audit')
@Controller()
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  @Get('audit')
  @Access('audit.read')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({ summary: 'Who changed what, when, from what to what and why, newest first; nothing in it is ever changed' })
  @ApiOkResponse({ type: AuditPage })
  page(@Query() query: AuditQuery): Promise<string> {
    return this.log.page(query);
  }

  @Get('audit/chain')
  @Access('audit.read')
  @ApiOperation({ summary: 'Recomputes the chain of hashes over the trail and says what does not fit' })
  @ApiOkResponse({ type: AuditChain })
  chain(): Promise<AuditChain> {
    return this.log.chain();
  }

  @Get('me/reads')
  @Access('session.own')
  @ApiOperation({ summary: 'Who looked at the own restrictions, newest first' })
  @ApiOkResponse({ type: RestrictionReads })
  reads(@Query() query: PageQuery): Promise<RestrictionReads> {
    return this.log.reads(query);
  }
}
