import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Client } from 'pg';
import { Database } from '../database/database.js';

type Handler = (payload: string) => void;

/** One connection that listens for PostgreSQL notifications and comes back by itself after the database was away. */
@Injectable()
export class Listener implements OnApplicationShutdown {
  private readonly logger = new Logger('listener');
  private readonly handlers = new Map<string, Handler[]>();
  private client: Client | null = null;
  private connecting: Promise<void> | null = null;
  private retry: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(private readonly database: Database) {}

  /** Calls `handler` for every notification; after a reconnect also once with an empty payload, since some may have been missed. */
  on(channel: string, handler: Handler): void {
    const known = this.handlers.get(channel);
    this.handlers.set(channel, [...(known ?? []), handler]);
    if (this.client && !known) void this.client.query(`listen ${channel}`).catch(() => undefined);
    else this.connect();
  }

  /** Resolves when the connection listens; tests wait for it. */
  async ready(): Promise<void> {
    this.connect();
    await this.connecting;
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.retry) clearTimeout(this.retry);
    await this.connecting?.catch(() => undefined);
    await this.client?.end().catch(() => undefined);
  }

  private connect(): void {
    if (this.stopped || this.client || this.connecting) return;
    this.connecting = this.open()
      .catch(() => this.reconnectSoon())
      .finally(() => {
        this.connecting = null;
      });
  }

  private async open(): Promise<void> {
    const client = this.database.dedicatedClient();
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ channel, payload }) => this.tell(channel, payload ?? ''));
    await client.connect();
    for (const channel of this.handlers.keys()) await client.query(`listen ${channel}`);
    this.client = client;
    for (const channel of this.handlers.keys()) this.tell(channel, '');
  }

  private tell(channel: string, payload: string): void {
    for (const handler of this.handlers.get(channel) ?? [])
      try {
        handler(payload);
      } catch (error) {
        this.logger.error({ channel, error });
      }
  }

  private lost(client: Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.reconnectSoon();
  }

  private reconnectSoon(): void {
    if (this.stopped || this.retry) return;
    this.retry = setTimeout(() => {
      this.retry = null;
      this.connect();
    }, 500);
  }
}
