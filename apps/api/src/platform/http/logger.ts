import type { Params } from 'nestjs-pino';
import type { Config } from '../../config/config.js';
import { contextIfAny } from '../request-context.js';

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
      serializers: { req: (req: { id: string; method: string; url: string }) => ({ id: req.id, method: req.method, url: req.url }) },
      autoLogging: { ignore: (req) => req.url?.startsWith('/api/health') ?? false },
    },
  };
}
