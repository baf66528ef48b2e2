import { Inject, Injectable } from '@nestjs/common';
import type { DemoPeople, SignInRequest } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { CONFIG, type Config } from '../config/config.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Circumstances } from './circumstances.js';
import { DeviceMarks } from './device-marks.js';
import { OwnSessionsRepository } from './own-sessions.repository.js';
import { Passwords } from './passwords.service.js';
import { type OpenedSession, SessionTokens } from './session-tokens.service.js';
import { type Credentials, SessionsRepository } from './sessions.repository.js';
import { type SignInAttempt, SignInThrottle } from './sign-in-throttle.js';

export { hashPassword } from './passwords.service.js';

/** What a sign-in by password leaves on the browser. */
export interface SignedIn extends OpenedSession {
  deviceMark: string;
}

const wrongCredentials = 'The organisation, e-mail and password do not belong together.';

const accountOf = (slug: string, email: string) => `${slug}\n${email}`;

/** Ways to begin a session (PLAT-05). */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly repository: SessionsRepository,
    private readonly ownSessions: OwnSessionsRepository,
    private readonly tokens: SessionTokens,
    private readonly passwords: Passwords,
    private readonly throttle: SignInThrottle,
    private readonly marks: DeviceMarks,
    private readonly units: UnitOfWork,
  ) {}

  /** Organisation, e-mail and password; an unknown person gets the answer of a wrong password, after the same time. */
  async signIn(request: SignInRequest, from: Circumstances): Promise<SignedIn> {
    const slug = request.organisation.toLowerCase();
    const email = request.email.trim().toLowerCase();
    const found = await this.passwords.inTurn(() => this.prove(slug, email, request.password, from));
    const opened = await this.tokens.open(found.tenant_id, { userId: found.user_id, kind: 'password', from });
    return { ...opened, deviceMark: this.marks.make(accountOf(slug, email)) };
  }

  /** "Sign in as ..." for people of demo organisations, only while DEMO is on (Q109). */
  async signInAs(slug: string, userId: string, from: Circumstances): Promise<OpenedSession> {
    const tenant = this.config.demo ? await this.repository.tenantBySlug(slug) : null;
    if (!tenant?.demo) throw new DomainError('forbidden', 'Signing in as somebody is offered in the demo only.');
    return this.tokens.open(tenant.id, { userId, kind: 'demo', from });
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

  private async prove(slug: string, email: string, password: string, from: Circumstances): Promise<Credentials> {
    const attempt = await this.throttle.begin(accountOf(slug, email), from);
    const found = await this.checked(attempt, () => this.repository.findCredentials(slug, email));
    const matches = await this.checked(attempt, () => this.passwords.matches(found?.password_hash ?? null, password));
    if (!found || !matches) throw new DomainError('unauthenticated', wrongCredentials);
    await attempt.succeeded();
    if (this.passwords.isOutdated(found.password_hash)) await this.rehash(found, password);
    return found;
  }

  /** A password that could not be looked at was no guess. */
  private async checked<T>(attempt: SignInAttempt, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await attempt.withdrawn();
      throw error;
    }
  }

  private async rehash(found: Credentials, password: string): Promise<void> {
    const next = await this.passwords.hash(password);
    await this.units.run({ tenantId: found.tenant_id, userId: found.user_id }, () =>
      this.ownSessions.replacePassword(found.user_id, found.password_hash, next),
    );
  }
}
