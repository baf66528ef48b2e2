import ipaddr from 'ipaddr.js';

/**
 * Whether an address belongs to the public internet. Everything else is refused: loopback, private, link-local, carrier NAT, multicast, reserved, and
 * every form of IPv6 that carries an IPv4 address inside (mapped, translated, tunnelled), whatever that address is.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text) || text.includes('%')) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  if (address.kind() === 'ipv4') return true;
  const first = (address as ipaddr.IPv6).parts[0] ?? 0;
  return first >= 0x2000 && first <= 0x3fff; // all that was ever given out of IPv6 as global unicast
}
