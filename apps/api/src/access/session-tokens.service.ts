import { Inject, Injectable } from '@nestjs/common';
import type { Session } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { CONFIG, type Config } from '../config/config.js';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { type LimitRule, SharedLimits } from '../platform/limits/shared-limits.js';
import { Inbox } from '../platform/messages/inbox.js';
import { AccessTokens } from './access-tokens.js';
import type { Circumstances } from './circumstances.js';
import { MeService } from './me.service.js';
import { OwnSessionsRepository } from './own-sessions.repository.js';
import { type Lifetimes, type NewSession, SessionTokensRepository } from './session-tokens.repository.js';
import { SessionsRepository } from './sessions.repository.js';
import { hashToken, newRefreshToken, openSuccessor, parseRefreshToken, sealSuccessor } from './tokens.js';

/** A session as it leaves: the answer's body and the refresh token for the cookie. */
export interface OpenedSession {
  session: Session;
  refreshToken: string;
}

type Exchange = { userId: string; token: string } | 'unknown' | 'stolen';

/** More replays than this in a row are no race any more. */
const longestChain = 50;

const ended = () => new DomainError('unauthenticated', 'This session has ended. Sign in again.');

/** Life of sessions and their refresh tokens: opened, exchanged, ended (PLAT-05). */
@Injectable()
export class SessionTokens {
  private readonly lifetimes: Lifetimes;
  private readonly refreshes: LimitRule;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly repository: SessionTokensRepository,
    private readonly ownSessions: OwnSessionsRepository,
    private readonly people: SessionsRepository,
    private readonly me: MeService,
    private readonly inbox: Inbox,
    private readonly audit: AuditTrail,
    private readonly units: UnitOfWork,
    private readonly limits: SharedLimits,
    private readonly accessTokens: AccessTokens,
  ) {
    this.lifetimes = { absoluteDays: config.sessionDays, idleDays: config.sessionIdleDays };
    this.refreshes = {
      name: 'refresh',
      points: config.limits.refreshPerMinute,
      seconds: 60,
      sentence: 'This session asks for new tokens too often.',
    };
  }

  /** A new session of an active person. */
  async open(tenantId: string, begin: Pick<NewSession, 'userId' | 'kind'> & { from: Circumstances }): Promise<OpenedSession> {
    const { userId, kind, from } = begin;
    const opened = await this.units.run({ tenantId, userId }, async () => {
      if (!(await this.people.isActiveUser(userId))) throw new DomainError('not_found', 'There is no such person.');
      let refreshToken = '';
      const hashOf = (sessionId: string) => hashToken((refreshToken = newRefreshToken(tenantId, sessionId)));
      const sessionId = await this.repository.open({ userId, kind, device: from.device, address: from.address }, this.lifetimes, hashOf);
      return { sessionId, refreshToken };
    });
    return { session: await this.sessionOf(tenantId, opened.sessionId, userId), refreshToken: opened.refreshToken };
  }

  /**
   * Exchanges the refresh token for a new pair. Requests at the same time, and retries within 20 seconds, get the same successor. A token that was
   * replaced longer ago is in two hands: the session ends and its person is told.
   */
  async refresh(token: string | undefined): Promise<OpenedSession> {
    const parts = parseRefreshToken(token);
    if (!parts || !token) throw ended();
    const { tenantId, sessionId } = parts;
    await this.limits.take(this.refreshes, `${tenantId}\n${sessionId}`);
    const exchange = await this.ofTenant(tenantId, () => this.exchange(tenantId, sessionId, token));
    if (exchange === null || typeof exchange === 'string') throw ended();
    return { session: await this.sessionOf(tenantId, sessionId, exchange.userId), refreshToken: exchange.token };
  }

  /** Ends the session of this token; a token that says nothing ends nothing. */
  async signOut(token: string | undefined): Promise<void> {
    const parts = parseRefreshToken(token);
    if (parts && token) await this.ofTenant(parts.tenantId, () => this.repository.endByToken(parts.sessionId, hashToken(token)));
  }

  private async exchange(tenantId: string, sessionId: string, presented: string): Promise<Exchange> {
    let token = presented;
    for (let link = 0; link < longestChain; link += 1) {
      const next = newRefreshToken(tenantId, sessionId);
      const rotate = () => this.repository.rotate(sessionId, hashToken(token), hashToken(next), sealSuccessor(token, next), this.lifetimes);
      const winner = link === 0 ? await rotate() : null;
      if (winner) return { userId: winner, token: next };
      const replaced = await this.repository.replaced(sessionId, hashToken(token));
      if (replaced === null) {
        if (link > 0) return this.successor(sessionId, token);
        const adopted = (await this.repository.adopt(sessionId, hashToken(token))) ? await rotate() : null;
        return adopted ? { userId: adopted, token: next } : 'unknown';
      }
      if (!replaced.living) return 'unknown';
      if (!replaced.recent || !replaced.successor) return this.endStolen(sessionId, replaced.userId);
      token = openSuccessor(token, replaced.successor);
    }
    return 'unknown';
  }

  /** The end of the chain of a replayed token: the session's present token. */
  private async successor(sessionId: string, token: string): Promise<Exchange> {
    const userId = await this.repository.holderOf(sessionId, hashToken(token));
    return userId ? { userId, token } : 'unknown';
  }

  private async endStolen(sessionId: string, userId: string): Promise<Exchange> {
    await this.ownSessions.end(userId, sessionId, 'reuse');
    await this.audit.record({
      action: 'session.reuse_detected',
      object: { type: 'session', id: sessionId },
      subjectId: userId,
      reason: 'A refresh token was used again after it had been replaced; the session ended.',
    });
    await this.inbox.send([
      {
        userId,
        dedupeKey: `session-reuse:${sessionId}`,
        code: 'session.reuse',
        params: { sessionId },
        sentence:
          'One of your sessions was ended, because its key was used a second time, perhaps by somebody else. If you cannot explain it, change your password.',
        link: '/security',
      },
    ]);
    return 'stolen';
  }

  /** Null when there is no such organisation. */
  private async ofTenant<T>(tenantId: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await this.units.run({ tenantId }, work);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'not_found') return null;
      throw error;
    }
  }

  private async sessionOf(tenantId: string, sessionId: string, userId: string): Promise<Session> {
    const { token, expiresAt } = await this.accessTokens.sign({ sub: userId, tid: tenantId, sid: sessionId });
    const me = await this.units.runAs({ tenantId, sessionId, requestId: 'session', readOnly: true }, () => this.me.me());
    return { accessToken: token, expiresAt: expiresAt.toISOString(), me };
  }
}
