import type { FieldProblem, Problem, Session } from '@waymark/contracts';

/** The server said no: its problem document, ready to be shown. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }

  get fields(): FieldProblem[] {
    return this.problem.errors ?? [];
  }
}

type Body = object | FormData;

interface CallOptions {
  signal?: AbortSignal;
  /** The version that the person read: the change is refused when somebody else changed it since. */
  version?: number;
  /** The answer is a file of whatever kind: it comes as a Blob. */
  file?: boolean;
}

let accessToken: string | null = null;
let signedInAs: string | null = null;
let refreshing: Promise<Session | null> | null = null;
let onSession: (session: Session | null) => void = () => undefined;

/** The page keeps the token in memory only; the refresh cookie is out of reach of scripts. */
export function keepSession(session: Session | null): void {
  accessToken = session?.accessToken ?? null;
  const person = session ? `${session.me.organisation.slug}/${session.me.id}` : null;
  // Another tab signed in as somebody else: the cookie is theirs now, and nothing of the former person may stay on this page.
  if (person !== null && signedInAs !== null && person !== signedInAs) window.location.reload();
  signedInAs = person ?? signedInAs;
}

/** Forgets who was signed in here: called when a person signs out or in on purpose. */
export function forgetPerson(): void {
  accessToken = null;
  signedInAs = null;
}

export function whenSessionChanges(listener: (session: Session | null) => void): void {
  onSession = listener;
}

export function currentToken(): string | null {
  return accessToken;
}

/** Exchanges the refresh cookie for a new token. Callers at the same time share one exchange, tabs take turns: each cookie works once. */
export function refreshSession(): Promise<Session | null> {
  refreshing ??= inTurn(exchange)
    .then((session) => {
      keepSession(session);
      onSession(session);
      return session;
    })
    .finally(() => {
      refreshing = null;
    });
  return refreshing;
}

async function exchange(): Promise<Session | null> {
  const response = await reach('/api/auth/refresh', { method: 'POST' });
  if (response.status === 401) return null;
  return answer<Session>(response);
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  // Web Locks exist in secure contexts only; over plain http on another host tabs cannot take turns.
  return 'locks' in navigator ? navigator.locks.request('waymark-refresh', work) : work();
}

/** Calls the API. JSON in and out; a 401 is answered by one refresh and one retry. Throws ProblemError. */
export async function call<T>(method: string, path: string, body?: Body, options: CallOptions = {}): Promise<T> {
  const key = method === 'POST' ? keyOf(path, body) : null;
  const headers = {
    ...(key && { 'idempotency-key': key }),
    ...(options.version !== undefined && { 'if-match': `"v${options.version}"` }),
  };
  let response = await send(method, path, body, headers, options.signal);
  if (response.status === 401 && !path.startsWith('/api/auth/') && (await refreshSession()))
    response = await send(method, path, body, headers, options.signal);
  unanswered.delete(requestOf(path, body));
  return answer<T>(response, options.file);
}

// Keys of requests that were sent and not answered: when the person tries again after a broken connection, the server sees that it is the same one.
const unanswered = new Map<string, string>();

const requestOf = (path: string, body: Body | undefined) => `${path}\n${JSON.stringify(body)}`;

function keyOf(path: string, body: Body | undefined): string | null {
  if (body instanceof FormData) return null; // a file may be long; an import that is sent twice changes nothing the second time
  const request = requestOf(path, body);
  const key = unanswered.get(request) ?? newKey();
  unanswered.set(request, key);
  return key;
}

/** 128 random bits. `crypto.randomUUID` exists in secure contexts only, and Waymark may be served over plain http inside a house. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Fetches a file with the bearer token and hands it to the browser's downloads. Throws ProblemError. */
export async function download(path: string, fileName: string): Promise<void> {
  const address = URL.createObjectURL(await call<Blob>('GET', path, undefined, { file: true }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}

function send(
  method: string,
  path: string,
  body: Body | undefined,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const form = body instanceof FormData;
  return reach(path, {
    method,
    signal: signal ?? null,
    headers: {
      ...headers,
      ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
      ...(body !== undefined && !form ? { 'content-type': 'application/json' } : {}),
    },
    body: body === undefined ? null : form ? body : JSON.stringify(body),
  });
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw silence(0, 'The server cannot be reached. Check the connection and try again.');
  }
}

async function answer<T>(response: Response, file = false): Promise<T> {
  if (response.status === 204) return undefined as T;
  if (response.ok && file) return (await response.blob()) as T;
  const json = response.headers.get('content-type')?.includes('json') ?? false;
  if (response.ok) return (json ? await response.json() : await response.text()) as T;
  if (json) throw new ProblemError((await response.json()) as Problem);
  throw silence(response.status, 'The server did not answer as expected. Try again in a moment.');
}

function silence(status: number, detail: string): ProblemError {
  return new ProblemError({ type: 'about:blank', title: 'No answer', status, code: 'unavailable', detail, requestId: '' });
}

/** Query string of what is set. */
export function query(values: Record<string, string | number | undefined | null>): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([key, value]) => [key, String(value)])).toString()}`;
}
