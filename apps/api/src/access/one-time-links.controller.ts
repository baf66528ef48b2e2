import { Body, Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiGoneResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  Invitation,
  InvitationAcceptance,
  InvitationQuestion,
  InvitationSent,
  Problem,
  ResetConfirmation,
  ResetRequest,
  Session,
} from '@waymark/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import { IdPipe } from '../platform/http/id.pipe.js';
import { Access, Public } from './access.decorator.js';
import { circumstancesOf } from './circumstances.js';
import { cookieNames, keepRefreshToken } from './cookies.js';
import { OneTimeLinks } from './one-time-links.service.js';

const gone = { type: Problem, description: 'The link was used, replaced, is too old or was never made' };

@ApiTags('sessions')
@Controller()
export class OneTimeLinksController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly links: OneTimeLinks,
  ) {}

  @Post('users/:id/invitation')
  @Access('people.manage')
  @ApiOperation({ summary: 'Mail an invitation to a person; the link works once, within 7 days, and an older one no more' })
  @ApiCreatedResponse({ type: InvitationSent })
  @ApiConflictResponse({ type: Problem, description: 'The person is not active, has no address or has a password already' })
  invite(@Param('id', IdPipe) id: string): Promise<InvitationSent> {
    return this.links.invite(id);
  }

  @Post('auth/invitation/check')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Whom an invitation is for', description: 'The token goes in the body, so that no log of addresses holds it.' })
  @ApiOkResponse({ type: Invitation })
  @ApiGoneResponse(gone)
  check(@Body() body: InvitationQuestion): Promise<Invitation> {
    return this.links.invitation(body.token);
  }

  @Post('auth/invitation/accept')
  @Public()
  @ApiOperation({ summary: 'Accept an invitation: set the password and sign in' })
  @ApiCreatedResponse({ type: Session })
  @ApiGoneResponse(gone)
  async accept(
    @Body() body: InvitationAcceptance,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    const opened = await this.links.accept(body, this.from(request));
    keepRefreshToken(reply, this.config, opened.refreshToken);
    return opened.session;
  }

  @Post('auth/password-reset')
  @Public()
  @HttpCode(202)
  @ApiOperation({ summary: 'Mail a link for a new password', description: 'The answer is the same whether or not there is such a person.' })
  @ApiAcceptedResponse()
  requestReset(@Body() body: ResetRequest, @Req() request: FastifyRequest): Promise<void> {
    return this.links.requestReset(body, this.from(request));
  }

  @Post('auth/password-reset/confirm')
  @Public()
  @HttpCode(204)
  @ApiOperation({ summary: 'Set a new password with the mailed token; all sessions of the person end' })
  @ApiNoContentResponse()
  @ApiGoneResponse(gone)
  confirmReset(@Body() body: ResetConfirmation): Promise<void> {
    return this.links.confirmReset(body);
  }

  private from(request: FastifyRequest) {
    return circumstancesOf(request, cookieNames(this.config).device);
  }
}
