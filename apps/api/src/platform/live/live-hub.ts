import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { DomainError } from '@waymark/kernel';
import { randomBytes } from 'node:crypto';
import { Listener } from './listener.js';
import type { LiveEvent } from './live-publisher.js';

/** A reader of live events. */
export interface Subscriber {
  readonly tenantId: string;
  readonly userId: string;
  /** May see everything of the organisation; others are told what kind of thing changed, not which, and read again what they may see. */
  seesAll: boolean;
  /** Id of the last event that the reader got before the connection broke. */
  readonly lastEventId: string | null;
  send(text: string): void;
  close(): void;
}

type Delivered = LiveEvent & { tenantId: string };

const kept = 1000;
const resync = 'event: resync\ndata: {}\n\n';

/**
 * Hands committed live events to the open streams of this process: never across organisations, never to people they do not concern. The last thousand
 * are kept, so that a reader whose connection broke gets what it missed; when that cannot be known (another process, too long ago) it is told to read
 * everything again (PLAT-10).
 */
@Injectable()
export class LiveHub implements BeforeApplicationShutdown {
  private readonly subscribers = new Set<Subscriber>();
  private readonly process = randomBytes(6).toString('hex');
  private readonly ring: { place: number; event: Delivered | null }[] = [];
  private last = 0;
  private listening = false;
  private leaving = false;

  constructor(private readonly listener: Listener) {}

  /** Adds a reader; the answer removes it. Resolves when events do arrive: what commits after that is not missed. */
  async subscribe(subscriber: Subscriber): Promise<() => void> {
    if (!this.listening) {
      this.listening = true;
      this.listener.on('waymark_live', (payload) => this.deliver(payload));
    }
    await this.listener.ready();
    this.sendMissed(subscriber);
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  /** Refuses new readers while the process ends. */
  assertOpen(): void {
    if (this.leaving) throw new DomainError('unavailable', 'This process ends. Ask again: another one answers.');
  }

  /** Streams end before the server waits for its connections to end. Their readers come back, to another process. */
  beforeApplicationShutdown(): void {
    this.leaving = true;
    for (const subscriber of this.subscribers) subscriber.close();
  }

  private sendMissed(subscriber: Subscriber): void {
    if (subscriber.lastEventId === null) return;
    const [process, place] = subscriber.lastEventId.split('-');
    const from = Number(place) + 1;
    const oldest = this.ring[0]?.place ?? this.last + 1;
    if (process !== this.process || !(from >= oldest && from <= this.last + 1)) return subscriber.send(resync);
    for (const entry of this.ring) if (entry.place >= from) this.tell(subscriber, entry.event, entry.place);
  }

  /** An empty payload: the connection to the database was lost for a while, so events may be missing. */
  private deliver(payload: string): void {
    const event = payload === '' ? null : (JSON.parse(payload) as Delivered);
    this.last += 1;
    this.ring.push({ place: this.last, event });
    if (this.ring.length > kept) this.ring.shift();
    for (const subscriber of this.subscribers) this.tell(subscriber, event, this.last);
  }

  private tell(subscriber: Subscriber, event: Delivered | null, place: number): void {
    if (event === null) return subscriber.send(resync);
    if (subscriber.tenantId !== event.tenantId || (event.userIds && !event.userIds.includes(subscriber.userId))) return;
    const ids = subscriber.seesAll || event.userIds ? event.ids : [];
    subscriber.send(`event: ${event.type}\nid: ${this.process}-${place}\ndata: ${JSON.stringify({ type: event.type, ids })}\n\n`);
  }
}
