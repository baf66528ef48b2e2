import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangePasswordRequest, OwnSessions } from '@waymark/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import { IdPipe } from '../platform/http/id.pipe.js';
import { Access } from './access.decorator.js';
import { circumstancesOf } from './circumstances.js';
import { cookieNames, forgetCookie } from './cookies.js';
import { OwnSessionsService } from './own-sessions.service.js';
import type { AccessClaims } from './tokens.js';

type SignedIn = FastifyRequest & { user: AccessClaims };

@ApiTags('sessions')
@Controller('auth')
export class OwnSessionsController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly sessions: OwnSessionsService,
  ) {}

  @Get('sessions')
  @Access('session.own')
  @ApiOperation({ summary: 'Where one is signed in: the own living sessions, latest first' })
  @ApiOkResponse({ type: OwnSessions })
  list(@Req() request: SignedIn): Promise<OwnSessions> {
    return this.sessions.list(request.user.sid);
  }

  @Delete('sessions/:id')
  @Access('session.own', { whenLocked: true })
  @HttpCode(204)
  @ApiOperation({ summary: 'End one of the own sessions; it is refused from its next request on' })
  @ApiNoContentResponse()
  end(@Param('id', IdPipe) id: string): Promise<void> {
    return this.sessions.end(id);
  }

  @Post('sign-out-everywhere')
  @Access('session.own', { whenLocked: true })
  @HttpCode(204)
  @ApiOperation({ summary: 'End all own sessions, this one too' })
  @ApiNoContentResponse()
  async endEverywhere(@Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.sessions.endEverywhere();
    forgetCookie(reply, this.config);
  }

  @Post('password')
  @Access('session.own', { whenLocked: true, ownUnits: true })
  @HttpCode(204)
  @ApiOperation({ summary: 'Change the own password; all other sessions end' })
  @ApiNoContentResponse()
  changePassword(@Body() body: ChangePasswordRequest, @Req() request: SignedIn): Promise<void> {
    return this.sessions.changePassword(body, request.user.sid, circumstancesOf(request, cookieNames(this.config).device));
  }
}
