import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { followLive, type LiveState } from '../shared/api/live.js';
import { useMe } from '../shared/api/session.js';
import { catalogue, useText } from '../shared/i18n/catalogue.js';
import messages from '../shared/i18n/en/shell.json' with { type: 'json' };
import { useOwnBlock } from '../shared/ui/restricted.js';
import { useToast } from '../shared/ui/toasts.js';

const text = catalogue('shell', messages);
const pollMs = 60_000;

/** Keeps the page fresh: by live events while the stream stands, by asking every minute while it does not. */
export function useLive(): LiveState {
  const client = useQueryClient();
  const me = useMe();
  const [state, setState] = useState<LiveState>('reconnecting');
  useEffect(
    () =>
      followLive(`${me.organisation.slug}/${me.id}`, {
        invalidate: (topics) => topics.forEach((topic) => void client.invalidateQueries({ queryKey: [topic] })),
        tell: setState,
      }),
    [client, me.organisation.slug, me.id],
  );
  useEffect(() => {
    if (state === 'live') return;
    const timer = setInterval(() => void client.invalidateQueries(), pollMs);
    return () => clearInterval(timer);
  }, [client, state]);
  useFreedom();
  return state;
}

/** Says it when the own block comes or goes while the app is open. */
function useFreedom(): void {
  const t = useText(text);
  const say = useToast();
  const blocked = useOwnBlock() !== null;
  const before = useRef(blocked);
  useEffect(() => {
    if (before.current === blocked) return;
    before.current = blocked;
    say(t(blocked ? 'blocked' : 'freed'));
  }, [blocked, say, t]);
}

/** Whether what is shown is followed live. */
export function LiveIndicator({ state }: { state: LiveState }) {
  const t = useText(text);
  return (
    <span className="wm-live" role="status" data-state={state}>
      <span className="wm-live-word">{t(state)}</span>
    </span>
  );
}
