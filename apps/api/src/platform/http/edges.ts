import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Config } from '../../config/config.js';
import { DomainError } from '@waymark/kernel';
import { noteTenant } from './logger.js';
import { problemOf } from './problem.js';
import { invalid } from './validation.js';

/** Bytes of a JSON message (SEC-02). */
export const jsonLimit = 256 * 1024;
const longestAddress = 8 * 1024;
const knownTypes = /^(application\/json|multipart\/form-data)\s*(;|$)/i;
const seconds = 1000;
/** How long a request's body may take; files may take as long as the slowest line needs for the largest one. */
const bodyDeadline = 30 * seconds;
const uploadDeadline = 600 * seconds;
const twoYears = 63_072_000;

type AdapterOptions = NonNullable<ConstructorParameters<typeof FastifyAdapter>[0]>;

/** What Fastify refuses before any route is found (a part of the path that is too long or badly encoded) is a problem document as well (PLAT-08). */
function answerOfFramework(error: Error & { code?: string }, request: FastifyRequest, reply: FastifyReply): void {
  const tooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  const sentence = tooLong ? 'A part of the address is too long.' : 'The address is not encoded as addresses are.';
  const problem = problemOf(new DomainError('invalid', sentence), String(request.id));
  void reply.status(problem.status).type('application/problem+json; charset=utf-8').send(JSON.stringify(problem));
}

/** Limits of the HTTP server itself (SEC-03): sizes, times, and whose word about the client's address counts. */
export function serverOptions(config: Config): AdapterOptions {
  return {
    bodyLimit: jsonLimit,
    frameworkErrors: answerOfFramework,
    genReqId: () => randomUUID(),
    return503OnClosing: false, // while the server closes, what still comes over open connections is answered, with `connection: close`
    routerOptions: { maxParamLength: 200 },
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    requestTimeout: uploadDeadline,
    keepAliveTimeout: 65 * seconds,
    // Room for a token that is far too long: it gets its 401 from us.
    http: { headersTimeout: 10 * seconds, maxHeaderSize: 40 * 1024, connectionsCheckingInterval: 5 * seconds },
    clientErrorHandler: refuseBroken,
  } as AdapterOptions;
}

/** Headers, origins and deadlines of every answer (reliability 3.6). */
export function guardEdges(app: NestFastifyApplication, config: Config): void {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.server.maxHeadersCount = 64;
  endUnusedSockets(fastify);
  fastify.addHook('onRequest', (request, _reply, done) => {
    endSlowBody(request);
    done(strangeRequest(request));
  });
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    dress(request, reply);
    noteTenant(request);
    done();
  });
  if (config.corsOrigins.length > 0)
    app.enableCors({
      origin: [...config.corsOrigins],
      credentials: false, // other origins use bearer tokens; the cookie is for our own pages
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'last-event-id'],
      exposedHeaders: ['etag', 'retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset', 'x-request-id', 'idempotency-replayed'],
      maxAge: 600,
    });
}

/**
 * Sockets that were opened and never used (browsers open some ahead; a request given up may leave one) are busy in Node's eyes and would hold up the end of
 * the process for as long as a client may be silent. Once nothing is being answered, they end with it.
 */
function endUnusedSockets(fastify: FastifyInstance): void {
  let answering = 0;
  fastify.server.on('request', (_request, response) => {
    answering += 1;
    response.once('close', () => (answering -= 1));
  });
  fastify.addHook('preClose', (done) => {
    const sweep = setInterval(() => answering === 0 && fastify.server.closeAllConnections(), 50);
    fastify.server.once('close', () => clearInterval(sweep));
    done();
  });
}

/** What helmet is told. Content policies are set per kind of answer in `dress`. */
export function helmetOptions(config: Config) {
  return {
    contentSecurityPolicy: false,
    strictTransportSecurity: config.publicUrl.protocol === 'https:' ? { maxAge: twoYears, includeSubDomains: true } : false,
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: 'deny' as const },
  } as const;
}

/** The API shows nothing and loads nothing. */
export const apiPolicy = "default-src 'none'; frame-ancestors 'none'";

/** Swagger UI brings inline styles; its scripts are files of ours (Q116). */
export const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/** The web app: own files only, styles by nonce, no HTML from scripts. */
export function pagePolicy(nonce: string): string {
  return `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default`;
}

function dress(request: FastifyRequest, reply: FastifyReply): void {
  const { url } = request;
  const ofApi = url.startsWith('/api/') || url === '/api';
  void reply.header('x-request-id', request.id);
  if (ofApi && !reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  if (!reply.hasHeader('content-security-policy')) void reply.header('content-security-policy', url.startsWith('/api/docs') ? docsPolicy : apiPolicy);
}

/** What is refused before anything is read: an address that is too long, a packed or unknown body, a parameter that stands twice. */
function strangeRequest(request: FastifyRequest): DomainError | undefined {
  if (request.url.length > longestAddress) return new DomainError('invalid', `The address is longer than ${longestAddress} characters.`);
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  if (hasBody && (request.headers['content-encoding'] ?? 'identity') !== 'identity')
    return new DomainError('unsupported', 'Send the message as it is, without content-encoding.');
  if (hasBody && !knownTypes.test(request.headers['content-type'] ?? 'application/json'))
    return new DomainError('unsupported', 'Send JSON (application/json), or a file as multipart/form-data where one is asked for.');
  if (!isDecodable(request.url)) return new DomainError('invalid', 'The address is not encoded as addresses are.');
  const [twice] = Object.entries(request.query as Record<string, unknown>).find(([, value]) => Array.isArray(value)) ?? [];
  if (twice === undefined) return undefined;
  const name = twice.slice(0, 60);
  return invalid([{ field: name, code: 'twice', message: `${name} stands twice in the address` }]);
}

function isDecodable(address: string): boolean {
  try {
    decodeURIComponent(address);
    return true;
  } catch {
    return false;
  }
}

/** Ends a connection whose body dribbles in; Node's own limit must leave time for large files. */
function endSlowBody(request: FastifyRequest): void {
  const { headers, raw } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  if (!hasBody || headers['content-type']?.startsWith('multipart/')) return;
  const timer = setTimeout(() => raw.destroy(), bodyDeadline).unref();
  raw.once('end', () => clearTimeout(timer));
  raw.once('close', () => clearTimeout(timer));
}

const brokenRequests: Record<string, [number, string, string]> = {
  HPE_HEADER_OVERFLOW: [431, 'too_large', 'The headers of the request are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'invalid', 'The request took too long to arrive.'],
};

/** What the parser could not read gets a problem document too, and the connection ends. */
function refuseBroken(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const [status, code, detail] = brokenRequests[error.code ?? ''] ?? [400, 'invalid', 'This is no HTTP request that can be read.'];
  const type = `https://waymark.dev/problems/${code.replaceAll('_', '-')}`;
  const body = JSON.stringify({ type, title: 'The request is not valid', status, code, detail, requestId: randomUUID() });
  socket.end(
    [
      `HTTP/1.1 ${status} Refused`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'cache-control: no-store',
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
