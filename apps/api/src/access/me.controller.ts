import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { limits, Me, NotificationPage, Organisation, PageQuery } from '@waymark/contracts';
import type { FastifyReply } from 'fastify';
import { IdPipe } from '../platform/http/id.pipe.js';
import { LiveHub } from '../platform/live/live-hub.js';
import { currentContext } from '../platform/request-context.js';
import { Access } from './access.decorator.js';
import { MeService } from './me.service.js';

const heartbeatMs = 20_000;

@ApiTags('me')
@Controller()
export class MeController {
  constructor(
    private readonly people: MeService,
    private readonly hub: LiveHub,
  ) {}

  @Get('me')
  @Access('session.own')
  @ApiOperation({ summary: 'Who is signed in, with the rights and restrictions of now' })
  @ApiOkResponse({ type: Me })
  me(): Promise<Me> {
    return this.people.me();
  }

  @Get('settings')
  @Access('organisation.read')
  @ApiOperation({ summary: 'Name, zone, currency and clock of the organisation' })
  @ApiOkResponse({ type: Organisation })
  async settings(): Promise<Organisation> {
    return (await this.people.me()).organisation;
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
  @ApiOperation({ summary: 'Live events of the organisation (server-sent events): type and ids of what changed' })
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  async stream(@Res() reply: FastifyReply): Promise<void> {
    const { tenantId, userId } = currentContext();
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    const leave = await this.hub.subscribe({ tenantId, userId: userId as string, send: (text) => raw.write(text), close: () => raw.end() });
    raw.write(': connected\n\n');
    const heartbeat = setInterval(() => raw.write(': still here\n\n'), heartbeatMs);
    const end = () => {
      clearInterval(heartbeat);
      leave();
    };
    raw.on('close', end);
    if (raw.destroyed) end(); // gone before the stream stood
  }
}
