import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import type { Invitation, InvitationAcceptance, InvitationSent, ResetConfirmation, ResetRequest } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CONFIG, type Config } from '../config/config.js';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { networkOf } from '../platform/limits/address-key.js';
import { type LimitRule, SharedLimits } from '../platform/limits/shared-limits.js';
import { Outbox } from '../platform/messages/outbox.js';
import { currentContext } from '../platform/request-context.js';
import type { Circumstances } from './circumstances.js';
import { type LinkKind, type LinkPerson, type LivingLink, OneTimeLinksRepository } from './one-time-links.repository.js';
import { OwnSessionsService } from './own-sessions.service.js';
import { Passwords } from './passwords.service.js';
import { type OpenedSession, SessionTokens } from './session-tokens.service.js';
import { SessionsRepository } from './sessions.repository.js';

/** How long a link works. */
const hours: Record<LinkKind, number> = { invitation: 7 * 24, reset: 1 };
/** The answer to "I forgot my password" comes after this time, whoever asks: the work goes on behind it. */
const resetAnswerMs = 250;

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** A token names its organisation (16 bytes), since nobody is signed in when it comes back; the other 32 bytes are the secret. */
const makeToken = (tenantId: string) => Buffer.concat([Buffer.from(tenantId.replaceAll('-', ''), 'hex'), randomBytes(32)]).toString('base64url');

function tenantOf(token: string): string {
  const id = Buffer.from(token, 'base64url').subarray(0, 16).toString('hex');
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Invitations and forgotten passwords: mailed links that work once (PLAT-05, Q109). Only hashes of their tokens are stored. */
@Injectable()
export class OneTimeLinks implements BeforeApplicationShutdown {
  private readonly logger = new Logger('one-time links');
  private readonly running = new Set<Promise<void>>();
  private readonly rules: Record<'account' | 'address' | 'invitations', LimitRule>;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly repository: OneTimeLinksRepository,
    private readonly sessions: SessionsRepository,
    private readonly ownSessions: OwnSessionsService,
    private readonly tokens: SessionTokens,
    private readonly passwords: Passwords,
    private readonly limits: SharedLimits,
    private readonly units: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {
    const { resetPerHour, invitationsPerDay } = config.limits;
    const sentence = 'A new password was asked for too often.';
    this.rules = {
      account: { name: 'reset-account', points: resetPerHour, seconds: 3600, sentence },
      address: { name: 'reset-address', points: resetPerHour * 10, seconds: 3600, sentence },
      invitations: { name: 'invitations', points: invitationsPerDay, seconds: 86_400, sentence: 'Too many people were invited today.' },
    };
  }

  /** Mails an invitation to a person of this organisation; an older one stops working. */
  async invite(userId: string): Promise<InvitationSent> {
    const { tenantId, name } = currentContext();
    const person = await this.repository.person({ id: userId });
    if (!person) throw new DomainError('not_found', 'There is no such person.');
    const reason =
      person.status !== 'active' ? 'disabled' : person.email === null ? 'no_address' : person.password_hash !== null ? 'has_password' : null;
    const sentences = {
      disabled: `${person.name} is not active.`,
      no_address: `${person.name} has no e-mail address to send an invitation to.`,
      has_password: `${person.name} has a password already and can set a new one on the sign-in page.`,
    };
    if (reason) throw new DomainError('conflict', sentences[reason], { params: { reason } });
    await this.limits.take(this.rules.invitations, tenantId);
    const expiresAt = await this.mailLink(person, 'invitation', name);
    await this.audit.record({ action: 'person.invited', object: { type: 'user', id: userId }, subjectId: userId });
    return { expiresAt: expiresAt.toISOString() };
  }

  /** Mails a link for a new password, if there is such a person. The answer and its time are the same when there is none. */
  async requestReset(request: ResetRequest, from: Circumstances): Promise<void> {
    const slug = request.organisation.toLowerCase();
    const email = request.email.trim().toLowerCase();
    await this.limits.take(this.rules.address, networkOf(from.address));
    await this.limits.take(this.rules.account, `${slug}\n${email}`);
    const work = this.mailReset(slug, email)
      .catch((error: unknown) => this.logger.error({ error }, 'a mail for a new password was not made'))
      .finally(() => this.running.delete(work));
    this.running.add(work);
    await pause(resetAnswerMs);
  }

  /** Sets the new password; every session of the person ends. */
  async confirmReset(request: ResetConfirmation): Promise<void> {
    await this.redeem('reset', request, 'password.reset');
  }

  /** What the holder of an invitation sees before accepting it. */
  async invitation(token: string): Promise<Invitation> {
    return this.inTenantOf(token, true, async () => {
      const link = await this.living('invitation', token);
      const { slug, organisation } = currentContext();
      return { organisation: slug, organisationName: organisation, name: link.name, email: link.email, expiresAt: link.expires_at.toISOString() };
    });
  }

  /** Sets the first password and signs in. */
  async accept(request: InvitationAcceptance, from: Circumstances): Promise<OpenedSession> {
    const { tenantId, userId } = await this.redeem('invitation', request, 'invitation.accepted');
    return this.tokens.open(tenantId, { userId, kind: 'password', from });
  }

  /** Forgets links that ended long ago; for the daily job. */
  forgetOld(): Promise<void> {
    return this.repository.forgetOld();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running);
  }

  private async redeem(
    kind: LinkKind,
    request: { token: string; password: string; name?: string },
    action: string,
  ): Promise<{ tenantId: string; userId: string }> {
    const tenantId = tenantOf(request.token);
    const link = await this.inTenantOf(request.token, true, async () => {
      const found = await this.living(kind, request.token);
      const { slug, organisation } = currentContext();
      this.passwords.assertAcceptable(request.password, [slug, organisation, request.name ?? found.name, found.email]);
      return found;
    });
    const passwordHash = await this.passwords.hash(request.password);
    await this.units.run({ tenantId, userId: link.user_id }, async () => {
      if (!(await this.repository.use(link.id))) throw gone(kind);
      await this.repository.setPassword(link.user_id, passwordHash, request.name?.trim() || null);
      await this.repository.voidAll(link.user_id, null);
      await this.ownSessions.endAllOf(link.user_id, 'reset');
      await this.audit.record({ action, object: { type: 'user', id: link.user_id } });
    });
    return { tenantId, userId: link.user_id };
  }

  private async living(kind: LinkKind, token: string): Promise<LivingLink> {
    const link = await this.repository.living(kind, hashOf(token));
    if (!link) throw gone(kind);
    return link;
  }

  private async inTenantOf<T>(token: string, readOnly: boolean, work: () => Promise<T>): Promise<T> {
    try {
      return await this.units.run({ tenantId: tenantOf(token), readOnly }, work);
    } catch (error) {
      // A made-up token names no organisation: the same answer as for a link that has ended.
      if (error instanceof DomainError && error.code === 'not_found') throw gone('invitation');
      throw error;
    }
  }

  private async mailReset(slug: string, email: string): Promise<void> {
    const tenant = await this.sessions.tenantBySlug(slug);
    if (!tenant) return;
    await this.units.run({ tenantId: tenant.id }, async () => {
      const person = await this.repository.person({ email });
      // Who never had a password is invited instead; who is not active gets nothing.
      if (person?.status === 'active' && person.password_hash !== null) await this.mailLink(person, 'reset', '');
    });
  }

  private async mailLink(person: LinkPerson, kind: LinkKind, by: string): Promise<Date> {
    const token = makeToken(currentContext().tenantId);
    const hash = hashOf(token);
    const addressHash = hashOf(person.email as string);
    const expiresAt = await this.repository.make({ userId: person.id, kind, hash, addressHash, hours: hours[kind] });
    const content = kind === 'invitation' ? { kind, token, by } : { kind, token };
    await this.outbox.mail({ userId: person.id, dedupeKey: `${kind}:${hash}`, content, hours: hours[kind] });
    return expiresAt;
  }
}

/** One answer for links that are used, replaced, too old or made up. */
function gone(kind: LinkKind): DomainError {
  const way = kind === 'reset' ? 'Ask for a new one on the sign-in page.' : 'Ask whoever invited you for a new one.';
  return new DomainError('gone', `This link works no more: it was used, replaced or is too old. ${way}`);
}
