import { createHash, randomBytes } from 'node:crypto';

/** What an access token says: who, where, by which session. Rights are never in it; they are read at each request. */
export interface AccessClaims {
  sub: string;
  tid: string;
  sid: string;
}

/** A new refresh token: organisation, session and 256 random bits. Only its hash is stored. */
export function newRefreshToken(tenantId: string, sessionId: string): string {
  return `${tenantId}.${sessionId}.${randomBytes(32).toString('base64url')}`;
}

/** The parts of a refresh token, or null when it has not its form. */
export function parseRefreshToken(token: string | undefined): { tenantId: string; sessionId: string } | null {
  const match = /^([0-9a-f-]{36})\.([0-9a-f-]{36})\.[A-Za-z0-9_-]{43}$/.exec(token ?? '');
  return match ? { tenantId: match[1] as string, sessionId: match[2] as string } : null;
}

/** SHA-256 is enough for 256 random bits; slow hashes are for passwords. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
