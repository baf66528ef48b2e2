import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditChain, AuditPage, AuditQuery, PageQuery, RestrictionReads } from '@waymark/contracts';
import type { FastifyReply } from 'fastify';
import { Access } from './access.decorator.js';
import { AuditLog } from './audit-log.service.js';

@ApiTags('audit')
@Controller()
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  @Get('audit')
  @Access('audit.read')
  @ApiOperation({
    summary: 'Who changed what, when, from what to what and why, newest first; nothing in it is ever changed. format=csv gives a file',
  })
  @ApiOkResponse({ type: AuditPage })
  page(@Query() query: AuditQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (query.format !== 'csv') {
      void reply.type('application/json; charset=utf-8');
      return this.log.page(query);
    }
    void reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="audit.csv"');
    return this.log.file(query);
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
