import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError } from '@waymark/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { FEATURE } from '../platform/features/feature.decorator.js';
import { type Feature, Features } from '../platform/features/features.js';
import { etagOf, versionAsked } from '../platform/http/if-match.js';
import { VERSIONED } from '../platform/http/versioned.js';
import { Idempotency } from '../platform/idempotency.js';
import { currentContext, currentUnit, type OpenUnit, type RequestContext, withContext } from '../platform/request-context.js';
import { ACCESS, type AccessRule } from './access.decorator.js';
import { keyOpens, scopeOf } from './permissions.js';
import type { AccessClaims } from './tokens.js';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

type SignedRequest = FastifyRequest<{ Params: { id?: string } }> & { user: AccessClaims };

/** One call as the steps below need it. */
interface Call {
  execution: ExecutionContext;
  request: SignedRequest;
  reply: FastifyReply;
  rule: AccessRule;
  versioned: 'tagged' | 'matched' | undefined;
  readOnly: boolean;
  handle: () => Promise<unknown>;
}

/**
 * Runs each request as one unit of work with the rights of this moment. Safe methods read only; every other one is checked against the version that it
 * was made for, may be repeated under its key, and leaves a line in the audit trail.
 */
@Injectable()
export class RequestInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly units: UnitOfWork,
    private readonly audit: AuditTrail,
    private readonly idempotency: Idempotency,
    private readonly features: Features,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const rule = this.reflector.get<AccessRule>(ACCESS, execution.getHandler());
    if (rule.capability === null) return next.handle();
    const http = execution.switchToHttp();
    const request = http.getRequest<SignedRequest>();
    const readOnly = safeMethods.has(request.method);
    const { tid, sid, kid } = request.user;
    const who = kid === undefined ? { sessionId: sid } : { keyId: kid };
    const identity = { tenantId: tid, ...who, requestId: String(request.id), readOnly: readOnly || rule.ownUnits };
    const handle = () => lastValueFrom(next.handle(), { defaultValue: undefined });
    const feature = this.reflector.get<Feature | undefined>(FEATURE, execution.getHandler());
    const check = async () => {
      checkAccess(rule, currentContext(), readOnly);
      if (feature) await this.features.assertOn(feature);
    };
    if (rule.ownUnits)
      return from(
        this.units
          .runAs(identity, async () => (await check(), currentContext()))
          .then((context: RequestContext) => withContext(context, null, handle)),
      );
    const versioned = this.reflector.get<Call['versioned']>(VERSIONED, execution.getHandler());
    const call: Call = { execution, request, reply: http.getResponse<FastifyReply>(), rule, versioned, readOnly, handle };
    const once = () =>
      this.units.runAs(identity, async () => {
        await check();
        return readOnly ? tagged(call, await handle()) : this.change(call);
      });
    return from(readOnly ? once() : again(once));
  }

  private async change(call: Call): Promise<unknown> {
    const key = call.request.headers['idempotency-key'];
    if (call.request.method !== 'POST' || typeof key !== 'string') return this.once(call);
    const keyed = { key, operation: `POST ${call.request.url}`, body: call.request.body };
    const replay = await this.idempotency.begin(keyed);
    if (replay) {
      const unit = currentUnit();
      if (unit) unit.audited = true;
      void call.reply.status(replay.status).header('idempotency-replayed', 'true');
      return replay.answer === null ? undefined : (JSON.parse(replay.answer) as unknown);
    }
    const result = await this.once(call);
    const { toldOnce } = call.rule;
    const kept = toldOnce === null ? result : { ...(result as object), [toldOnce]: null };
    await this.idempotency.finish(keyed, call.reply.statusCode, kept === undefined ? null : JSON.stringify(kept));
    return result;
  }

  private async once(call: Call): Promise<unknown> {
    const unit = currentUnit() as OpenUnit;
    if (call.versioned === 'matched') unit.ifMatch = versionAsked(call.request.headers['if-match']);
    const result = await call.handle();
    if (call.versioned === 'matched' && !unit.versionMatched) throw new Error('a versioned operation did not compare versions');
    if (call.rule.unaudited === null) await this.auditOnce(call, result);
    return call.versioned ? tagged(call, result) : result;
  }

  /** What no service told in its own words is told by the name of the operation: an operation that exists is audited (PLAT-07). */
  private async auditOnce({ execution, request }: Call, result: unknown): Promise<void> {
    if (currentUnit()?.audited) return;
    const noun = execution.getClass().name.replace(/Controller$/, '');
    const type = noun.charAt(0).toLowerCase() + noun.slice(1);
    const id = request.params.id ?? (result as { id?: string } | undefined)?.id ?? null;
    await this.audit.record({ action: `${type}.${execution.getHandler().name}`, object: { type, id } });
  }
}

/** SQLSTATE of a transaction that PostgreSQL ended for the good of another one: a deadlock, a serialisation failure. Nothing of it is left. */
const givenWay = new Set(['40P01', '40001']);
const attempts = 4;

/** Runs a change, and anew when it gave way to another one: by then that one is done, and both succeed. */
async function again(change: () => Promise<unknown>): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await change();
    } catch (error) {
      if (attempt === attempts || !givenWay.has((error as { code?: string }).code ?? '')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt + Math.random() * 30));
    }
}

/** Puts the ETag on an answer that has a version; a reader who has it already gets 304 without a body. */
function tagged({ versioned, readOnly, request, reply }: Call, result: unknown): unknown {
  const version = (result as { version?: unknown } | null | undefined)?.version;
  if (!versioned || typeof version !== 'number') return result;
  const etag = etagOf(version);
  void reply.header('etag', etag);
  if (!readOnly || request.headers['if-none-match'] !== etag) return result;
  void reply.status(304);
  return undefined;
}

function checkAccess(rule: AccessRule, context: RequestContext, readOnly: boolean): void {
  if (rule.capability !== null && scopeOf(context.roles, rule.capability) === null)
    throw new DomainError('forbidden', 'Your role does not include this.', {
      params: { capability: rule.capability },
    });
  if (rule.capability !== null && context.key && !keyOpens(context.key.scopes, rule.capability))
    throw new DomainError('forbidden', 'No scope of this API key includes this.', { params: { capability: rule.capability } });
  if (context.locked && !readOnly && !rule.whenLocked)
    throw new DomainError('restricted', 'Your access is paused. You can still sign in, read your own data and see why.', {
      params: { restriction: { kind: 'account_lock' } },
    });
}
