import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

/** A new session: whose, how it began, from where. */
export interface NewSession {
  userId: string;
  kind: 'password' | 'demo';
  device: string | null;
  address: string | null;
}

/** How long sessions live, in days. */
export interface Lifetimes {
  absoluteDays: number;
  idleDays: number;
}

/** A token that was replaced before. */
export interface ReplacedToken {
  userId: string;
  /** The session still lives. */
  living: boolean;
  /** Replaced so short a time ago that this is a race and no theft. */
  recent: boolean;
  successor: Buffer | null;
}

/** Within so many seconds a replaced token is answered with its successor; later it is taken for stolen (reliability 3.2). */
export const replaySeconds = 20;

@Injectable()
export class SessionTokensRepository {
  constructor(private readonly db: Db) {}

  /** Opens a session; `tokenOf` makes the refresh token for its id. */
  async open(session: NewSession, lifetimes: Lifetimes, hashOf: (sessionId: string) => string): Promise<string> {
    const { tenantId } = currentContext();
    const { id } = await this.db.one<{ id: string }>(
      `insert into sessions (tenant_id, user_id, refresh_hash, kind, device, address, expires_at)
       values ($1, $2, '', $3, $4, $5, now() + least($6::int, $7::int) * interval '1 day') returning id`,
      [tenantId, session.userId, session.kind, session.device, session.address, lifetimes.absoluteDays, lifetimes.idleDays],
    );
    const hash = hashOf(id);
    await this.db.run(
      `with token as (insert into session_tokens (tenant_id, hash, session_id) values ($1, $3, $2))
       update sessions set refresh_hash = $3 where tenant_id = $1 and id = $2`,
      [tenantId, id, hash],
    );
    return id;
  }

  /**
   * Replaces the present token of a living session by the next, in one statement: of several requests at once exactly one wins, the others find
   * the token replaced. Answers the person, or null. The session lives on for its idle time, at most until its absolute end.
   */
  async rotate(sessionId: string, presented: string, next: string, successor: Buffer, lifetimes: Lifetimes): Promise<string | null> {
    const row = await this.db.maybe<{ user_id: string }>(
      `with rotated as (
         update session_tokens t set rotated_at = now(), successor = $5 from sessions s
         where t.tenant_id = $1 and t.hash = $3 and t.session_id = $2 and t.rotated_at is null
           and s.tenant_id = t.tenant_id and s.id = t.session_id and s.revoked_at is null and s.expires_at > now()
         returning t.session_id),
       made as (insert into session_tokens (tenant_id, hash, session_id) select $1, $4, session_id from rotated),
       forgotten as (
         update session_tokens set successor = null where tenant_id = $1 and session_id = $2 and successor is not null
           and rotated_at < now() - $8 * interval '1 second')
       update sessions set refresh_hash = $4, last_used_at = now(),
         expires_at = least(created_at + $6::int * interval '1 day', now() + $7::int * interval '1 day')
       where tenant_id = $1 and id in (select session_id from rotated) returning user_id`,
      [currentContext().tenantId, sessionId, presented, next, successor, lifetimes.absoluteDays, lifetimes.idleDays, replaySeconds],
    );
    return row?.user_id ?? null;
  }

  /** What became of a token that is not the present one; null when it never was a token of this session. */
  async replaced(sessionId: string, presented: string): Promise<ReplacedToken | null> {
    const row = await this.db.maybe<{ user_id: string; living: boolean; recent: boolean; successor: Buffer | null }>(
      `select s.user_id, s.revoked_at is null and s.expires_at > now() as living, t.successor,
         coalesce(t.rotated_at > now() - $4 * interval '1 second', false) as recent
       from session_tokens t join sessions s on s.tenant_id = t.tenant_id and s.id = t.session_id
       where t.tenant_id = $1 and t.session_id = $2 and t.hash = $3 and t.rotated_at is not null`,
      [currentContext().tenantId, sessionId, presented, replaySeconds],
    );
    return row && { userId: row.user_id, living: row.living, recent: row.recent, successor: row.successor };
  }

  /** Whose living session has this as its present token; null when none has. */
  async holderOf(sessionId: string, hash: string): Promise<string | null> {
    const row = await this.db.maybe<{ user_id: string }>(
      `select s.user_id from session_tokens t join sessions s on s.tenant_id = t.tenant_id and s.id = t.session_id
       where t.tenant_id = $1 and t.session_id = $2 and t.hash = $3 and t.rotated_at is null and s.revoked_at is null and s.expires_at > now()`,
      [currentContext().tenantId, sessionId, hash],
    );
    return row?.user_id ?? null;
  }

  /** A token that a replica of the former version gave out is taken over; its predecessors count as replaced. Answers whether there was one. */
  async adopt(sessionId: string, presented: string): Promise<boolean> {
    const adopted = await this.db.run(
      `insert into session_tokens (tenant_id, hash, session_id) select tenant_id, refresh_hash, id from sessions
       where tenant_id = $1 and id = $2 and refresh_hash = $3 on conflict do nothing`,
      [currentContext().tenantId, sessionId, presented],
    );
    if (adopted === 1)
      await this.db.run(
        'update session_tokens set rotated_at = now() where tenant_id = $1 and session_id = $2 and hash <> $3 and rotated_at is null',
        [currentContext().tenantId, sessionId, presented],
      );
    return adopted === 1;
  }

  /** Ends the session of this present or lately replaced token. Answers whether there was one. */
  async endByToken(sessionId: string, presented: string): Promise<boolean> {
    const ended = await this.db.run(
      `update sessions s set revoked_at = now(), end_reason = 'signed_out' where s.tenant_id = $1 and s.id = $2 and s.revoked_at is null
         and exists (select 1 from session_tokens t where t.tenant_id = $1 and t.session_id = $2 and t.hash = $3
           and (t.rotated_at is null or t.rotated_at > now() - $4 * interval '1 second'))`,
      [currentContext().tenantId, sessionId, presented, replaySeconds],
    );
    return ended === 1;
  }
}
