import { isIP } from 'node:net';

/** An outside issuer of tokens and the organisation that it speaks for (PLAT-05). */
export interface OidcConfig {
  issuer: string;
  jwksUrl: URL;
  audience: string;
  /** Slug of the one organisation whose people this issuer may name. */
  organisation: string;
  /** The claim that names the person. */
  claim: string;
  /** What the claim holds: the person's e-mail or external id. */
  match: 'email' | 'external_id';
  algorithms: readonly string[];
}

/** How much one may ask for before 429 (SEC-03). 0 switches one limit off. */
export interface LimitFigures {
  /** Wrong sign-ins of one account from one address, per minute. */
  signInPerMinute: number;
  /** Wrong sign-ins of one account from unknown devices, per hour. */
  signInPerHour: number;
  /** Wrong sign-ins from one address, per hour: one guess at many accounts. */
  signInPerAddressPerHour: number;
  /** Refreshes of one session, per minute. */
  refreshPerMinute: number;
  /** Mails to set a new password that one person asks for, per hour. */
  resetPerHour: number;
  /** Invitations of one organisation, per day. */
  invitationsPerDay: number;
  /** Requests of one person, per minute. */
  userPerMinute: number;
  /** Requests of one organisation, per minute. */
  tenantPerMinute: number;
  /** Requests without a valid session from one address, per minute. */
  addressPerMinute: number;
}

/** Settings of sessions, tokens, passwords, limits and edges. */
export interface AccessConfig {
  /** Signs access tokens. */
  jwtSecret: string;
  /** Former and future secrets: their tokens are accepted, none is signed with them. */
  jwtSecretsAccepted: readonly string[];
  accessTokenMinutes: number;
  /** Longest life of a session in days. */
  sessionDays: number;
  /** A session that was not used for so many days ends. */
  sessionIdleDays: number;
  passwordMemoryKib: number;
  passwordPasses: number;
  /** The operator's own list of common passwords; null for the shipped one. */
  commonPasswordsFile: string | null;
  oidc: OidcConfig | null;
  limits: LimitFigures;
  /** Peers whose X-Forwarded-For counts. */
  trustProxy: readonly string[];
  /** Origins other than the own whose pages may call the API. */
  corsOrigins: readonly string[];
}

/** Reads single settings and collects what is wrong with them. */
export interface SettingReader {
  env: Record<string, string | undefined>;
  mistakes: string[];
  integer(name: string, fallback: number, min: number, max: number): number;
  choice(name: string, values: string[], fallback: string): string;
}

const oidcAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const most = 1_000_000_000;

/** Reads the part of the environment that concerns access. */
export function readAccessConfig(reader: SettingReader, role: 'api' | 'worker' | 'tool'): AccessConfig {
  const { env, integer } = reader;
  return {
    ...readSecrets(reader, role),
    accessTokenMinutes: integer('ACCESS_TOKEN_MINUTES', 10, 1, 60),
    sessionDays: integer('SESSION_DAYS', 30, 1, 90),
    sessionIdleDays: integer('SESSION_IDLE_DAYS', 7, 1, 90),
    passwordMemoryKib: integer('PASSWORD_MEMORY_KIB', 19_456, 19_456, 1_048_576),
    passwordPasses: integer('PASSWORD_PASSES', 2, 2, 20),
    commonPasswordsFile: env['COMMON_PASSWORDS_FILE'] || null,
    oidc: readOidc(reader),
    limits: readLimits(reader),
    trustProxy: readProxies(reader),
    corsOrigins: readOrigins(reader),
  };
}

const words = (text: string | undefined) => (text ?? '').split(/[\s,]+/).filter((word) => word !== '');

function readSecrets({ env, mistakes }: SettingReader, role: string): Pick<AccessConfig, 'jwtSecret' | 'jwtSecretsAccepted'> {
  const jwtSecret = env['JWT_SECRET'] ?? '';
  if (role === 'api' && jwtSecret.length < 32) mistakes.push('JWT_SECRET must have at least 32 characters');
  const jwtSecretsAccepted = words(env['JWT_SECRETS_ACCEPTED']);
  if (jwtSecretsAccepted.some((secret) => secret.length < 32))
    mistakes.push('JWT_SECRETS_ACCEPTED must list secrets of at least 32 characters each, separated by commas');
  return { jwtSecret, jwtSecretsAccepted };
}

function readLimits({ integer, choice }: SettingReader): LimitFigures {
  const on = choice('RATE_LIMITS', ['on', 'off'], 'on') === 'on';
  const figure = (name: string, fallback: number) => {
    const value = integer(name, fallback, 0, most);
    return on ? value : 0;
  };
  return {
    signInPerMinute: figure('LIMIT_SIGN_IN_PER_MINUTE', 5),
    signInPerHour: figure('LIMIT_SIGN_IN_PER_HOUR', 20),
    signInPerAddressPerHour: figure('LIMIT_SIGN_IN_PER_ADDRESS_PER_HOUR', 200),
    refreshPerMinute: figure('LIMIT_REFRESH_PER_MINUTE', 30),
    resetPerHour: figure('LIMIT_RESET_PER_HOUR', 5),
    invitationsPerDay: figure('LIMIT_INVITATIONS_PER_DAY', 50),
    userPerMinute: figure('LIMIT_USER_PER_MINUTE', 300),
    tenantPerMinute: figure('LIMIT_TENANT_PER_MINUTE', 1200),
    addressPerMinute: figure('LIMIT_ADDRESS_PER_MINUTE', 300),
  };
}

function readOidc({ env, mistakes, choice }: SettingReader): OidcConfig | null {
  const names = ['OIDC_ISSUER', 'OIDC_JWKS_URL', 'OIDC_AUDIENCE', 'OIDC_ORGANISATION'] as const;
  const missing = names.filter((name) => !env[name]);
  const match = choice('OIDC_MATCH', ['email', 'external_id'], 'email') as OidcConfig['match'];
  if (missing.length === names.length) return null;
  if (missing.length > 0) mistakes.push(`${missing.join(', ')} must be set too, since tokens of an outside issuer are to be accepted`);
  const address = env['OIDC_JWKS_URL'] ?? '';
  const jwksUrl = URL.canParse(address) ? new URL(address) : null;
  if (address && !/^https?:$/.test(jwksUrl?.protocol ?? '')) mistakes.push('OIDC_JWKS_URL must be an http or https address');
  const algorithms = words(env['OIDC_ALGORITHMS'] || 'RS256,ES256');
  if (algorithms.some((name) => !oidcAlgorithms.includes(name))) mistakes.push(`OIDC_ALGORITHMS must be among ${oidcAlgorithms.join(', ')}`);
  return {
    issuer: env['OIDC_ISSUER'] ?? '',
    jwksUrl: jwksUrl ?? new URL('http://localhost'),
    audience: env['OIDC_AUDIENCE'] ?? '',
    organisation: env['OIDC_ORGANISATION'] ?? '',
    claim: env['OIDC_CLAIM'] || 'email',
    match,
    algorithms,
  };
}

function readProxies({ env, mistakes }: SettingReader): string[] {
  const list = words(env['TRUST_PROXY']);
  const wrong = list.filter((entry) => !isNetwork(entry));
  if (wrong.length > 0)
    mistakes.push(`TRUST_PROXY must list addresses or networks of your proxies such as 10.0.0.0/8, never everybody; not "${wrong.join(', ')}"`);
  return list;
}

/** An address, or a network that is not the whole internet. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= (family === 4 ? 32 : 128));
}

function readOrigins({ env, mistakes }: SettingReader): string[] {
  const list = words(env['CORS_ORIGINS']);
  const wrong = list.filter(
    (origin) => origin.includes('*') || !URL.canParse(origin) || new URL(origin).origin !== origin || !/^https?:/.test(origin),
  );
  if (wrong.length > 0)
    mistakes.push(`CORS_ORIGINS must list origins such as https://app.example.com, without path and wildcards; not "${wrong.join(', ')}"`);
  return list;
}
