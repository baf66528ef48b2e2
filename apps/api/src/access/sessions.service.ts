import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { hash, verify } from '@node-rs/argon2';
import type { DemoPeople, Me, NotificationPage, Session, SignInRequest } from '@waymark/contracts';
import { dayOf, DomainError } from '@waymark/kernel';
import { CONFIG, type Config } from '../config/config.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { currentContext } from '../platform/request-context.js';
import { capabilitiesOf } from './permissions.js';
import { RestrictionsRepository } from './restrictions.repository.js';
import { SessionsRepository } from './sessions.repository.js';
import { type AccessClaims, hashToken, newRefreshToken, parseRefreshToken } from './tokens.js';

/** A session as it leaves: the answer's body and the refresh token for the cookie. */
export interface OpenedSession {
  session: Session;
  refreshToken: string;
}

const wrongCredentials = 'The organisation, e-mail and password do not belong together.';
// Verified when there is no such person, so that the answer takes as long as for a wrong password.
const nobodysHash = hash('nobody has this password');

/** Stores passwords: argon2id with the library's recommended cost. */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

@Injectable()
export class SessionsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly repository: SessionsRepository,
    private readonly restrictions: RestrictionsRepository,
    private readonly units: UnitOfWork,
    private readonly jwt: JwtService,
  ) {}

  async signIn(request: SignInRequest): Promise<OpenedSession> {
    const found = await this.repository.findCredentials(request.organisation.toLowerCase(), request.email.trim().toLowerCase());
    const matches = await verify(found?.password_hash ?? (await nobodysHash), request.password);
    if (!found || !matches) throw new DomainError('unauthenticated', wrongCredentials);
    return this.open(found.tenant_id, found.user_id);
  }

  /** "Sign in as ..." for people of demo organisations, only while DEMO is on (Q109). */
  async signInAs(slug: string, userId: string): Promise<OpenedSession> {
    const tenant = this.config.demo ? await this.repository.tenantBySlug(slug) : null;
    if (!tenant?.demo) throw new DomainError('forbidden', 'Signing in as somebody is offered in the demo only.');
    return this.open(tenant.id, userId);
  }

  async demoPeople(): Promise<DemoPeople> {
    if (!this.config.demo) return { enabled: false, people: [] };
    const rows = await this.repository.demoPeople();
    const people = rows.map((row) => ({
      userId: row.user_id,
      organisation: row.slug,
      organisationName: row.organisation,
      name: row.name,
      roles: row.roles,
      team: row.team,
      restrictions: row.restrictions,
    }));
    return { enabled: people.length > 0, people };
  }

  /** Exchanges the refresh token for a new pair; the old one is worth nothing afterwards. */
  async refresh(token: string | undefined): Promise<OpenedSession> {
    const parts = parseRefreshToken(token);
    if (!parts || !token) throw new DomainError('unauthenticated', 'This session has ended. Sign in again.');
    const next = newRefreshToken(parts.tenantId, parts.sessionId);
    const rotated = await this.units
      .run({ tenantId: parts.tenantId }, () => this.repository.rotate(parts.sessionId, hashToken(token), hashToken(next)))
      .catch((error: unknown) => {
        if (error instanceof DomainError && error.code === 'not_found') return null;
        throw error;
      });
    if (!rotated) throw new DomainError('unauthenticated', 'This session has ended. Sign in again.');
    return { session: await this.sessionOf(parts.tenantId, parts.sessionId, rotated.userId), refreshToken: next };
  }

  async signOut(token: string | undefined): Promise<void> {
    const parts = parseRefreshToken(token);
    if (!parts || !token) return;
    const next = hashToken(newRefreshToken(parts.tenantId, parts.sessionId));
    await this.units
      .run({ tenantId: parts.tenantId }, async () => {
        if (await this.repository.rotate(parts.sessionId, hashToken(token), next)) await this.repository.revoke(parts.sessionId);
      })
      .catch((error: unknown) => {
        if (!(error instanceof DomainError)) throw error;
      });
  }

  /** Who is signed in, with the rights and restrictions of now. */
  async me(): Promise<Me> {
    const context = currentContext();
    const userId = context.userId as string;
    return {
      id: userId,
      name: context.name,
      roles: [...context.roles],
      capabilities: capabilitiesOf(context.roles),
      organisation: {
        slug: context.slug,
        name: context.organisation,
        timeZone: context.timeZone,
        currency: context.currency,
        demo: context.demo,
        today: dayOf(context.now, context.timeZone),
        now: context.now.toISOString(),
      },
      restrictions: await this.restrictions.summariesOf(userId, context.now),
      unreadNotifications: await this.repository.unreadCount(userId),
    };
  }

  async notifications(cursor: string | undefined, limit: number): Promise<NotificationPage> {
    const [after = null] = decodeCursor(cursor, 1) ?? [];
    const page = JSON.parse(await this.repository.notificationsPage(currentContext().userId as string, after, limit)) as NotificationPage & {
      nextId: string | null;
    };
    return { items: page.items, nextCursor: page.nextId === null ? null : encodeCursor([page.nextId]) };
  }

  async markRead(id: string): Promise<void> {
    if (!(await this.repository.markRead(currentContext().userId as string, id)))
      throw new DomainError('not_found', 'There is no such message in your inbox.');
  }

  private async open(tenantId: string, userId: string): Promise<OpenedSession> {
    const opened = await this.units.run({ tenantId, userId }, async () => {
      if (!(await this.repository.isActiveUser(userId))) throw new DomainError('not_found', 'There is no such person.');
      const session = await this.repository.create(userId, this.config.sessionDays);
      const refreshToken = newRefreshToken(tenantId, session.id);
      await this.repository.setRefreshHash(session.id, hashToken(refreshToken));
      return { sessionId: session.id, refreshToken };
    });
    return { session: await this.sessionOf(tenantId, opened.sessionId, userId), refreshToken: opened.refreshToken };
  }

  private async sessionOf(tenantId: string, sessionId: string, userId: string): Promise<Session> {
    const claims: AccessClaims = { sub: userId, tid: tenantId, sid: sessionId };
    const accessToken = await this.jwt.signAsync(claims, { expiresIn: this.config.accessTokenMinutes * 60 });
    const { exp } = this.jwt.decode<{ exp: number }>(accessToken);
    const me = await this.units.runAs({ tenantId, sessionId, requestId: 'session', readOnly: true }, () => this.me());
    return { accessToken, expiresAt: new Date(exp * 1000).toISOString(), me };
  }
}
