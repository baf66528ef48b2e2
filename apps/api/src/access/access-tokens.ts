import { Inject, Injectable } from '@nestjs/common';
import { createECDH, createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { CONFIG, type Config } from '../config/config.js';
import { ServerClock } from '../platform/clock/server-clock.js';
import type { AccessClaims } from './tokens.js';

export const accessToken = { algorithm: 'ES256', type: 'at+jwt', issuer: 'waymark', audience: 'waymark', toleranceSeconds: 5 } as const;

/** Longer texts are no tokens of ours; they are refused before anything is decoded. */
const longest = 2048;

interface KeyPair {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/**
 * The keys of access tokens: an ES256 pair derived from each secret of the settings. The first signs, all are accepted, and a key is looked up by its
 * `kid` in memory only (reliability 3.1).
 */
@Injectable()
export class AccessTokens {
  private readonly signing: KeyPair | null;
  private readonly byKid: ReadonlyMap<string, KeyObject>;
  private readonly lifeSeconds: number;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly clock: ServerClock,
  ) {
    const secrets = config.jwtSecret ? [config.jwtSecret, ...config.jwtSecretsAccepted] : [];
    const pairs = secrets.map(keyPairOf);
    this.signing = pairs[0] ?? null;
    this.byKid = new Map(pairs.map(({ kid, publicKey }) => [kid, publicKey]));
    this.lifeSeconds = config.accessTokenMinutes * 60;
  }

  /** A new token that says who, where, by which session, and its last second. */
  async sign(claims: AccessClaims): Promise<{ token: string; expiresAt: Date }> {
    if (!this.signing) throw new Error('this process has no secret and signs no tokens');
    const now = Math.floor(this.clock.now() / 1000);
    const token = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: accessToken.algorithm, typ: accessToken.type, kid: this.signing.kid })
      .setIssuer(accessToken.issuer)
      .setAudience(accessToken.audience)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + this.lifeSeconds)
      .sign(this.signing.privateKey);
    return { token, expiresAt: new Date((now + this.lifeSeconds) * 1000) };
  }

  /**
   * The key for this token, or null when the token's form is not exactly that of ours: three canonical base64url parts, a header of `alg`, `typ` and
   * `kid` alone, no claim twice. Signature, times, issuer and audience are checked with the key afterwards.
   */
  keyFor(token: string): KeyObject | null {
    if (token.length > longest) return null;
    const parts = token.split('.');
    if (parts.length !== 3) return null;
    const header = objectOf(parts[0] as string);
    const payload = objectOf(parts[1] as string);
    if (!header || !payload || !bytesOf(parts[2] as string)) return null;
    const { alg, typ, kid, ...more } = header;
    if (alg !== accessToken.algorithm || typ !== accessToken.type || typeof kid !== 'string' || Object.keys(more).length > 0) return null;
    return this.byKid.get(kid) ?? null;
  }
}

function bytesOf(part: string): Buffer | null {
  const bytes = Buffer.from(part, 'base64url');
  return part !== '' && bytes.toString('base64url') === part ? bytes : null;
}

/** The JSON object in a part, when it is written as we write: an object with a claim twice, or with blanks, comes out different. */
function objectOf(part: string): Record<string, unknown> | null {
  const text = bytesOf(part)?.toString('utf8');
  if (!text) return null;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && JSON.stringify(value) === text ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The P-256 pair that belongs to a secret; the same in every process that has the secret. */
export function keyPairOf(secret: string): KeyPair {
  const curve = createECDH('prime256v1');
  for (let round = 0; ; round += 1) {
    try {
      curve.setPrivateKey(Buffer.from(hkdfSync('sha256', secret, 'waymark', `access token ES256 ${round}`, 32)));
      break;
    } catch {
      // Not a number below the order of the curve: once in four thousand million secrets. The next round has another one.
    }
  }
  const point = curve.getPublicKey();
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
    d: curve.getPrivateKey().toString('base64url').padStart(43, 'A'),
  };
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  return { kid: createHash('sha256').update(point).digest('base64url').slice(0, 16), privateKey, publicKey: createPublicKey(privateKey) };
}
