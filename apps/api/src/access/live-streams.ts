import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { LiveHub, type Subscriber } from '../platform/live/live-hub.js';
import { currentContext } from '../platform/request-context.js';
import { scopeOf } from './permissions.js';
import type { AccessClaims } from './tokens.js';

/** Bytes that wait for a slow reader before its stream ends; it comes back with Last-Event-ID. */
const mostWaiting = 256 * 1024;

/** Open live streams. Each lives as long as its session: at every beat the rights are read again (PLAT-10). */
@Injectable()
export class LiveStreams {
  /** Milliseconds between two signs of life. */
  beatMs = 20_000;

  constructor(
    private readonly hub: LiveHub,
    private readonly units: UnitOfWork,
  ) {}

  async open(request: FastifyRequest & { user: AccessClaims }, reply: FastifyReply): Promise<void> {
    this.hub.assertOpen();
    const { tenantId, userId } = currentContext();
    const identity = { tenantId, sessionId: request.user.sid, requestId: String(request.id), readOnly: true };
    const lastEventId = request.headers['last-event-id'];
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    const subscriber: Subscriber = {
      tenantId,
      userId: userId as string,
      seesAll: seesAll(),
      lastEventId: typeof lastEventId === 'string' ? lastEventId : null,
      send: (text) => {
        if (raw.writableLength > mostWaiting) raw.destroy();
        else raw.write(text);
      },
      close: () => raw.end(),
    };
    const leave = await this.hub.subscribe(subscriber);
    raw.write(': connected\n\n');
    const beat = setInterval(() => {
      raw.write(': still here\n\n');
      this.units
        .runAs(identity, () => Promise.resolve(seesAll()))
        .then(
          (all) => (subscriber.seesAll = all),
          () => raw.end(),
        );
    }, this.beatMs);
    const end = () => {
      clearInterval(beat);
      leave();
    };
    raw.on('close', end);
    if (raw.destroyed) end(); // gone before the stream stood
  }
}

function seesAll(): boolean {
  const { roles, locked } = currentContext();
  return scopeOf(roles, 'deals.read', locked) === 'tenant';
}
