import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DemoPeople, Session, SignInAsRequest, SignInRequest } from '@waymark/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import { Public } from './access.decorator.js';
import { circumstancesOf } from './circumstances.js';
import { cookieNames, forgetCookie, keepDeviceMark, keepRefreshToken } from './cookies.js';
import { assertOwnPage } from './same-origin.js';
import { SessionsService } from './sessions.service.js';
import { type OpenedSession, SessionTokens } from './session-tokens.service.js';

@ApiTags('sessions')
@Controller('auth')
export class SessionsController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly sessions: SessionsService,
    private readonly tokens: SessionTokens,
  ) {}

  @Post('sign-in')
  @Public()
  @ApiOperation({ summary: 'Sign in with organisation, e-mail and password; sets the refresh cookie' })
  @ApiCreatedResponse({ type: Session })
  async signIn(@Body() body: SignInRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Session> {
    const opened = await this.sessions.signIn(body, circumstancesOf(request, this.cookies.device));
    keepDeviceMark(reply, this.config, opened.deviceMark);
    return this.answer(reply, opened);
  }

  @Get('demo')
  @Public()
  @ApiOperation({ summary: 'People of the demo organisation whom one may sign in as' })
  @ApiOkResponse({ type: DemoPeople })
  demo(): Promise<DemoPeople> {
    return this.sessions.demoPeople();
  }

  @Post('sign-in-as')
  @Public()
  @ApiOperation({ summary: 'Sign in as a person of the demo organisation' })
  @ApiCreatedResponse({ type: Session })
  async signInAs(@Body() body: SignInAsRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Session> {
    const from = circumstancesOf(request, this.cookies.device);
    return this.answer(reply, await this.sessions.signInAs(body.organisation, body.userId, from));
  }

  @Post('refresh')
  @Public()
  @ApiOperation({
    summary: 'A new access token for the refresh cookie, which is replaced',
    description: 'From pages of this address, or with the header X-Waymark-Client. Repeated within 20 seconds it answers the same successor.',
  })
  @ApiCreatedResponse({ type: Session })
  async refresh(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Session> {
    assertOwnPage(request, this.config.publicUrl);
    return this.answer(reply, await this.tokens.refresh(request.cookies[this.cookies.refresh]));
  }

  @Post('sign-out')
  @Public()
  @HttpCode(204)
  @ApiOperation({ summary: 'End this session', description: 'From pages of this address, or with the header X-Waymark-Client.' })
  @ApiNoContentResponse()
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    assertOwnPage(request, this.config.publicUrl);
    await this.tokens.signOut(request.cookies[this.cookies.refresh]);
    forgetCookie(reply, this.config);
  }

  private get cookies(): { refresh: string; device: string } {
    return cookieNames(this.config);
  }

  private answer(reply: FastifyReply, opened: OpenedSession): Session {
    keepRefreshToken(reply, this.config, opened.refreshToken);
    return opened.session;
  }
}
