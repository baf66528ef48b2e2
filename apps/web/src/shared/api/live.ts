import { currentToken, refreshSession } from './client.js';

/** How fresh the page is: told by the server as it happens, or looked up every minute. */
export type LiveState = 'live' | 'reconnecting';

/** Which cached queries a live event makes old: the first word of their keys. */
const concerns: Record<string, string[]> = {
  goals: ['goals', 'periods'],
  gates: ['gates', 'goals', 'restrictions', 'me'],
  restrictions: ['restrictions', 'gates', 'me'],
  deals: ['deals', 'partner-lists'],
  records: ['records'],
  imports: ['imports'],
  ingest: ['ingest-calls', 'api-keys'],
  notifications: ['notifications', 'me'],
  metrics: ['metrics', 'own-metrics', 'activities', 'sales', 'records', 'partner-lists'],
};
/** After a gap anything may have changed. */
concerns['resync'] = [...new Set(Object.values(concerns).flat())];

const retryMs = 2000;
const coalesceMs = 250;

interface Follower {
  /** These topics are old now. Called at most four times a second. */
  invalidate(topics: string[]): void;
  tell(state: LiveState): void;
}

/**
 * Follows what changes in the organisation. One tab of the browser reads the event stream and passes the events on to the others, since a browser
 * opens six connections to one host at most; without Web Locks (plain http on another host) every tab reads its own. Answers a stop function.
 */
export function followLive(person: string, follower: Follower): () => void {
  const stop = new AbortController();
  const channel = new BroadcastChannel(`waymark-live ${person}`);
  const mark = coalesced(follower.invalidate, stop.signal);
  const hear = (message: Message) => ('state' in message ? follower.tell(message.state) : mark(message.type));
  const pass = (message: Message) => {
    hear(message);
    channel.postMessage(message);
  };
  channel.onmessage = ({ data }: MessageEvent<Message | { ask: true }>) => {
    if (!('ask' in data)) hear(data);
    else if (reading) channel.postMessage({ state });
  };
  let reading = false;
  let state: LiveState = 'reconnecting';
  const read = async () => {
    reading = true;
    await readForever(stop.signal, (message) => {
      if ('state' in message) state = message.state;
      pass(message);
    });
  };
  channel.postMessage({ ask: true });
  if ('locks' in navigator) navigator.locks.request(`waymark-live ${person}`, { signal: stop.signal }, read).catch(() => undefined);
  else void read();
  return () => {
    stop.abort();
    channel.close();
  };
}

type Message = { type: string } | { state: LiveState };

function coalesced(invalidate: (topics: string[]) => void, signal: AbortSignal): (type: string) => void {
  const old = new Set<string>();
  let timer: number | null = null;
  const flush = () => {
    timer = null;
    if (signal.aborted) return;
    const topics = [...old];
    old.clear();
    invalidate(topics);
  };
  return (type) => {
    for (const topic of concerns[type] ?? []) old.add(topic);
    timer ??= window.setTimeout(flush, coalesceMs);
  };
}

async function readForever(signal: AbortSignal, pass: (message: Message) => void): Promise<void> {
  const last: LastEvent = { id: null, ever: false };
  while (!signal.aborted) {
    await readOnce(signal, pass, last).catch(() => undefined);
    if (signal.aborted) return;
    pass({ state: 'reconnecting' });
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

/** Where the reading broke off: the server goes on from there, or says that everything must be read again. */
interface LastEvent {
  id: string | null;
  /** A stream stood before, so something may have been missed. */
  ever: boolean;
}

async function readOnce(signal: AbortSignal, pass: (message: Message) => void, last: LastEvent): Promise<void> {
  const headers = { authorization: `Bearer ${currentToken() ?? ''}`, ...(last.id !== null && { 'last-event-id': last.id }) };
  const response = await fetch('/api/stream', { signal, headers });
  if (response.status === 401) await refreshSession();
  if (!response.ok || !response.body) return;
  pass({ state: 'live' });
  if (last.ever && last.id === null) pass({ type: 'resync' }); // there was no event yet to go on from
  last.ever = true;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ''; ;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const type = /^event: (\w+)/m.exec(part)?.[1];
      last.id = /^id: (\S+)/m.exec(part)?.[1] ?? last.id;
      if (type) pass({ type });
    }
  }
}
