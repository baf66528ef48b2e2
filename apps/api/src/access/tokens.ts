import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** What an access token says: who, where, by which session. Rights are never in it; they are read at each request. */
export interface AccessClaims {
  sub: string;
  tid: string;
  sid: string;
  /** The API key that speaks in the place of a session; `sid` names none then. */
  kid?: string;
}

/** A new refresh token: organisation, session and 256 random bits. Only its hash is stored. */
export function newRefreshToken(tenantId: string, sessionId: string): string {
  return `${tenantId}.${sessionId}.${randomBytes(32).toString('base64url')}`;
}

const id = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const form = new RegExp(`^(${id})\\.(${id})\\.[A-Za-z0-9_-]{43}$`);

/** The parts of a refresh token, or null when it has not its form. */
export function parseRefreshToken(token: string | undefined): { tenantId: string; sessionId: string } | null {
  const match = form.exec(token ?? '');
  return match ? { tenantId: match[1] as string, sessionId: match[2] as string } : null;
}

/** SHA-256 is enough for 256 random bits; slow hashes are for passwords. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

const ivBytes = 12;
const tagBytes = 16;

/**
 * The successor of a refresh token, readable only by who holds the old one: the request that lost a race gets the same successor, and somebody
 * who reads the database learns nothing (reliability 3.2).
 */
export function sealSuccessor(oldToken: string, successor: string): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', successorKey(oldToken), iv);
  const sealed = Buffer.concat([cipher.update(successor, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** Opens what `sealSuccessor` made. Throws when the token is another one. */
export function openSuccessor(oldToken: string, sealed: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', successorKey(oldToken), sealed.subarray(0, ivBytes));
  decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
}

function successorKey(token: string): Buffer {
  return Buffer.from(hkdfSync('sha256', token, 'waymark refresh token', 'successor', 32));
}
