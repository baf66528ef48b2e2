import { limits } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type JsonLimits, jsonLimits } from './json-body.js';

/** Bytes of a message with facts (Q114). */
export const ingestLimit = 16 * 1024 * 1024;
const prefix = '/api/ingest/';
/** Room for every field of the widest row. */
const fieldsPerRow = 40;
const ingestCost = { ...jsonLimits, keys: limits.ingestRows * fieldsPerRow, items: limits.ingestRows };

/** Facts come in larger messages than anything else, and only from who shows a token: strangers cannot make us read them. */
export function widenIngestion(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (!route.url.startsWith(prefix)) return;
    route.bodyLimit = ingestLimit;
    route.onRequest = (request, _reply, done) => {
      const hasToken = /^bearer \S{20,}/i.test(request.headers.authorization ?? '');
      done(hasToken ? undefined : new DomainError('unauthenticated', 'Send an API key or an access token.'));
    };
  });
}

/** What a JSON message may cost at this address. */
export function costAt(request: FastifyRequest): JsonLimits {
  return request.url.startsWith(prefix) ? ingestCost : jsonLimits;
}
