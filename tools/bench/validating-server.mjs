import 'reflect-metadata';
import { createServer } from 'node:http';

// Answers a POST with 13 fields, one of them an object, in one of four ways (FORM), and does nothing with it: no session, no database. The message is the one that adds a deal.
const { FORM: form, PORT: port } = process.env;
const answer = '{"taken":true}';

if (form === 'bare') {
  createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const message = parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString('utf8')) : {};
      response.writeHead(201, { 'content-type': 'application/json; charset=utf-8' });
      response.end(message === null ? '' : answer);
    });
  }).listen(Number(port), '127.0.0.1');
} else await nest();

/** `product`: the parser, the guard and the pipe of the product. `classes`: the same class behind the framework's own parser and pipe. `none`: no validation. */
async function nest() {
  const [{ Controller, Get, Post, Body, Header, ValidationPipe, Module }, { NestFactory }, { FastifyAdapter }, contracts] = await Promise.all([
    import('@nestjs/common'),
    import('@nestjs/core'),
    import('@nestjs/platform-fastify'),
    import('@waymark/contracts'),
  ]);
  const { parseJsonBody } = await import('../../apps/api/dist/platform/http/json-body.js');
  const { refuseHostileJson, validationPipe } = await import('../../apps/api/dist/platform/http/validation.js');
  class Messages {
    take() {
      return answer;
    }
    ready() {
      return answer;
    }
  }
  const decorated = (name, decorators) =>
    decorators.forEach((decorator) => decorator(Messages.prototype, name, Object.getOwnPropertyDescriptor(Messages.prototype, name)));
  const type = Header('content-type', 'application/json; charset=utf-8');
  decorated('take', [Post(), type]);
  decorated('ready', [Get(), type]);
  Body()(Messages.prototype, 'take', 0);
  Reflect.defineMetadata('design:paramtypes', [form === 'none' ? Object : contracts.CreatePipelineItemRequest], Messages.prototype, 'take');
  Controller('/')(Messages);
  class Root {}
  Module({ controllers: [Messages] })(Root);

  const app = await NestFactory.create(Root, new FastifyAdapter(), { logger: false });
  if (form === 'product') {
    app.useBodyParser('application/json', {}, (_request, body, done) => {
      try {
        done(null, parseJsonBody(body));
      } catch (error) {
        done(error);
      }
    });
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('preValidation', (request, _reply, done) => {
        refuseHostileJson(request.query, 'query');
        refuseHostileJson(request.body);
        done();
      });
    app.useGlobalPipes(validationPipe());
  }
  if (form === 'classes')
    app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true, stopAtFirstError: false }));
  await app.listen(Number(port), '127.0.0.1');
}
