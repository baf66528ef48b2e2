import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Listener } from './listener.js';
import type { LiveEvent } from './live-publisher.js';

interface Subscriber {
  tenantId: string;
  userId: string;
  send(text: string): void;
  close(): void;
}

/** Hands committed live events to the open streams of this process: never across organisations, never to people they do not concern. */
@Injectable()
export class LiveHub implements OnApplicationShutdown {
  private readonly subscribers = new Set<Subscriber>();
  private listening = false;

  constructor(private readonly listener: Listener) {}

  /** Adds a reader; the answer removes it. Resolves when events do arrive: what commits after that is not missed. */
  async subscribe(subscriber: Subscriber): Promise<() => void> {
    if (!this.listening) {
      this.listening = true;
      this.listener.on('waymark_live', (payload) => this.deliver(payload));
    }
    this.subscribers.add(subscriber);
    await this.listener.ready();
    return () => this.subscribers.delete(subscriber);
  }

  onApplicationShutdown(): void {
    for (const subscriber of this.subscribers) subscriber.close();
  }

  private deliver(payload: string): void {
    if (payload === '') {
      for (const subscriber of this.subscribers) subscriber.send(`event: resync\ndata: {}\n\n`);
      return;
    }
    const event = JSON.parse(payload) as LiveEvent & { tenantId: string };
    const text = `event: ${event.type}\ndata: ${JSON.stringify({ type: event.type, ids: event.ids })}\n\n`;
    for (const subscriber of this.subscribers)
      if (subscriber.tenantId === event.tenantId && (!event.userIds || event.userIds.includes(subscriber.userId))) subscriber.send(text);
  }
}
