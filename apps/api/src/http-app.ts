import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { sealCursorsWith } from './platform/http/cursor.js';
import { guardEdges, helmetOptions, jsonLimit, serverOptions } from './platform/http/edges.js';
import { costAt, widenIngestion } from './platform/http/ingest-edge.js';
import { parseJsonBody } from './platform/http/json-body.js';
import { Figures } from './platform/health/figures.js';
import { ProblemFilter } from './platform/http/problem.filter.js';
import { refuseHostileJson, validationPipe } from './platform/http/validation.js';
import { serveDocs } from './platform/http/docs.js';
import { serveWeb } from './platform/http/web.js';

/** The HTTP application, ready to listen: API under /api, its docs under /api/docs, the web app below / when it was built. */
export async function createHttpApp(config: Config): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(serverOptions(config));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), adapter, { bufferLogs: true, rawBody: false });
  app.useLogger(app.get(Logger));
  app.useBodyParser(
    'application/json',
    { bodyLimit: jsonLimit },
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, message?: unknown) => void) => {
      try {
        done(null, parseJsonBody(body, costAt(request)));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  sealCursorsWith([config.jwtSecret, ...config.jwtSecretsAccepted]);
  app.setGlobalPrefix('api');
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter());
  app.enableShutdownHooks();
  const fastify = adapter.getInstance();
  fastify.addHook('preValidation', (request, _reply, done) => {
    try {
      refuseHostileJson(request.query, 'query');
      refuseHostileJson(request.body);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  guardEdges(app, config);
  widenIngestion(fastify as unknown as FastifyInstance);
  app.get(Figures).watch(fastify as unknown as FastifyInstance);
  await app.register(helmet, helmetOptions(config));
  await app.register(cookie);
  await app.register(multipart, { limits: { files: 1, fileSize: config.importMaxBytes, fields: 10, fieldSize: 64 * 1024, parts: 12 } });
  serveDocs(app);
  if (config.webRoot) await serveWeb(app, config.webRoot);
  return app;
}
