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
});
