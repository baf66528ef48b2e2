import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { currentContext } from '../request-context.js';
import { invalid } from './validation.js';

const sealBytes = 16;
/** The first key seals; the others are accepted. Random until the server sets the shared ones, so that no cursor is ever unsealed. */
let keys: readonly Buffer[] = [randomBytes(32)];

/** Makes the keys of all replicas the same: derived from the secrets of the configuration, the present one first (SEC-01). */
export function sealCursorsWith(secrets: readonly string[]): void {
  keys = secrets.map((secret) => createHmac('sha256', secret).update('waymark cursor').digest());
}

/** Packs the sort keys of a page's last row into an opaque cursor, sealed for the person and the organisation that it is given to. */
export function encodeCursor(sortKeys: readonly (string | number | null)[]): string {
  const packed = Buffer.from(JSON.stringify(sortKeys)).toString('base64url');
  return `${packed}.${sealOf(packed, keys[0] as Buffer).toString('base64url')}`;
}

/** Unpacks a cursor of `length` text keys; one that is edited, or was given to somebody else, is a problem of the field `cursor`. */
export function decodeCursor(cursor: string | undefined, length: number): string[] | null {
  if (cursor === undefined) return null;
  const [packed = '', seal = ''] = cursor.split('.');
  if (cursor === `${packed}.${seal}` && isSealed(packed, seal)) {
    const sortKeys: unknown = JSON.parse(Buffer.from(packed, 'base64url').toString('utf8'));
    if (Array.isArray(sortKeys) && sortKeys.length === length && sortKeys.every((key) => typeof key === 'string')) return sortKeys as string[];
  }
  throw invalid([{ field: 'cursor', code: 'cursor', message: 'cursor must be the nextCursor of the page before' }]);
}

function isSealed(packed: string, seal: string): boolean {
  const given = Buffer.from(seal, 'base64url');
  // Base64 has several spellings of some bytes; only ours is taken.
  if (given.length !== sealBytes || given.toString('base64url') !== seal) return false;
  return keys.some((key) => timingSafeEqual(given, sealOf(packed, key)));
}

function sealOf(packed: string, key: Buffer): Buffer {
  const { tenantId, userId } = currentContext();
  return createHmac('sha256', key)
    .update(`${tenantId} ${userId ?? ''} ${packed}`)
    .digest()
    .subarray(0, sealBytes);
}
