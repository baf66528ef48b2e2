import { Global, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { CONFIG, type Config } from '../config/config.js';
import { JwtStrategy } from './jwt.strategy.js';
import { MeController } from './me.controller.js';
import { Passwords } from './passwords.service.js';
import { RequestInterceptor } from './request.interceptor.js';
import { RestrictionsRepository } from './restrictions.repository.js';
import { Restrictions } from './restrictions.service.js';
import { SessionGuard } from './session.guard.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { Visibility } from './visibility.js';

/** Who is calling and what they may do: sessions, roles, visibility, restrictions in force. */
@Global()
@Module({
  imports: [
    PassportModule,
    JwtModule.registerAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => ({
        secret: config.jwtSecret || 'no tokens are issued in this process',
        signOptions: { algorithm: 'HS256', issuer: 'waymark', audience: 'waymark' },
      }),
    }),
  ],
  controllers: [SessionsController, MeController],
  providers: [
    SessionsService,
    SessionsRepository,
    Passwords,
    RestrictionsRepository,
    Restrictions,
    Visibility,
    JwtStrategy,
    { provide: APP_GUARD, useClass: SessionGuard },
    { provide: APP_INTERCEPTOR, useClass: RequestInterceptor },
  ],
  exports: [Passwords, Restrictions, Visibility],
})
export class AccessModule {}
