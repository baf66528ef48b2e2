import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@waymark/kernel';
import type { FastifyRequest } from 'fastify';
import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { createHash } from 'node:crypto';
import { CONFIG, type Config } from '../config/config.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { OutsideSessionsRepository } from './outside-sessions.repository.js';
import { SessionsRepository } from './sessions.repository.js';
import type { AccessClaims } from './tokens.js';

const longest = 8192;
const mostKnown = 10_000;
const refused = () => new DomainError('unauthenticated', 'This token of the outside issuer is not accepted here.');

/**
 * Tokens of the configured outside OIDC issuer (PLAT-05). The issuer is bound to one organisation and can name people of that one only; a claim
 * says which person. Its keys are fetched from OIDC_JWKS_URL, kept for ten minutes, and asked for again at most twice a minute.
 */
@Injectable()
export class OutsideIssuer {
  private readonly keys: ReturnType<typeof createRemoteJWKSet> | null;
  /** By hash of the token: verified and joined with a session before. */
  private readonly known = new Map<string, { claims: AccessClaims; untilMs: number }>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly people: SessionsRepository,
    private readonly sessions: OutsideSessionsRepository,
    private readonly units: UnitOfWork,
  ) {
    this.keys = config.oidc && createRemoteJWKSet(config.oidc.jwksUrl, { timeoutDuration: 3000, cooldownDuration: 30_000, cacheMaxAge: 600_000 });
  }

  /** Null when the token names another issuer: it is not for us to judge. Throws `unauthenticated` when it is of this issuer and not good. */
  async claimsOf(token: string, request: Pick<FastifyRequest, 'ip' | 'headers'>): Promise<AccessClaims | null> {
    if (!this.config.oidc || token.length > longest || issuerOf(token) !== this.config.oidc.issuer) return null;
    const hash = createHash('sha256').update(token).digest('base64url');
    const known = this.known.get(hash);
    if (known && Date.now() < known.untilMs) return known.claims;
    const payload = await this.verified(token);
    const claims = await this.join(payload, hash, request);
    if (this.known.size >= mostKnown) this.known.clear();
    this.known.set(hash, { claims, untilMs: (payload.exp as number) * 1000 });
    return claims;
  }

  private async verified(token: string): Promise<JWTPayload> {
    const { oidc } = this.config;
    if (!oidc || !this.keys) throw refused();
    try {
      const { issuer, audience } = oidc;
      const options = { issuer, audience, algorithms: [...oidc.algorithms], clockTolerance: 5, requiredClaims: ['exp', 'sub'] };
      return (await jwtVerify(token, this.keys, options)).payload;
    } catch (error) {
      const silent = !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC';
      throw silent ? new DomainError('unavailable', 'The outside issuer of this token does not answer. Try again in a moment.') : refused();
    }
  }

  /** The person whom the token names, with a session that can be listed and ended like any other. */
  private async join(payload: JWTPayload, hash: string, request: Pick<FastifyRequest, 'ip' | 'headers'>): Promise<AccessClaims> {
    const { oidc } = this.config;
    const name = oidc && payload[oidc.claim];
    if (!oidc || typeof name !== 'string' || name === '') throw refused();
    // An address that the issuer did not check could be anybody's.
    if (oidc.claim === 'email' && payload['email_verified'] !== true) throw refused();
    const tenant = await this.people.tenantBySlug(oidc.organisation);
    if (!tenant) throw refused();
    const key = createHash('sha256')
      .update(JSON.stringify([payload.iss, payload.sub, payload['sid'] ?? payload.jti ?? hash]))
      .digest('base64url');
    const from = { device: request.headers['user-agent']?.slice(0, 300) ?? null, address: request.ip };
    const session = await this.units.run({ tenantId: tenant.id }, () =>
      this.sessions.join({ match: oidc.match, name, key, expiresAt: new Date((payload.exp as number) * 1000), ...from }),
    );
    if (!session) throw refused();
    return { sub: session.userId, tid: tenant.id, sid: session.id };
  }
}

function issuerOf(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}
