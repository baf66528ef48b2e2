import { Injectable } from '@nestjs/common';
import { ServerClock } from '../platform/clock/server-clock.js';
import { accessToken } from './access-tokens.js';
import type { AccessTokenPayload } from './jwt.strategy.js';
import type { AccessClaims } from './tokens.js';

const most = 10_000;

/**
 * Tokens whose signature was checked by this process, until they expire: one check of an ES256 signature costs as much as a tenth of a request.
 * Only the token's own words are remembered; session, person and rights are read from the database at each request.
 */
@Injectable()
export class VerifiedTokens {
  private readonly known = new Map<string, { claims: AccessClaims; untilMs: number }>();

  constructor(private readonly clock: ServerClock) {}

  claimsOf(token: string): AccessClaims | null {
    const found = this.known.get(token);
    if (!found) return null;
    if (this.clock.now() < found.untilMs) return found.claims;
    this.known.delete(token);
    return null;
  }

  keep(token: string, payload: AccessTokenPayload): void {
    if (this.known.size >= most) for (const oldest of [...this.known.keys()].slice(0, most / 10)) this.known.delete(oldest);
    const { sub, tid, sid } = payload;
    this.known.set(token, { claims: { sub, tid, sid }, untilMs: (payload.exp + accessToken.toleranceSeconds) * 1000 });
  }
}
