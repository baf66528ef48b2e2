import { AsyncLocalStorage } from 'node:async_hooks';
import type { PoolClient } from 'pg';

/** Who acts for which organisation, and when. `now` is the tenant's clock (Q100): the only clock that rules may see. */
export interface RequestContext {
  tenantId: string;
  /** Null in jobs: the system acts. */
  userId: string | null;
  name: string;
  roles: readonly string[];
  /** The API key with which another system acts for this person; what is in none of its scopes is closed (PLAT-06). */
  key?: { id: string; scopes: readonly string[] };
  /** An account lock is in force: own data may be read, nothing else done (GATE-05). */
  locked: boolean;
  slug: string;
  organisation: string;
  timeZone: string;
  currency: string;
  demo: boolean;
  now: Date;
  requestId: string;
}

/** The connection of the transaction in which the present work runs. */
export interface OpenUnit {
  client: PoolClient;
  readOnly: boolean;
  /** The work has returned: whoever still asks the database forgot to wait for it, and the connection may be somebody else's by now. */
  ended?: boolean;
  /** Something was written to the audit trail in this unit. */
  audited?: boolean;
  /** How long this program waits for one statement, in milliseconds, when that is not as long as for all others. */
  patienceMs?: number;
  /** The version that the request was made for (If-Match). */
  ifMatch?: number;
  /** The service compared it with what it found. */
  versionMatched?: boolean;
}

interface Store {
  context: RequestContext;
  unit: OpenUnit | null;
}

const storage = new AsyncLocalStorage<Store>();

/** Runs `work` with this context; the platform's units of work and the request interceptor are the only callers. */
export function withContext<T>(context: RequestContext, unit: OpenUnit | null, work: () => T): T {
  return storage.run({ context, unit }, work);
}

/** The context of the present request or job. Throws where there is none: a missing tenant is an error, never an empty answer. */
export function currentContext(): RequestContext {
  const store = storage.getStore();
  if (!store) throw new Error('tenant context missing: this code runs outside of a request or job');
  return store.context;
}

/** The present context, or null outside of any (logging only). */
export function contextIfAny(): RequestContext | null {
  return storage.getStore()?.context ?? null;
}

/** The open unit of work, or null. */
export function currentUnit(): OpenUnit | null {
  return storage.getStore()?.unit ?? null;
}
