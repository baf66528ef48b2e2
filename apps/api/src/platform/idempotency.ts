import { Injectable } from '@nestjs/common';
import { DomainError } from '@waymark/kernel';
import { createHash } from 'node:crypto';
import { Db } from './database/db.js';
import { JobRegistry } from './jobs/job-registry.js';
import { currentContext } from './request-context.js';

/** A request that may be sent again: who sends what where under which key. */
export interface KeyedRequest {
  key: string;
  /** Method and path. */
  operation: string;
  body: unknown;
}

/** The answer of the first request with this key. */
export interface Replay {
  status: number;
  answer: string | null;
}

interface KeyRow {
  request_hash: string;
  rights: string;
  status: number | null;
  answer: string | null;
}

const keyForm = /^[\x21-\x7e]{1,255}$/;
const keptHours = 24;

/**
 * Makes a creating request safe to repeat (REL-04, Q112). The key is inserted in the transaction of the effect: what is rolled back leaves no key, and a
 * second request at the same time waits for the first one's commit, then replays. Refusals are not kept.
 */
@Injectable()
export class Idempotency {
  constructor(
    private readonly db: Db,
    registry: JobRegistry,
  ) {
    registry.register({ key: 'idempotency-daily', schedule: 'daily', catchUp: 'latest', run: () => this.forgetOld() });
  }

  /** Takes the key for this transaction, or answers what the first request with it was answered. */
  async begin(request: KeyedRequest): Promise<Replay | null> {
    if (!keyForm.test(request.key))
      throw new DomainError('invalid', 'Idempotency-Key must be 1 to 255 visible characters, best a UUID.', {
        fields: [{ field: 'Idempotency-Key', code: 'key', message: 'Idempotency-Key must be 1 to 255 visible characters' }],
      });
    const { tenantId, userId } = currentContext();
    const hash = createHash('sha256').update(canonical(request.body)).digest('hex');
    const taken = await this.db.run(
      `insert into idempotency_keys (tenant_id, user_id, operation, key, request_hash, rights) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [tenantId, userId, request.operation, request.key, hash, rightsNow()],
    );
    if (taken === 1) return null;
    const found = await this.db.one<KeyRow & Record<string, unknown>>(
      'select request_hash, rights, status, answer from idempotency_keys where tenant_id = $1 and user_id = $2 and operation = $3 and key = $4',
      [tenantId, userId, request.operation, request.key],
    );
    if (found.request_hash !== hash)
      throw new DomainError('unprocessable', 'This Idempotency-Key was used for another request. Take a new key for a new request.');
    // Who lost or changed a right since then does not get what was answered under the old one.
    if (found.rights !== rightsNow()) throw new DomainError('not_found', 'What this request made may not be seen any more.');
    return { status: found.status as number, answer: found.answer };
  }

  /** Keeps the answer beside the effect. */
  async finish(request: KeyedRequest, status: number, answer: string | null): Promise<void> {
    const { tenantId, userId } = currentContext();
    await this.db.run('update idempotency_keys set status = $5, answer = $6 where tenant_id = $1 and user_id = $2 and operation = $3 and key = $4', [
      tenantId,
      userId,
      request.operation,
      request.key,
      status,
      answer,
    ]);
  }

  private async forgetOld(): Promise<void> {
    await this.db.run(`delete from idempotency_keys where tenant_id = $1 and created_at < now() - $2 * interval '1 hour'`, [
      currentContext().tenantId,
      keptHours,
    ]);
  }
}

function rightsNow(): string {
  const { roles, locked } = currentContext();
  return JSON.stringify([[...roles].sort(), locked]);
}

/** One text for one value, whatever the order of its keys. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) =>
      part !== null && typeof part === 'object' && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ''
  );
}
