import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { GuardedClient } from './guarded-client.js';

/** The one way to call an address that a person gave: webhooks, Slack, anything later (SEC-03, Q117). */
@Injectable()
export class Outgoing extends GuardedClient implements OnApplicationShutdown {
  constructor(@Inject(CONFIG) config: Config) {
    super({ allow: config.outboundAllow });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }
}
