import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError } from '@waymark/kernel';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { currentContext, currentUnit, type RequestContext, withContext } from '../platform/request-context.js';
import { ACCESS, type AccessRule } from './access.decorator.js';
import { scopeOf } from './permissions.js';
import type { AccessClaims } from './tokens.js';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Runs each request as one unit of work with the rights of this moment; safe methods read only, every other one leaves a line in the audit trail. */
@Injectable()
export class RequestInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly units: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const rule = this.reflector.get<AccessRule>(ACCESS, execution.getHandler());
    if (rule.capability === null) return next.handle();
    const request = execution.switchToHttp().getRequest<FastifyRequest & { user: AccessClaims }>();
    const readOnly = safeMethods.has(request.method);
    const identity = { tenantId: request.user.tid, sessionId: request.user.sid, requestId: String(request.id), readOnly: readOnly || rule.ownUnits };
    const handle = () => lastValueFrom(next.handle(), { defaultValue: undefined });
    const check = () => checkAccess(rule, currentContext(), readOnly);
    if (!rule.ownUnits)
      return from(
        this.units.runAs(identity, async () => {
          check();
          const result = await handle();
          if (!readOnly && rule.unaudited === null) await this.auditOnce(execution, result);
          return result;
        }),
      );
    return from(
      this.units.runAs(identity, async () => (check(), currentContext())).then((context: RequestContext) => withContext(context, null, handle)),
    );
  }

  /** What no service told in its own words is told by the name of the operation: an operation that exists is audited (PLAT-07). */
  private async auditOnce(execution: ExecutionContext, result: unknown): Promise<void> {
    if (currentUnit()?.audited) return;
    const noun = execution.getClass().name.replace(/Controller$/, '');
    const type = noun.charAt(0).toLowerCase() + noun.slice(1);
    const { params } = execution.switchToHttp().getRequest<FastifyRequest<{ Params: { id?: string } }>>();
    const id = params.id ?? (result as { id?: string } | undefined)?.id ?? null;
    await this.audit.record({ action: `${type}.${execution.getHandler().name}`, object: { type, id } });
  }
}

function checkAccess(rule: AccessRule, context: RequestContext, readOnly: boolean): void {
  if (rule.capability !== null && scopeOf(context.roles, rule.capability) === null)
    throw new DomainError('forbidden', 'Your role does not include this. An administrator of your organisation can change roles.', {
      params: { capability: rule.capability },
    });
  if (context.locked && !readOnly && !rule.whenLocked)
    throw new DomainError('restricted', 'Your access is paused. You can still sign in, read your own data and see why.', {
      params: { restriction: { kind: 'account_lock' } },
    });
}
