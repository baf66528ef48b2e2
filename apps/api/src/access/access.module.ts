import { Global, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { AccessTokens } from './access-tokens.js';
import { ApiKeyDoor } from './api-key-door.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuditAnchors } from './audit-anchors.js';
import { AuditLog } from './audit-log.service.js';
import { AuditLogRepository } from './audit-log.repository.js';
import { AuditController } from './audit.controller.js';
import { DeviceMarks } from './device-marks.js';
import { JwtStrategy } from './jwt.strategy.js';
import { LiveStreams } from './live-streams.js';
import { MeController } from './me.controller.js';
import { MeService } from './me.service.js';
import { OneTimeLinksController } from './one-time-links.controller.js';
import { OneTimeLinksRepository } from './one-time-links.repository.js';
import { OneTimeLinks } from './one-time-links.service.js';
import { OutsideIssuer } from './outside-issuer.js';
import { OutsideSessionsRepository } from './outside-sessions.repository.js';
import { OwnSessionsController } from './own-sessions.controller.js';
import { OwnSessionsRepository } from './own-sessions.repository.js';
import { OwnSessionsService } from './own-sessions.service.js';
import { Passwords } from './passwords.service.js';
import { RequestInterceptor } from './request.interceptor.js';
import { RestrictionsRepository } from './restrictions.repository.js';
import { Restrictions } from './restrictions.service.js';
import { SessionGuard } from './session.guard.js';
import { SessionTokensRepository } from './session-tokens.repository.js';
import { SessionTokens } from './session-tokens.service.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsJobs } from './sessions.jobs.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { VerifiedTokens } from './verified-tokens.js';
import { Visibility } from './visibility.js';

/** Who is calling and what they may do: sessions, roles, visibility, restrictions in force. */
@Global()
@Module({
  imports: [PassportModule],
  controllers: [SessionsController, OwnSessionsController, OneTimeLinksController, MeController, AuditController, ApiKeysController],
  providers: [
    SessionsService,
    SessionsRepository,
    SessionTokens,
    SessionTokensRepository,
    OwnSessionsService,
    OwnSessionsRepository,
    OneTimeLinks,
    OneTimeLinksRepository,
    SessionsJobs,
    MeService,
    LiveStreams,
    AuditAnchors,
    AuditLog,
    AuditLogRepository,
    AccessTokens,
    ApiKeyDoor,
    ApiKeysRepository,
    ApiKeysService,
    VerifiedTokens,
    OutsideIssuer,
    OutsideSessionsRepository,
    DeviceMarks,
    SignInThrottle,
    Passwords,
    RestrictionsRepository,
    Restrictions,
    Visibility,
    JwtStrategy,
    { provide: APP_GUARD, useClass: SessionGuard },
    { provide: APP_INTERCEPTOR, useClass: RequestInterceptor },
  ],
  exports: [AccessTokens, AuditLog, OwnSessionsService, Passwords, Restrictions, Visibility],
})
export class AccessModule {}
