import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { limits, Me, NotificationPage, PageQuery } from '@waymark/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IdPipe } from '../platform/http/id.pipe.js';
import { Access } from './access.decorator.js';
import { LiveStreams } from './live-streams.js';
import { MeService } from './me.service.js';
import type { AccessClaims } from './tokens.js';

@ApiTags('me')
@Controller()
export class MeController {
  constructor(
    private readonly people: MeService,
    private readonly streams: LiveStreams,
  ) {}

  @Get('me')
  @Access('session.own')
  @ApiOperation({ summary: 'Who is signed in, with the rights and restrictions of now' })
  @ApiOkResponse({ type: Me })
  me(): Promise<Me> {
    return this.people.me();
  }

  @Get('notifications')
  @Access('session.own')
  @ApiOperation({ summary: 'The own inbox, newest first' })
  @ApiOkResponse({ type: NotificationPage })
  notifications(@Query() page: PageQuery): Promise<NotificationPage> {
    return this.people.notifications(page.cursor, page.limit ?? limits.page.default);
  }

  @Post('notifications/:id/read')
  @Access('session.own', { whenLocked: true, unaudited: 'a mark in the own inbox' })
  @HttpCode(204)
  @ApiOperation({ summary: 'Mark a message of the own inbox as read' })
  @ApiNoContentResponse()
  read(@Param('id', IdPipe) id: string): Promise<void> {
    return this.people.markRead(id);
  }

  @Get('stream')
  @Access('session.own', { ownUnits: true })
  @ApiOperation({
    summary:
      'Live events of the organisation (server-sent events): type and ids of what changed. Resumes after Last-Event-ID; resync says to read everything again',
  })
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  stream(@Req() request: FastifyRequest & { user: AccessClaims }, @Res() reply: FastifyReply): Promise<void> {
    return this.streams.open(request, reply);
  }
}
