import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

/**
 * What counts as one address: an IPv4 address, or the /64 of an IPv6 one, since every household has 2^64 of them to choose from. Hashed, so that
 * counters hold no addresses.
 */
export function addressKey(address: string): string {
  return createHash('sha256').update(networkOf(address)).digest('base64url').slice(0, 27);
}

/** The address, or its first four groups when it is IPv6. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  const plain = address.split('%')[0] as string;
  if (!isIPv6(plain)) return address;
  const [left = '', right] = plain.split('::');
  const before = left === '' ? [] : left.split(':');
  const after = right ? right.split(':') : [];
  const filled = right === undefined ? before : [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
  return filled
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
