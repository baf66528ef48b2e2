import pg from 'pg';

interface ClientInternals {
  getTransactionStatus?: () => string;
  _getActiveQuery?: () => unknown;
  _queryQueue?: unknown[];
  connection?: { stream?: { destroy(): void } };
}

/**
 * A pool that destroys any client that comes back with an open transaction or a running query. The stock pool hands such a client to the
 * next borrower, who then works inside another tenant's transaction (node-postgres#3399; reliability design, finding 1).
 */
export class SafePool extends pg.Pool {
  /** Clients that came back dirty since the process began. */
  dirtyReleases = 0;

  constructor(options?: pg.PoolConfig) {
    super(options);
    // An error event without a listener on a checked-out client ends the process when the database restarts.
    this.on('connect', (client) => client.on('error', () => undefined));
    this.on('error', () => undefined);
    const internals = this as unknown as { _release(client: pg.PoolClient, idleListener: unknown, error?: Error | boolean): void };
    const release = internals._release.bind(this);
    internals._release = (client, idleListener, error) => {
      const inside = client as unknown as ClientInternals;
      const status = inside.getTransactionStatus?.();
      const dirty = status === 'T' || status === 'E' || Boolean(inside._getActiveQuery?.()) || (inside._queryQueue?.length ?? 0) > 0;
      if (!dirty || error) return release(client, idleListener, error);
      this.dirtyReleases += 1;
      inside.connection?.stream?.destroy();
      return release(client, idleListener, new Error('a client came back inside a transaction'));
    };
  }
}
