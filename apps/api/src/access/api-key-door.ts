import { Injectable } from '@nestjs/common';
import { DomainError } from '@waymark/kernel';
import { timingSafeEqual } from 'node:crypto';
import { ServerClock } from '../platform/clock/server-clock.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { type ApiKeyParts, parseApiKey } from './api-key-token.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { type AccessClaims, hashToken } from './tokens.js';

const most = 10_000;
const provedForMs = 60_000;

/**
 * Proves API keys (PLAT-06). What was proved is remembered for a minute by the hash of the key, so that the use of a key is noted at most once a
 * minute and a busy key costs no query; whether it was revoked, has expired, or its person was deactivated is read at every request all the same.
 */
@Injectable()
export class ApiKeyDoor {
  private readonly proved = new Map<string, { claims: AccessClaims; untilMs: number }>();

  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly units: UnitOfWork,
    private readonly clock: ServerClock,
  ) {}

  /** Who speaks with this key. Throws `unauthenticated` for whatever is none. */
  async claimsOf(token: string): Promise<AccessClaims> {
    const parts = parseApiKey(token);
    if (!parts) throw noKey();
    const hash = hashToken(token);
    const known = this.proved.get(hash);
    if (known && this.clock.now() < known.untilMs) return known.claims;
    const claims = await this.prove(parts, hash);
    if (this.proved.size >= most) for (const oldest of [...this.proved.keys()].slice(0, most / 10)) this.proved.delete(oldest);
    this.proved.delete(hash);
    this.proved.set(hash, { claims, untilMs: this.clock.now() + provedForMs });
    return claims;
  }

  private async prove({ tenantId, keyId }: ApiKeyParts, hash: string): Promise<AccessClaims> {
    const found = await this.units.run({ tenantId, readOnly: true, whenSuspended: true }, () => this.repository.secretOf(keyId)).catch(unknownTenant);
    if (!found || !timingSafeEqual(Buffer.from(found.hash), Buffer.from(hash))) throw noKey();
    // A database that cannot be written still answers readers; the note of the use can wait for the next minute.
    await this.units.run({ tenantId, whenSuspended: true }, () => this.repository.noteUse(keyId)).catch(() => undefined);
    return { sub: found.createdBy, tid: tenantId, sid: keyId, kid: keyId };
  }
}

const noKey = () => new DomainError('unauthenticated', 'This is no API key that works here.');

function unknownTenant(error: unknown): null {
  if (error instanceof DomainError && error.code === 'not_found') return null;
  throw error;
}
