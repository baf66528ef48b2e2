import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { CONFIG, type Config } from '../../config/config.js';
import { SafePool } from './safe-pool.js';

const dateType = 1082;
pg.types.setTypeParser(dateType, (text) => text); // a day is a day: never an instant in the machine's zone

/** Owns the process's connections. Only the platform may use it; everything else goes through `UnitOfWork` and `Db`. */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly pool: SafePool;
  /** Its own connection, so that a full pool does not turn the health answer into a lie. */
  readonly healthPool: SafePool;
  private readonly url: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.url = config.databaseUrl;
    const common = {
      connectionString: config.databaseUrl,
      connectionTimeoutMillis: 2000,
      idleTimeoutMillis: 30_000,
      maxLifetimeSeconds: 1800,
      keepAlive: true,
      application_name: `waymark ${config.role}`,
    };
    this.pool = new SafePool({ ...common, max: config.poolSize, query_timeout: config.role === 'api' ? 8000 : 0 });
    this.healthPool = new SafePool({ ...common, max: 1, query_timeout: 2000 });
  }

  /** A connection outside of the pools, for LISTEN. The caller ends it. */
  dedicatedClient(): pg.Client {
    return new pg.Client({ connectionString: this.url, keepAlive: true, application_name: 'waymark listen' });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.pool.end(), this.healthPool.end()]);
  }
}
