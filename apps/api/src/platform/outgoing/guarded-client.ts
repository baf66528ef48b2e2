import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import { isPublicAddress } from './addresses.js';

/** Why a call was not made or not finished. */
export type OutgoingFault = 'address' | 'redirect' | 'too_large' | 'timeout' | 'unreachable';

/** An outgoing call that failed or was refused. The message is meant for the person who named the address; it never holds what the receiver said. */
export class OutgoingError extends Error {
  constructor(
    readonly fault: OutgoingFault,
    message: string,
  ) {
    super(message);
  }
}

/** How the client calls; the defaults are those of reliability 3.7. Specs give their own ports, resolver and shorter times. */
export interface OutgoingSettings {
  /** `host` or `host:port`, lower case: may be private, speak http and listen on any port (Q117). */
  allow: readonly string[];
  ports?: readonly number[];
  resolve?: (host: string) => Promise<string[]>;
  dial?: buildConnector.connector;
  connectMs?: number;
  headersMs?: number;
  bodyMs?: number;
  maxBytes?: number;
}

export interface OutgoingRequest {
  method?: 'GET' | 'POST' | 'PUT';
  headers?: Record<string, string>;
  body?: string;
}

/** What the receiver said. Never to be shown raw. */
export interface OutgoingAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

const longestAddress = 2048;

/**
 * Calls addresses that people gave (SEC-03). The name is resolved once, every address it has must be public, and the connection goes to the very address
 * that was looked at, so that a name cannot change its mind in between. Redirects are failures. No proxy settings of the environment are used.
 */
export class GuardedClient {
  private readonly settings: Required<OutgoingSettings>;
  private readonly agent: Agent;

  constructor(settings: OutgoingSettings) {
    const connectMs = settings.connectMs ?? 3000;
    this.settings = {
      ports: [443, 8443],
      resolve: async (host) => (await lookup(host, { all: true, verbatim: true })).map((found) => found.address),
      dial: buildConnector({ timeout: connectMs, allowH2: false }),
      connectMs,
      headersMs: 10_000,
      bodyMs: 10_000,
      maxBytes: 64 * 1024,
      ...settings,
    };
    this.agent = new Agent({
      connect: (options, callback) => {
        this.connect(options).then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, null),
        );
      },
      connectTimeout: connectMs,
      headersTimeout: this.settings.headersMs,
      bodyTimeout: this.settings.bodyMs,
      maxResponseSize: this.settings.maxBytes,
      keepAliveTimeout: 1,
      pipelining: 0,
    });
  }

  /** The parsed address, or an error that says what is wrong with it. Nothing is resolved or called. */
  check(address: string): URL {
    const url = address.length <= longestAddress && URL.canParse(address) ? new URL(address) : null;
    if (!url) throw new OutgoingError('address', 'This is no web address, or a too long one.');
    if (url.username !== '' || url.password !== '') throw new OutgoingError('address', 'An address with a user or password inside is not called.');
    if (this.isAllowed(url)) {
      if (url.protocol === 'https:' || url.protocol === 'http:') return url;
    }
    if (url.protocol !== 'https:') throw new OutgoingError('address', 'Only https addresses are called.');
    if (!this.settings.ports.includes(portOf(url))) throw new OutgoingError('address', `Only ports ${this.settings.ports.join(' and ')} are called.`);
    const host = bare(url.hostname);
    if (isIP(host) && !isPublicAddress(host)) throw notPublic();
    return url;
  }

  /** Calls the address. Any status but a redirect is an answer; everything else is an `OutgoingError`. */
  async call(address: string, { method = 'GET', headers = {}, body }: OutgoingRequest = {}): Promise<OutgoingAnswer> {
    const url = this.check(address);
    const ended = new AbortController();
    const endIn = (ms: number) => setTimeout(() => ended.abort(new OutgoingError('timeout', 'The receiver took too long.')), ms);
    let timer = endIn(this.settings.connectMs + this.settings.headersMs);
    try {
      const answer = await request(url, { dispatcher: this.agent, method, headers, body: body ?? null, signal: ended.signal });
      clearTimeout(timer);
      timer = endIn(this.settings.bodyMs); // for the whole body: one byte a second does not keep it open
      if (answer.statusCode >= 300 && answer.statusCode < 400) {
        answer.body.on('error', () => undefined).destroy();
        throw new OutgoingError('redirect', `The receiver answered ${answer.statusCode}: redirects are not followed.`);
      }
      return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
    } catch (error) {
      throw outgoingError(ended.signal.aborted ? ended.signal.reason : error);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private async connect(options: buildConnector.Options): Promise<Parameters<NonNullable<DialAnswer>>[0]> {
    const host = bare(options.hostname);
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    if (this.isAllowedAt(host, port)) return this.dial(options);
    const addresses = isIP(host) ? [host] : await within(this.settings.connectMs, this.settings.resolve(host));
    if (addresses.length === 0 || !addresses.every(isPublicAddress)) throw notPublic();
    // The certificate is checked against the name; the connection goes to the address.
    const servername = isIP(host) ? options.servername : host;
    const socket = await this.dial({ ...options, hostname: addresses[0] as string, ...(servername && { servername }) });
    if (isPublicAddress(socket.remoteAddress ?? '')) return socket;
    socket.destroy();
    throw notPublic();
  }

  private dial(options: buildConnector.Options): Promise<Parameters<NonNullable<DialAnswer>>[0]> {
    return new Promise((resolve, reject) => {
      this.settings.dial(options, (error, socket) => (socket ? resolve(socket) : reject(error ?? new Error('no connection'))));
    });
  }

  private isAllowed(url: URL): boolean {
    return this.isAllowedAt(bare(url.hostname), portOf(url));
  }

  private isAllowedAt(host: string, port: number): boolean {
    const name = host.includes(':') ? `[${host}]` : host;
    return this.settings.allow.includes(name) || this.settings.allow.includes(`${name}:${port}`);
  }
}

type DialAnswer = (socket: import('node:net').Socket | import('node:tls').TLSSocket) => void;

const notPublic = () => new OutgoingError('address', 'This address does not lead to the public internet.');
const bare = (host: string) => (host.startsWith('[') ? host.slice(1, -1) : host).toLowerCase();
const portOf = (url: URL) => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OutgoingError('timeout', 'The name of the receiver could not be resolved in time.')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function outgoingError(error: unknown): OutgoingError {
  if (error instanceof OutgoingError) return error;
  const { code, cause } = error as { code?: string; cause?: unknown };
  if (cause instanceof OutgoingError) return cause;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return new OutgoingError('too_large', 'The receiver answered with too much.');
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return new OutgoingError('timeout', 'The receiver took too long.');
  return new OutgoingError('unreachable', 'The receiver could not be reached.');
}
