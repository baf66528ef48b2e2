import { Inject, Injectable } from '@nestjs/common';
import type { ChangePasswordRequest, OwnSessions } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { currentContext } from '../platform/request-context.js';
import type { Circumstances } from './circumstances.js';
import { deviceName } from './circumstances.js';
import { type EndReason, OwnSessionsRepository } from './own-sessions.repository.js';
import { Passwords, wrongPresentPassword } from './passwords.service.js';
import { SignInThrottle } from './sign-in-throttle.js';

/** What a person sees and ends of the own sessions, and the own password (PLAT-05). */
@Injectable()
export class OwnSessionsService {
  constructor(
    private readonly repository: OwnSessionsRepository,
    private readonly passwords: Passwords,
    private readonly throttle: SignInThrottle,
    @Inject(UnitOfWork) private readonly units: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  /** The living sessions, the one that asks marked. */
  async list(currentSessionId: string): Promise<OwnSessions> {
    const rows = await this.repository.list(currentContext().userId as string);
    return {
      items: rows.map((row) => ({
        id: row.id,
        current: row.id === currentSessionId,
        kind: row.kind,
        device: deviceName(row.device),
        address: row.address,
        startedAt: row.created_at.toISOString(),
        lastUsedAt: row.last_used_at.toISOString(),
        expiresAt: row.expires_at.toISOString(),
      })),
    };
  }

  /** Ends one of the own sessions; others' look as if they did not exist. */
  async end(sessionId: string): Promise<void> {
    if (!(await this.repository.end(currentContext().userId as string, sessionId, 'ended_by_person')))
      throw new DomainError('not_found', 'There is no such session of yours.');
  }

  /** Ends every own session, this one too. */
  async endEverywhere(): Promise<void> {
    await this.repository.endAll(currentContext().userId as string, 'signed_out_everywhere', null);
  }

  /** Ends sessions of somebody, inside the caller's unit of work: for deactivation and for a password that was reset. */
  endAllOf(userId: string, reason: EndReason, except: string | null = null): Promise<number> {
    return this.repository.endAll(userId, reason, except);
  }

  /**
   * Replaces the own password and ends all other sessions. Opens its own units of work, so that no connection waits while passwords are hashed.
   * Guesses at the present password count like sign-ins.
   */
  async changePassword(request: ChangePasswordRequest, currentSessionId: string, from: Circumstances): Promise<void> {
    const { tenantId, name, slug, organisation } = currentContext();
    const userId = currentContext().userId as string;
    const unit = <T>(readOnly: boolean, work: () => Promise<T>) => this.units.run({ tenantId, userId, readOnly }, work);
    const found = await unit(true, () => this.repository.credentials(userId));
    if (!found?.passwordHash)
      throw new DomainError('conflict', 'You have no password here: you sign in another way.', { params: { reason: 'no_password' } });
    await this.passwords.inTurn(async () => {
      const attempt = await this.throttle.begin(`password\n${tenantId}\n${userId}`, from);
      if (!(await this.passwords.matches(found.passwordHash, request.currentPassword))) throw wrongPresentPassword('currentPassword');
      await attempt.succeeded();
    });
    this.passwords.assertAcceptable(request.newPassword, [slug, organisation, name, found.email ?? ''], 'newPassword');
    const next = await this.passwords.hash(request.newPassword);
    await unit(false, async () => {
      if (!(await this.repository.replacePassword(userId, found.passwordHash, next)))
        throw new DomainError('conflict', 'Your password was changed at this moment in another place.');
      await this.repository.endAll(userId, 'password_changed', currentSessionId);
      await this.audit.record({ action: 'password.changed', object: { type: 'user', id: userId } });
    });
  }
}
