import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { DomainError } from '@waymark/kernel';
import { ACCESS, type AccessRule } from './access.decorator.js';

/** Refuses every operation that declares no access rule, and every one that needs a session and has none. */
@Injectable()
export class SessionGuard extends AuthGuard('jwt') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(context: ExecutionContext): ReturnType<InstanceType<ReturnType<typeof AuthGuard>>['canActivate']> {
    const rule = this.reflector.get<AccessRule | undefined>(ACCESS, context.getHandler());
    if (!rule) throw new DomainError('forbidden', 'This operation declares no access rule, so nobody may call it.');
    return rule.capability === null ? true : super.canActivate(context);
  }

  override handleRequest<T>(error: unknown, claims: T | false): T {
    if (error || !claims) throw new DomainError('unauthenticated', 'Sign in first, or refresh the access token.');
    return claims;
  }
}
