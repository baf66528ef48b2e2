import { type MessagesConfig, readMessagesConfig } from './messages-config.js';
import { type AccessConfig, readAccessConfig } from './access-config.js';

/** Settings of one process, read once at start and never changed (PLAT-12). */
export interface Config extends AccessConfig, MessagesConfig {
  role: 'api' | 'worker' | 'tool';
  port: number;
  host: string;
  /** Address of the login that this process uses: `waymark_app` for the API, `waymark_worker` for the worker. */
  databaseUrl: string;
  poolSize: number;
  publicUrl: URL;
  demo: boolean;
  webRoot: string | null;
  logLevel: string;
  importMaxBytes: number;
  /** Where the worker notes the ends of the audit chains; null: in its log only. */
  auditAnchorFile: string | null;
  /** Seconds that the API goes on answering after the request to end, while readiness already says no and balancers look elsewhere. */
  drainSeconds: number;
  /** Seconds after the request to end at which a process lets go of what it has not finished. */
  shutdownSeconds: number;
}

export const CONFIG = Symbol('Config');

/** Every mistake of the environment in one message; never the value of a secret. */
export class ConfigError extends Error {
  constructor(readonly mistakes: string[]) {
    super(
      `The configuration has ${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`,
    );
  }
}

type Environment = Record<string, string | undefined>;

/** Reads the environment. Throws ConfigError that lists all mistakes together. */
export function readConfig(role: Config['role'], env: Environment): Config {
  const mistakes: string[] = [];
  const integer = (name: string, fallback: number, min: number, max: number) => {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    mistakes.push(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
    return fallback;
  };
  const choice = (name: string, values: string[], fallback: string) => {
    const value = env[name] || fallback;
    if (!values.includes(value)) mistakes.push(`${name} must be one of ${values.join(', ')}, not "${value}"`);
    return value;
  };
  const databaseKey = role === 'api' ? 'APP_DATABASE_URL' : 'WORKER_DATABASE_URL';
  const databaseUrl = env[databaseKey] ?? '';
  if (!/^postgres(ql)?:\/\//.test(databaseUrl))
    mistakes.push(`${databaseKey} must be set to an address like postgres://waymark_app:...@host:5432/waymark`);
  const access = readAccessConfig({ env, mistakes, integer, choice }, role);
  const messages = readMessagesConfig({ env, mistakes, integer, choice });
  const port = integer('PORT', 3000, 0, 65535);
  const publicUrlText = env['PUBLIC_URL'] || `http://localhost:${port}`;
  const publicUrl = URL.canParse(publicUrlText) ? new URL(publicUrlText) : new URL('http://localhost');
  if (!URL.canParse(publicUrlText) || !/^https?:$/.test(publicUrl.protocol)) mistakes.push('PUBLIC_URL must be an http or https address');
  const config: Config = {
    ...access,
    ...messages,
    role,
    port,
    host: env['HOST'] || '127.0.0.1',
    databaseUrl,
    poolSize: integer('DATABASE_POOL', role === 'api' ? 10 : 4, 1, 200),
    publicUrl,
    demo: choice('DEMO', ['0', '1'], '0') === '1',
    webRoot: env['WEB_ROOT'] || null,
    logLevel: choice('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'info'),
    importMaxBytes: integer('IMPORT_MAX_BYTES', 512 * 1024 * 1024, 1, 512 * 1024 * 1024),
    auditAnchorFile: env['AUDIT_ANCHOR_FILE'] || null,
    drainSeconds: integer('DRAIN_SECONDS', 0, 0, 60),
    shutdownSeconds: integer('SHUTDOWN_SECONDS', 20, 1, 600),
  };
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return Object.freeze(config);
}
