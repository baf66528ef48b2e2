import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DemoPeople, Session, SignInAsRequest, SignInRequest } from '@waymark/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import { Public } from './access.decorator.js';
import { type OpenedSession, SessionsService } from './sessions.service.js';

@ApiTags('sessions')
@Controller('auth')
export class SessionsController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly sessions: SessionsService,
  ) {}

  @Post('sign-in')
  @Public()
  @ApiOperation({ summary: 'Sign in with organisation, e-mail and password; sets the refresh cookie' })
  @ApiCreatedResponse({ type: Session })
  async signIn(@Body() body: SignInRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Session> {
    return this.answer(reply, await this.sessions.signIn(body));
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
  async signInAs(@Body() body: SignInAsRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Session> {
    return this.answer(reply, await this.sessions.signInAs(body.organisation, body.userId));
  }

  @Post('refresh')
  @Public()
  @ApiOperation({ summary: 'A new access token for the refresh cookie, which is replaced' })
  @ApiCreatedResponse({ type: Session })
  async refresh(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Session> {
    return this.answer(reply, await this.sessions.refresh(request.cookies[this.cookieName]));
  }

  @Post('sign-out')
  @Public()
  @HttpCode(204)
  @ApiOperation({ summary: 'End this session' })
  @ApiNoContentResponse()
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.sessions.signOut(request.cookies[this.cookieName]);
    void reply.clearCookie(this.cookieName, { path: this.cookiePath });
  }

  /** With https the prefix pins the cookie to this host and path `/`; plain http cannot use it (Q115). */
  private get cookieName(): string {
    return this.secure ? '__Host-waymark-refresh' : 'waymark-refresh';
  }

  private get cookiePath(): string {
    return this.secure ? '/' : '/api/auth';
  }

  private get secure(): boolean {
    return this.config.publicUrl.protocol === 'https:';
  }

  private answer(reply: FastifyReply, opened: OpenedSession): Session {
    void reply.setCookie(this.cookieName, opened.refreshToken, {
      httpOnly: true,
      sameSite: 'strict',
      secure: this.secure,
      path: this.cookiePath,
      maxAge: this.config.sessionDays * 86_400,
    });
    return opened.session;
  }
}
