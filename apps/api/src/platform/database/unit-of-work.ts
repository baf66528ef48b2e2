import { Injectable } from '@nestjs/common';
import { DomainError } from '@waymark/kernel';
import type { PoolClient, QueryResult } from 'pg';
import { randomUUID } from 'node:crypto';
import { contextIfAny, currentUnit, type OpenUnit, type RequestContext, withContext } from '../request-context.js';
import { Database } from './database.js';

/** For whom a unit of work runs and how long one statement of it may take. */
export interface UnitOptions {
  tenantId: string;
  userId?: string | null;
  readOnly?: boolean;
  /** Longest time of one statement in milliseconds; without it the role's own limit. */
  statementTimeoutMs?: number;
  /** Its own transaction although one is open (progress of a long import, a log that must survive a rollback). */
  separate?: boolean;
  /** Works for a suspended organisation too: looking after its data, never acting for it. */
  whenSuspended?: boolean;
}

interface TenantRow {
  slug: string;
  name: string;
  time_zone: string;
  currency: string;
  demo: boolean;
  tenant_now: Date;
  suspended: boolean;
}

interface PrincipalRow extends Omit<TenantRow, 'name' | 'suspended'> {
  user_id: string;
  name: string;
  organisation: string;
  roles: string[];
  locked: boolean;
  /** Of an API key. */
  scopes?: string[];
}

/** Who asks: a session of a person, or an API key that acts for one. */
export type Identity = { tenantId: string; requestId: string; readOnly: boolean } & ({ sessionId: string } | { keyId: string });

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** One transaction with one tenant. The opening round trip sets the tenant for this transaction only; the closing one proves it is still set. */
@Injectable()
export class UnitOfWork {
  constructor(private readonly database: Database) {}

  /** Runs `work` for the system (jobs, sign-in). Joins the open unit of the same tenant unless told to be separate. */
  async run<T>(options: UnitOptions, work: () => Promise<T>): Promise<T> {
    const outer = contextIfAny();
    if (!options.separate && currentUnit() && outer?.tenantId === options.tenantId) return work();
    const tenant = checkedUuid(options.tenantId);
    const open = `${begin(options)}; ${tenantContext(tenant)}; ${tenantQuery(tenant)}`;
    return this.transaction(open, tenant, (results) => jobContext(options, results), work);
  }

  /** Runs `work` as the person of a session or API key, with the rights of this moment. Unauthenticated when the session or key has ended. */
  async runAs<T>(identity: Identity, work: () => Promise<T>): Promise<T> {
    const tenant = checkedUuid(identity.tenantId);
    const [door, id] = 'keyId' in identity ? ['begin_key_request', identity.keyId] : ['begin_request', identity.sessionId];
    const open = `${begin(identity)}; ${tenantContext(tenant)}; select * from app.${door}('${tenant}', '${checkedUuid(id)}')`;
    return this.transaction(open, tenant, (results) => personContext(identity, results), work);
  }

  /**
   * Runs the first ready job slot that `claim` finds. The slot's row lock lives exactly as long as the work's own transaction, so a worker
   * that dies frees it at once (Q121). Answers false when there was nothing to do.
   */
  async runClaimed<S extends { tenant_id: string }>(
    claim: string,
    params: unknown[],
    work: (slot: S, client: PoolClient) => Promise<void>,
  ): Promise<boolean> {
    const client = await this.connect();
    try {
      await client.query('begin');
      const slot = (await client.query(claim, params)).rows[0] as S | undefined;
      if (!slot) {
        await client.query('commit');
        return false;
      }
      const tenant = checkedUuid(slot.tenant_id);
      const opened = await this.send(client, `${tenantContext(tenant)}; ${tenantQuery(tenant)}`);
      const context = jobContext({ tenantId: tenant }, opened);
      await inUnit(context, { client, readOnly: false }, () => work(slot, client));
      await this.commit(client, tenant);
      return true;
    } catch (error) {
      await rollback(client);
      throw error;
    } finally {
      client.release();
    }
  }

  private async transaction<T>(
    open: string,
    tenant: string,
    contextOf: (results: QueryResult[]) => RequestContext,
    work: () => Promise<T>,
  ): Promise<T> {
    const client = await this.connect();
    const readOnly = open.startsWith('begin read only');
    try {
      const context = contextOf(await this.send(client, open));
      const result = await inUnit(context, { client, readOnly }, work);
      if (readOnly) this.endLater(client);
      else await this.commit(client, tenant).then(() => client.release());
      return result;
    } catch (error) {
      await rollback(client);
      client.release();
      throw (error as { code?: string }).code === suspendedCode ? suspended() : error;
    }
  }

  /** A transaction that wrote nothing has nothing to lose: its answer need not wait for the end. The pool gets the connection back after it. */
  private endLater(client: PoolClient): void {
    client.query('commit').then(
      () => client.release(),
      (error: Error) => client.release(error),
    );
  }

  /** After a swallowed SQL error COMMIT would roll back and still look like success; the guard before it fails instead. */
  private async commit(client: PoolClient, tenant: string): Promise<void> {
    await this.send(client, `select 1 / (current_setting('app.tenant_id', true) = '${tenant}')::int; commit`);
  }

  private async send(client: PoolClient, text: string): Promise<QueryResult[]> {
    const results = (await client.query(text)) as unknown as QueryResult | QueryResult[];
    return Array.isArray(results) ? results : [results];
  }

  private connect(): Promise<PoolClient> {
    return this.database.pool.connect();
  }
}

/** Runs the work with its connection, which is its own only until it returns: a statement that nobody waited for must not reach the next borrower. */
async function inUnit<T>(context: RequestContext, unit: OpenUnit, work: () => Promise<T>): Promise<T> {
  try {
    return await withContext(context, unit, work);
  } finally {
    unit.ended = true;
  }
}

/** SQLSTATE with which app.begin_request refuses the people of a suspended organisation. */
const suspendedCode = 'WS001';

/** Requests are refused at the next one; a job stops at its next step (PLAT-02). */
const suspended = () =>
  new DomainError('forbidden', 'Your organisation is suspended. Its data is kept; ask whoever runs Waymark for you.', {
    params: { reason: 'organisation_suspended' },
  });

function begin(options: { readOnly?: boolean; statementTimeoutMs?: number }): string {
  const limit = options.statementTimeoutMs === undefined ? '' : `; set local statement_timeout = ${Math.trunc(options.statementTimeoutMs)}`;
  return `begin${options.readOnly ? ' read only' : ''}${limit}`;
}

/** A literal, checked before: set_config() would not reach the other nodes where tenants are spread over several (PERF-02). */
function tenantContext(tenant: string): string {
  return `set local app.tenant_id = '${tenant}'`;
}

function tenantQuery(tenant: string): string {
  return `select slug, name, time_zone, currency, demo, date_trunc('milliseconds', now() - clock_offset_ms * interval '1 millisecond') as tenant_now,
    suspended_at is not null as suspended from tenants where id = '${tenant}'`;
}

function jobContext(options: UnitOptions, results: QueryResult[]): RequestContext {
  const row = results.at(-1)?.rows[0] as TenantRow | undefined;
  if (!row) throw new DomainError('not_found', 'There is no such organisation.');
  if (row.suspended && !options.whenSuspended) throw suspended();
  const outer = contextIfAny();
  return {
    tenantId: options.tenantId,
    userId: options.userId ?? null,
    name: 'Waymark',
    roles: [],
    locked: false,
    slug: row.slug,
    organisation: row.name,
    timeZone: row.time_zone,
    currency: row.currency,
    demo: row.demo,
    now: row.tenant_now,
    requestId: outer?.requestId ?? randomUUID(),
  };
}

function personContext(identity: Identity, results: QueryResult[]): RequestContext {
  const row = results.at(-1)?.rows[0] as PrincipalRow | undefined;
  if (!row)
    throw new DomainError('unauthenticated', 'keyId' in identity ? 'This API key does not work any more.' : 'This session has ended. Sign in again.');
  return {
    ...('keyId' in identity && { key: { id: identity.keyId, scopes: row.scopes ?? [] } }),
    tenantId: identity.tenantId,
    userId: row.user_id,
    name: row.name,
    roles: row.roles,
    locked: row.locked,
    slug: row.slug,
    organisation: row.organisation,
    timeZone: row.time_zone,
    currency: row.currency,
    demo: row.demo,
    now: row.tenant_now,
    requestId: identity.requestId,
  };
}

/** Ids that go into a statement's text must be canonical; everything else is refused before any SQL. */
function checkedUuid(id: string): string {
  if (!uuid.test(id)) throw new Error('tenant context missing: not a canonical id');
  return id;
}

async function rollback(client: PoolClient): Promise<void> {
  // A broken connection cannot roll back; the pool destroys it on release. One that says nothing must not be waited for as long as for a statement again.
  const quickly = { text: 'rollback', query_timeout: 1000 };
  await client.query(quickly).catch(() => undefined);
}
