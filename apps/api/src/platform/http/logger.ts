import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Params } from 'nestjs-pino';
import type { Config } from '../../config/config.js';
import { contextIfAny } from '../request-context.js';

const tenants = new WeakMap<IncomingMessage, string>();

/** Notes whose request it is, for the line that is written when the answer is out: outside of the request's context. */
export function noteTenant(request: FastifyRequest & { user?: { tid: string } }): void {
  if (request.user) tenants.set(request.raw, request.user.tid);
}

/** JSON logs with request id and tenant; never a token, cookie or password (PLAT-13). */
export function loggerOptions(config: Config): Params {
  return {
    pinoHttp: {
      level: config.logLevel,
      redact: ['req.headers.authorization', 'req.headers.cookie', 'res.headers["set-cookie"]'],
      mixin: () => {
        const context = contextIfAny();
        return context ? { tenant: context.tenantId, requestId: context.requestId } : {};
      },
      customProps: (request, answer) => (answer.headersSent ? { tenant: tenants.get(request), requestId: request.id } : {}),
      // The path alone: what people search for stands behind it.
      serializers: {
        req: (req: { id: string; method: string; url: string }) => ({ id: req.id, method: req.method, url: req.url.split('?')[0] }),
        res: (res: { statusCode: number }) => ({ statusCode: res.statusCode }),
      },
      autoLogging: { ignore: (req) => req.url?.startsWith('/api/health') ?? false },
    },
  };
}
