import type { FastifyRequest } from 'fastify';

/** From where somebody signs in. The address is that of the peer; a proxy's word counts only when TRUST_PROXY names the proxy. */
export interface Circumstances {
  address: string;
  /** The browser's own description, shortened. */
  device: string | null;
  /** What the browser kept from an earlier sign-in. */
  deviceCookie: string | undefined;
}

export function circumstancesOf(request: FastifyRequest, deviceCookie: string): Circumstances {
  const agent = request.headers['user-agent']?.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 300);
  return { address: request.ip, device: agent || null, deviceCookie: request.cookies[deviceCookie] };
}

const browsers: [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\/|Chromium\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

const systems: [RegExp, string][] = [
  [/Windows/, 'Windows'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux|X11/, 'Linux'],
];

/** "Firefox on Windows": enough to recognise one's own device. */
export function deviceName(agent: string | null): string {
  const find = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(agent ?? ''))?.[1];
  const browser = find(browsers);
  const system = find(systems);
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? 'Unknown device';
}
