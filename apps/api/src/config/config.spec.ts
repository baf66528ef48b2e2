import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from './config.js';

const right = { APP_DATABASE_URL: 'postgres://waymark_app:secret@db:5432/waymark', JWT_SECRET: 'a'.repeat(32) };

describe('configuration', () => {
  it('PLAT-12 lists all mistakes together and never the value of a secret', () => {
    const wrong = {
      APP_DATABASE_URL: 'mysql://root:hunter2@db',
      JWT_SECRET: 'short-secret',
      PORT: '70000',
      DEMO: 'yes',
      PUBLIC_URL: 'not an address',
    };
    const error = (() => {
      try {
        readConfig('api', wrong);
      } catch (thrown) {
        return thrown as ConfigError;
      }
    })();
    expect(error).toBeInstanceOf(ConfigError);
    expect(error?.mistakes).toHaveLength(5);
    expect(error?.message).not.toMatch(/hunter2|short-secret/);
  });

  it('PLAT-12 has defaults for the rest and is immutable', () => {
    const config = readConfig('api', right);
    expect([config.port, config.demo, config.accessTokenMinutes, config.poolSize]).toEqual([3000, false, 10, 10]);
    expect(() => Object.assign(config, { port: 1 })).toThrow();
  });

  it('PLAT-12 the worker uses its own database login and needs no token secret', () => {
    expect(() => readConfig('worker', right)).toThrow('WORKER_DATABASE_URL');
    expect(readConfig('worker', { WORKER_DATABASE_URL: 'postgres://w@db/waymark' }).databaseUrl).toBe('postgres://w@db/waymark');
  });

  it('PLAT-12 SEC-03 (settings) sessions, limits and edges have the figures of the guide, and no other origin or proxy is trusted', () => {
    const config = readConfig('api', right);
    expect([config.sessionDays, config.sessionIdleDays, config.accessTokenMinutes]).toEqual([30, 7, 10]);
    expect(config.limits).toEqual({
      signInPerMinute: 5,
      signInPerHour: 20,
      signInPerAddressPerHour: 200,
      refreshPerMinute: 30,
      resetPerHour: 5,
      invitationsPerDay: 50,
      userPerMinute: 300,
      tenantPerMinute: 1200,
      addressPerMinute: 300,
    });
    expect([config.oidc, config.corsOrigins, config.trustProxy, config.jwtSecretsAccepted]).toEqual([null, [], [], []]);
    expect(Object.values(readConfig('api', { ...right, RATE_LIMITS: 'off' }).limits)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it.each([
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['TRUST_PROXY', '::/0'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', 'proxy.example'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://app.example/'],
    ['CORS_ORIGINS', 'https://*.example'],
    ['CORS_ORIGINS', 'null'],
    ['OIDC_ISSUER', 'https://login.example'],
    ['JWT_SECRETS_ACCEPTED', 'short'],
    ['PASSWORD_MEMORY_KIB', '1024'],
    ['LIMIT_USER_PER_MINUTE', '-1'],
    ['SMTP_URL', 'http://mail.example'],
    ['SMTP_URL', 'smtp://mail.example'],
    ['OUTBOUND_ALLOW', 'https://hooks.example/'],
  ])('PLAT-12 SEC-03 (settings) refuses %s=%s', (name, value) => {
    expect(() => readConfig('api', { ...right, [name]: value })).toThrow(ConfigError);
  });
});
