import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { DomainError } from '@waymark/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tooMany } from '../platform/limits/refusal.js';
import { type Allowance, RequestLimits } from '../platform/limits/request-limits.js';
import { ACCESS, type AccessRule } from './access.decorator.js';
import { ApiKeyDoor } from './api-key-door.js';
import { looksLikeApiKey } from './api-key-token.js';
import type { AccessTokenPayload } from './jwt.strategy.js';
import { OutsideIssuer } from './outside-issuer.js';
import type { AccessClaims } from './tokens.js';
import { VerifiedTokens } from './verified-tokens.js';

type Request = FastifyRequest & { user?: AccessClaims };

/** Refuses every operation that declares no access rule, every one that needs a session and has none, and who asks too often. */
@Injectable()
export class SessionGuard extends AuthGuard('jwt') {
  constructor(
    private readonly reflector: Reflector,
    private readonly verified: VerifiedTokens,
    private readonly outside: OutsideIssuer,
    private readonly limits: RequestLimits,
    private readonly keys: ApiKeyDoor,
  ) {
    super();
  }

  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = this.reflector.get<AccessRule | undefined>(ACCESS, context.getHandler());
    if (!rule) throw new DomainError('forbidden', 'This operation declares no access rule, so nobody may call it.');
    const request = context.switchToHttp().getRequest<Request>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    if (rule.capability === null) {
      if (!request.url.startsWith('/api/health')) this.countStranger(request, reply);
      return true;
    }
    const token = bearerOf(request);
    const known = this.verified.claimsOf(token);
    if (!known) return this.verify(context, request, reply, token);
    request.user = known;
    this.countPerson(known, reply);
    return true;
  }

  override handleRequest<T>(error: unknown, claims: T | false): T {
    if (error || !claims) throw new DomainError('unauthenticated', 'Sign in first, or refresh the access token.');
    return claims;
  }

  private async verify(context: ExecutionContext, request: Request, reply: FastifyReply, token: string): Promise<boolean> {
    try {
      const outside = looksLikeApiKey(token) ? await this.keys.claimsOf(token) : await this.outside.claimsOf(token, request);
      if (outside) request.user = outside;
      else {
        await super.canActivate(context);
        this.verified.keep(token, request.user as AccessTokenPayload);
      }
    } catch (refused) {
      this.countStranger(request, reply);
      throw refused;
    }
    this.countPerson(request.user as AccessClaims, reply);
    return true;
  }

  private countStranger(request: Request, reply: FastifyReply): void {
    obey(this.limits.take('address', request.ip), reply, 'Too many requests from this network.');
  }

  private countPerson(claims: AccessClaims, reply: FastifyReply): void {
    const own = this.limits.take('user', claims.kid === undefined ? claims.sub : `key:${claims.kid}`);
    obey(own, reply, claims.kid === undefined ? 'Too many requests of this account.' : 'Too many requests of this API key.');
    const all = this.limits.take('tenant', claims.tid);
    if (all && !all.allowed) obey(all, reply, 'Too many requests of this organisation.');
  }
}

function bearerOf(request: Request): string {
  const header = request.headers.authorization ?? '';
  return /^bearer /i.test(header) ? header.slice(7).trim() : '';
}

/** Tells how much is left (SEC-03), or refuses. */
function obey(allowance: Allowance | null, reply: FastifyReply, sentence: string): void {
  if (!allowance) return;
  if (!allowance.allowed) throw tooMany(sentence, allowance.limit, allowance.resetMs);
  void reply
    .header('ratelimit-limit', allowance.limit)
    .header('ratelimit-remaining', allowance.remaining)
    .header('ratelimit-reset', Math.ceil(allowance.resetMs / 1000));
}
