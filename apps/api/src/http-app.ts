import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { randomUUID } from 'node:crypto';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { ProblemFilter } from './platform/http/problem.filter.js';
import { refuseHostileJson, validationPipe } from './platform/http/validation.js';
import { serveDocs } from './platform/http/docs.js';
import { serveWeb } from './platform/http/web.js';

const jsonLimit = 256 * 1024;

/** The HTTP application, ready to listen: API under /api, its docs under /api/docs, the web app below / when it was built. */
export async function createHttpApp(config: Config): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: jsonLimit,
    genReqId: () => randomUUID(),
    return503OnClosing: true,
    routerOptions: { maxParamLength: 200 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), adapter, { bufferLogs: true, rawBody: false });
  app.useLogger(app.get(Logger));
  app.setGlobalPrefix('api');
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter());
  app.enableShutdownHooks();
  const fastify = adapter.getInstance();
  fastify.addHook('preValidation', (request, _reply, done) => {
    try {
      refuseHostileJson(request.body);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    void reply.header('x-request-id', request.id);
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    done();
  });
  await app.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: config.publicUrl.protocol === 'https:',
    crossOriginEmbedderPolicy: false,
  });
  await app.register(cookie);
  await app.register(multipart, { limits: { files: 1, fileSize: config.importMaxBytes, fields: 10, fieldSize: 64 * 1024, parts: 12 } });
  serveDocs(app);
  if (config.webRoot) await serveWeb(app, config.webRoot);
  return app;
}
