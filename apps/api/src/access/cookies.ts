import type { FastifyReply } from 'fastify';
import type { Config } from '../config/config.js';

const deviceDays = 365;

/** With https the prefix pins a cookie to this host and path `/`; plain http cannot use it (Q115). */
export function cookieNames(config: Pick<Config, 'publicUrl'>): { refresh: string; device: string } {
  const prefix = isSecure(config) ? '__Host-' : '';
  return { refresh: `${prefix}waymark-refresh`, device: `${prefix}waymark-device` };
}

/** Keeps the refresh token where scripts cannot read it. */
export function keepRefreshToken(reply: FastifyReply, config: Config, token: string): void {
  void reply.setCookie(cookieNames(config).refresh, token, { ...options(config), maxAge: config.sessionDays * 86_400 });
}

/** Keeps the mark of this device for a year. */
export function keepDeviceMark(reply: FastifyReply, config: Config, mark: string): void {
  void reply.setCookie(cookieNames(config).device, mark, { ...options(config), maxAge: deviceDays * 86_400 });
}

/** After a sign-out: the cookie goes, and whatever the browser cached of the app's answers. The device stays known. */
export function forgetCookie(reply: FastifyReply, config: Config): void {
  void reply.clearCookie(cookieNames(config).refresh, options(config));
  void reply.header('clear-site-data', '"cache"');
}

const isSecure = (config: Pick<Config, 'publicUrl'>) => config.publicUrl.protocol === 'https:';

function options(config: Config) {
  const secure = isSecure(config);
  return { httpOnly: true, sameSite: 'strict', secure, path: secure ? '/' : '/api/auth' } as const;
}
