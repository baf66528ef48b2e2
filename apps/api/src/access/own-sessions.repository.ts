import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

export interface OwnSessionRow {
  id: string;
  kind: 'password' | 'demo' | 'outside';
  device: string | null;
  address: string | null;
  created_at: Date;
  last_used_at: Date;
  expires_at: Date;
}

/** Why a session ended before its time. */
export type EndReason = 'signed_out' | 'signed_out_everywhere' | 'ended_by_person' | 'password_changed' | 'reuse' | 'deactivated' | 'reset';

const endedSessionsKeptDays = 90;

/** Living sessions of a person. Sessions live by the real clock, not by the organisation's (Q100). */
@Injectable()
export class OwnSessionsRepository {
  constructor(private readonly db: Db) {}

  list(userId: string): Promise<OwnSessionRow[]> {
    return this.db.many<OwnSessionRow>(
      `select id, kind, device, address, created_at, last_used_at, expires_at from sessions
       where tenant_id = $1 and user_id = $2 and revoked_at is null and expires_at > now() order by last_used_at desc, id desc limit 200`,
      [currentContext().tenantId, userId],
    );
  }

  /** Ends one session of the person; false when there is no such living one. */
  async end(userId: string, sessionId: string, reason: EndReason): Promise<boolean> {
    return (
      (await this.db.run(
        `update sessions set revoked_at = now(), end_reason = $4
         where tenant_id = $1 and user_id = $2 and id = $3 and revoked_at is null and expires_at > now()`,
        [currentContext().tenantId, userId, sessionId, reason],
      )) === 1
    );
  }

  /** Ends every session of the person but one; each stops working at its next request. Answers how many. */
  endAll(userId: string, reason: EndReason, except: string | null): Promise<number> {
    return this.db.run(
      `update sessions set revoked_at = now(), end_reason = $3
       where tenant_id = $1 and user_id = $2 and revoked_at is null and expires_at > now() and ($4::uuid is null or id <> $4)`,
      [currentContext().tenantId, userId, reason, except],
    );
  }

  /** Forgets sessions that ended long ago and the token history of those that cannot be refreshed any more. */
  async forgetOld(): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `delete from session_tokens t using sessions s where t.tenant_id = $1 and s.tenant_id = $1 and s.id = t.session_id
         and (s.revoked_at < now() - interval '1 day' or s.expires_at < now() - interval '1 day')`,
      [tenantId],
    );
    await this.db.run(
      `delete from sessions where tenant_id = $1 and least(coalesce(revoked_at, expires_at), expires_at) < now() - $2 * interval '1 day'`,
      [tenantId, endedSessionsKeptDays],
    );
  }

  async credentials(userId: string): Promise<{ email: string | null; passwordHash: string | null } | null> {
    const row = await this.db.maybe<{ email: string | null; password_hash: string | null }>(
      'select email, password_hash from users where tenant_id = $1 and id = $2',
      [currentContext().tenantId, userId],
    );
    return row && { email: row.email, passwordHash: row.password_hash };
  }

  /** Stores a new hash in the place of the one that was read; false when somebody changed it meanwhile. */
  async replacePassword(userId: string, former: string | null, next: string): Promise<boolean> {
    return (
      (await this.db.run('update users set password_hash = $4 where tenant_id = $1 and id = $2 and password_hash is not distinct from $3', [
        currentContext().tenantId,
        userId,
        former,
        next,
      ])) === 1
    );
  }
}
