import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { DomainError } from '@waymark/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from './problem.js';

/** Answers every failure as a problem document (PLAT-08). What is our own fault is logged with its stack; the reader gets the request id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error, String(request.id));
    // A refusal that the domain chose (503 when too many sign in) is no fault; writing down each would feed the flood.
    if (problem.status >= 500 && !(error instanceof DomainError))
      this.logger.error({ requestId: problem.requestId, code: problem.code, error }, error instanceof Error ? error.stack : undefined);
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    if (problem.status === 503) void reply.header('retry-after', '2');
    if (problem.status === 429) sayWhen(reply, problem.params ?? {});
    void reply.status(problem.status).type('application/problem+json; charset=utf-8').send(JSON.stringify(problem));
  }
}

/** How much is allowed and when to ask again, as headers (SEC-03). */
function sayWhen(reply: FastifyReply, params: Record<string, unknown>): void {
  const seconds = String(params['retryAfterSeconds'] ?? 60);
  void reply.header('retry-after', seconds).header('ratelimit-remaining', '0').header('ratelimit-reset', seconds);
  if (params['limit'] !== undefined) void reply.header('ratelimit-limit', String(params['limit']));
}
