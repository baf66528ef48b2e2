import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const uuidDigits = 22;
const secretDigits = 43;
const sumDigits = 6;
const form = /^wmk_([0-9A-Za-z]{22})([0-9A-Za-z]{22})_[0-9A-Za-z]{43}_([0-9A-Za-z]{6})$/;

/** Which key of which organisation a token claims to be. */
export interface ApiKeyParts {
  tenantId: string;
  keyId: string;
}

/**
 * The text of a new key (PLAT-06): `wmk_<key and organisation>_<256 random bits>_<checksum>`. The prefix lets scanners of secrets find it, the
 * checksum refuses typing errors without asking the database. All parts are letters and digits, so that a double click takes the whole.
 */
export function newApiKey({ tenantId, keyId }: ApiKeyParts): string {
  const body = `wmk_${uuidText(keyId)}${uuidText(tenantId)}_${inDigits(BigInt(`0x${randomBytes(32).toString('hex')}`), secretDigits)}`;
  return `${body}_${checksum(body)}`;
}

/** Whether a bearer token means to be a key: everything with the prefix. */
export function looksLikeApiKey(token: string): boolean {
  return token.startsWith('wmk_');
}

/** The parts of a key, or null when it has not the form or its checksum is wrong. */
export function parseApiKey(token: string): ApiKeyParts | null {
  const match = form.exec(token);
  if (!match || checksum(token.slice(0, -sumDigits - 1)) !== match[3]) return null;
  const keyId = uuidOf(match[1] as string);
  const tenantId = uuidOf(match[2] as string);
  return keyId && tenantId ? { keyId, tenantId } : null;
}

/** How a key begins: enough to tell it from the others, nothing of the secret. */
export function apiKeyHint(keyId: string): string {
  return `wmk_${uuidText(keyId).slice(0, 8)}`;
}

function checksum(text: string): string {
  return inDigits(BigInt(crc32(text)), sumDigits);
}

function uuidText(uuid: string): string {
  return inDigits(BigInt(`0x${uuid.replaceAll('-', '')}`), uuidDigits);
}

function uuidOf(text: string): string | null {
  let value = 0n;
  for (const digit of text) value = value * 62n + BigInt(digits.indexOf(digit));
  const hex = value.toString(16).padStart(32, '0');
  return hex.length > 32 ? null : hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function inDigits(value: bigint, places: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) text = `${digits[Number(rest % 62n)]}${text}`;
  return text.padStart(places, '0');
}
